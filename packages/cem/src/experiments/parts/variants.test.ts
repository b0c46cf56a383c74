import { hostMatrix } from '@tweedie/core'
import { describe, expect, it } from 'vitest'
import { spiral } from '../../support/spiral.js'
import { alongSupport } from './along-support.js'
import { nearerClaim, type Variant, type VariantOutcomes, variantMeasures } from './variants.js'

const variants: readonly Variant<undefined>[] = ['a', 'b', 'c'].map((name) => ({ name, role: 'first', value: undefined }))

/** A sample beyond the outer end of the spiral, the farther the larger the number, and one at the origin. */
const off = (more: number) => {
  const along = alongSupport(spiral(), hostMatrix([(13 + more) * Math.cos(13), (13 + more) * Math.sin(13), 0, 0], 2, 2))
  return { along }
}

describe('variants', () => {
  it('a claim holds where the first of each pair is nearer at every seed; the evidence has all numbers', () => {
    const outcomes: VariantOutcomes = [
      [off(0.1), off(0.3), off(0.2)],
      [off(0.1), off(0.2), off(0.4)],
    ]
    const verdict = (...pairs: readonly (readonly [number, number])[]) => nearerClaim('s', pairs, variants, outcomes).verdict
    expect(verdict([0, 1], [0, 2])).toBe('reproduced')
    expect(verdict([1, 2])).toBe('not reproduced')
    expect(verdict([0, 1], [1, 0])).toBe('not reproduced')
    const means = outcomes.map((seed) => seed.map(({ along }) => along.distance.mean))
    const { evidence } = nearerClaim('s', [[0, 1]], variants, outcomes)
    for (const mean of means.flat()) expect(evidence).toContain(`${Number(mean.toPrecision(3))}`)
    const measures = variantMeasures(variants, outcomes).filter(({ quantity }) => quantity.startsWith('mean distance'))
    expect(measures.map(({ variant, perSeed }) => [variant, perSeed])).toEqual(
      ['a', 'b', 'c'].map((name, k) => [name, means.map((seed) => seed[k])]),
    )
  })
})
