import { describe, expect, it } from 'vitest'
import { type AdaptiveOptions, adaptive } from './control.js'

describe('adaptive', () => {
  it('is a value with everything decided', () => {
    expect(adaptive({ rtol: 1e-3, atol: [1, 2], controller: 'I', minStep: 1e-4 })).toEqual({
      kind: 'adaptive',
      rtol: 1e-3,
      atol: [1, 2],
      coefficients: { beta: [1] },
      norm: 'batch',
      safety: 0.9,
      factor: [0.2, 5],
      minStep: 1e-4,
      maxSteps: 100_000,
    })
    expect(adaptive({ rtol: 1e-3, atol: 0, controller: { beta: [0.5, 0.5], alpha: [0.5] } }).coefficients.alpha).toEqual([0.5])
  })

  const cases: readonly (readonly [Partial<AdaptiveOptions>, RegExp])[] = [
    [{ rtol: -1 }, /rtol -1/],
    [{ rtol: Number.NaN }, /rtol NaN/],
    [{ rtol: 1 }, /rtol 1/],
    [{ atol: Number.POSITIVE_INFINITY }, /atol Infinity/],
    [{ atol: [1, -1] }, /atol 1, -1/],
    [{ atol: [] }, /atol/],
    [{ rtol: 0, atol: 0 }, /rtol 0 and atol 0/],
    [{ safety: 0 }, /safety 0/],
    [{ safety: 1.1 }, /safety 1.1/],
    [{ factor: [1, 5] }, /factor 1 to 5/],
    [{ factor: [0.2, 1] }, /factor 0.2 to 1/],
    [{ firstStep: 0 }, /firstStep 0/],
    [{ minStep: Number.NaN }, /minStep NaN/],
    [{ maxSteps: 0 }, /maxSteps 0/],
    [{ controller: { beta: [] } }, /controller/],
    [{ controller: { beta: [0.5, -0.5] } }, /controller/],
    [{ controller: { beta: [1], alpha: [Number.NaN] } }, /controller/],
    [{ controller: 'D' as 'I' }, /controller "D"/],
    [{ norm: 'row' as 'batch' }, /norm row/],
  ]
  for (const [given, expected] of cases)
    it(`refuses ${JSON.stringify(given)}`, () => {
      expect(() => adaptive({ rtol: 1e-3, atol: 1e-6, ...given })).toThrow(expected)
      expect(() => adaptive({ rtol: 1e-3, atol: 1e-6, ...given })).toThrow(expect.objectContaining({ _tag: 'InvalidArgument' }))
    })
})
