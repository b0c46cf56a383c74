import { fold, fromRows, type HostMatrix, key } from '@tweedie/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { energyDistance } from './energy-distance.js'
import { evaluateSamples } from './evaluate-samples.js'
import { marginalKl } from './marginal-kl.js'
import { memorisationRatio } from './memorisation.js'
import { columnScale, standardise } from './standardise.js'
import { mapEntries, normalSample, tagOf } from './test-samples.js'

const heldOut = normalSample(key(1), 300, 3)
const training = normalSample(key(2), 800, 3)
const fresh = normalSample(key(3), 500, 3)
const options = { key: key(4), projections: 50 }

/** Column j times 10^j, plus j. */
const otherUnits = (matrix: HostMatrix): HostMatrix => mapEntries(matrix, (x, j) => x * 10 ** j + j)

describe('evaluateSamples', () => {
  it('is made of the single metrics on standardised columns', () => {
    const record = evaluateSamples(heldOut, training, fresh, options)
    const scale = columnScale(training)
    const [h, t, g] = [standardise(heldOut, scale), standardise(training, scale), standardise(fresh, scale)]
    expect(record.rows).toEqual({ heldOut: 300, training: 800, generated: 500, compared: 500 })
    expect(record.scale).toEqual(scale)
    expect(record.generated.marginalKl).toEqual(Array.from(marginalKl(h, g)))
    expect(record.generated.energyDistance).toBe(energyDistance(h, g))
    expect(record.memorisation).toEqual(memorisationRatio(g, t, h))
  })

  it('puts fresh data at the floor and a shifted, narrowed or copied sample off it', () => {
    const atFloor = evaluateSamples(heldOut, training, fresh, options)
    // Both are distances of 500 rows of one distribution from the same 300 held-out rows.
    expect(atFloor.generated.energyDistance / atFloor.floor.energyDistance).toBeGreaterThan(1 / 3)
    expect(atFloor.generated.energyDistance / atFloor.floor.energyDistance).toBeLessThan(3)
    for (const worse of [mapEntries(fresh, (x) => x + 0.5), mapEntries(fresh, (x) => 0.5 * x)]) {
      const { generated, floor } = evaluateSamples(heldOut, training, worse, options)
      expect(generated.energyDistance).toBeGreaterThan(3 * floor.energyDistance)
      expect(generated.slicedWasserstein).toBeGreaterThan(1.5 * floor.slicedWasserstein)
      expect(generated.meanMarginalKl).toBeGreaterThan(1.2 * (floor.meanMarginalKl as number))
    }
    const copied = evaluateSamples(heldOut, training, training, options)
    expect(copied.memorisation).toMatchObject({ ratio: 0, generatedCopies: 1 })
    expect(copied.generated.energyDistance).toBe(copied.floor.energyDistance)
  })

  it('sees how far the held-out rows lie from the others, whatever their own scale is', () => {
    fc.assert(
      fc.property(fc.integer({ min: 20, max: 100 }), fc.nat(), (shift, seed) => {
        const [held, train, made] = [0, 1, 2].map((k) => normalSample(fold(key(seed), k), 30, 2)) as [HostMatrix, HostMatrix, HostMatrix]
        const few = { key: key(4), projections: 5, gridPoints: 20 }
        const { generated, floor } = evaluateSamples(
          mapEntries(held, (x) => x + shift),
          train,
          made,
          few,
        )
        // About 2 |c| less the two mean distances within: |c| = shift √2 in deviations, of which 30 rows give 0.6 to 1.6.
        for (const { energyDistance: distance } of [generated, floor]) expect(distance).toBeGreaterThan(shift)
      }),
      { numRuns: 10 },
    )
  })

  it('does not depend on the units of the columns', () => {
    const before = evaluateSamples(heldOut, training, fresh, options)
    const after = evaluateSamples(otherUnits(heldOut), otherUnits(training), otherUnits(fresh), options)
    for (const side of ['generated', 'floor'] as const) {
      expect(after[side].slicedWasserstein).toBeCloseTo(before[side].slicedWasserstein, 11)
      expect(after[side].energyDistance).toBeCloseTo(before[side].energyDistance, 11)
      after[side].marginalKl.forEach((value, j) => {
        expect(value).toBeCloseTo(before[side].marginalKl[j] as number, 9)
      })
    }
    expect(after.memorisation.ratio).toBeCloseTo(before.memorisation.ratio as number, 11)
    expect(after.summary.heldOut[2]?.mean).toBeCloseTo((before.summary.heldOut[2]?.mean as number) * 100 + 2, 10)
  })

  it('compares as many training rows as generated ones', () => {
    expect(evaluateSamples(heldOut, training, normalSample(key(5), 40, 3), options).rows.compared).toBe(40)
    expect(evaluateSamples(heldOut, training, normalSample(key(5), 2000, 3), options).rows.compared).toBe(800)
  })

  it('is the same for the same key, through JSON as well', () => {
    const record = evaluateSamples(heldOut, training, fresh, { ...options, maxRows: 100 })
    expect(evaluateSamples(heldOut, training, fresh, { ...options, maxRows: 100 })).toEqual(record)
    expect(JSON.parse(JSON.stringify(record))).toEqual(record)
  })

  it('leaves a constant held-out column out of the mean divergence', () => {
    const fixed = (matrix: HostMatrix): HostMatrix => mapEntries(matrix, (x, j) => (j === 1 ? 7 : x))
    const { generated } = evaluateSamples(fixed(heldOut), fixed(training), fixed(fresh), options)
    expect(generated.marginalKl[1]).toBeNull()
    expect(generated.meanMarginalKl).toBeCloseTo(((generated.marginalKl[0] as number) + (generated.marginalKl[2] as number)) / 2, 14)
    const constant = fromRows([[1], [1]])
    const nothing = evaluateSamples(constant, constant, constant, options)
    expect(nothing.generated).toEqual({ marginalKl: [null], meanMarginalKl: null, slicedWasserstein: 0, energyDistance: 0 })
    expect(nothing.memorisation.ratio).toBeNull()
  })

  it('refuses what it cannot measure', () => {
    const narrow = normalSample(key(1), 10, 2)
    expect(tagOf(() => evaluateSamples(heldOut, training, narrow, options))).toBe('ShapeMismatch')
    expect(tagOf(() => evaluateSamples(narrow, training, fresh, options))).toBe('ShapeMismatch')
    expect(tagOf(() => evaluateSamples(heldOut, fromRows([[1, 2, 3]]), fresh, options))).toBe('InvalidArgument')
    expect(
      tagOf(() =>
        evaluateSamples(
          heldOut,
          training,
          mapEntries(fresh, () => Number.NaN),
          options,
        ),
      ),
    ).toBe('NotFinite')
    expect(tagOf(() => evaluateSamples(heldOut, training, fresh, { ...options, maxRows: 0 }))).toBe('InvalidArgument')
    expect(tagOf(() => evaluateSamples(heldOut, training, fresh, { ...options, projections: 1.5 }))).toBe('InvalidArgument')
    expect(tagOf(() => evaluateSamples(heldOut, training, fresh, { ...options, bandwidthFactor: -1 }))).toBe('InvalidArgument')
  })
})
