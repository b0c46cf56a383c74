import { fold, fromRows, type HostMatrix, key } from '@tweedie/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { correlationDifference } from './correlation-difference.js'
import { densityAndCoverage, precisionAndRecall } from './density-and-coverage.js'
import { energyDistance } from './energy-distance.js'
import { evaluateSamples } from './evaluate-samples.js'
import { boostingClassifier } from './gradient-boosting.js'
import { kolmogorovSmirnov } from './kolmogorov-smirnov.js'
import { marginalKl } from './marginal-kl.js'
import { maximumMeanDiscrepancy } from './maximum-mean-discrepancy.js'
import { memorisationRatio } from './memorisation.js'
import { nearestNeighbourDistanceRatio } from './nearest-neighbour-distance-ratio.js'
import { sampleDistances } from './sample-distances.js'
import { sinkhornDivergence } from './sinkhorn-divergence.js'
import { columnScale, standardise } from './standardise.js'
import { mapEntries, normalSample, tagOf } from './test-samples.js'

const heldOut = normalSample(key(1), 150, 3)
const training = normalSample(key(2), 400, 3)
const fresh = normalSample(key(3), 250, 3)
// A few small trees: the tests of the classifier itself are elsewhere.
const options = { key: key(4), projections: 50, classifier: boostingClassifier({ trees: 5, leaves: 4 }) }

/** Column j times 10^j, plus j. */
const otherUnits = (matrix: HostMatrix): HostMatrix => mapEntries(matrix, (x, j) => x * 10 ** j + j)

describe('evaluateSamples', () => {
  it('is made of the single metrics on standardised columns', () => {
    const record = evaluateSamples(heldOut, training, fresh, options)
    const scale = columnScale(training)
    const [h, t, g] = [standardise(heldOut, scale), standardise(training, scale), standardise(fresh, scale)]
    expect(record.rows).toEqual({ heldOut: 150, training: 400, generated: 250, compared: 250 })
    expect(record.scale).toEqual(scale)
    expect(record.generated.marginalKl).toEqual(Array.from(marginalKl(h, g)))
    expect(record.generated.energyDistance).toBe(energyDistance(h, g))
    expect(record.memorisation).toEqual(memorisationRatio(g, t, h))
    expect(record.distanceRatio).toEqual(nearestNeighbourDistanceRatio(g, t, h))
    expect(record.generated.kolmogorovSmirnov).toEqual(kolmogorovSmirnov(h, g).map(({ statistic }) => statistic))
    expect(record.generated.correlation).toEqual(correlationDifference(h, g))
    expect(record.generated.neighbourhood).toEqual({ ...densityAndCoverage(h, g), ...precisionAndRecall(h, g) })
    expect(record.generated.sinkhorn).toEqual(sinkhornDivergence(h, g))
    expect(record.generated.classifier).toMatchObject({ rows: 150, folds: 5, classifier: 'gradient boosting' })
    const { bandwidth, squared } = record.generated.maximumMeanDiscrepancy
    expect(record.floor.maximumMeanDiscrepancy.bandwidth).toBe(bandwidth)
    expect(squared).toBe(maximumMeanDiscrepancy(h, g, { key: key(0), bandwidth }).squared)
  })

  it('has the distances that sampleDistances gives alone', () => {
    const few = { key: key(4), projections: 20, maxRows: 100 }
    const { floor } = evaluateSamples(heldOut, training, training, { ...options, ...few })
    expect(floor).toMatchObject(sampleDistances(heldOut, training, few))
    expect(tagOf(() => sampleDistances(heldOut, normalSample(key(1), 10, 2), few))).toBe('ShapeMismatch')
    expect(tagOf(() => sampleDistances(heldOut, training, { ...few, maxRows: 0 }))).toBe('InvalidArgument')
    expect(tagOf(() => sampleDistances(heldOut, fromRows([[1, 2, 3]]), few))).toBe('InvalidArgument')
  })

  it('puts fresh data at the floor and a shifted, narrowed or copied sample off it', () => {
    const atFloor = evaluateSamples(heldOut, training, fresh, options)
    // Both are distances of 250 rows of one distribution from the same 150 held-out rows.
    expect(atFloor.generated.energyDistance / atFloor.floor.energyDistance).toBeGreaterThan(1 / 3)
    expect(atFloor.generated.energyDistance / atFloor.floor.energyDistance).toBeLessThan(3)
    for (const worse of [mapEntries(fresh, (x) => x + 0.5), mapEntries(fresh, (x) => 0.5 * x)]) {
      const { generated, floor } = evaluateSamples(heldOut, training, worse, options)
      expect(generated.energyDistance).toBeGreaterThan(3 * floor.energyDistance)
      expect(generated.slicedWasserstein).toBeGreaterThan(1.5 * floor.slicedWasserstein)
      expect(generated.meanMarginalKl).toBeGreaterThan(1.2 * (floor.meanMarginalKl as number))
      expect(generated.sinkhorn.value).toBeGreaterThan(floor.sinkhorn.value)
      expect(generated.maximumMeanDiscrepancy.squared).toBeGreaterThan(floor.maximumMeanDiscrepancy.squared + 0.005)
      expect(Math.max(...generated.kolmogorovSmirnov)).toBeGreaterThan(Math.max(...floor.kolmogorovSmirnov))
      expect(generated.classifier?.area).toBeGreaterThan(floor.classifier?.area as number)
    }
    const copied = evaluateSamples(heldOut, training, training, options)
    expect(copied.memorisation).toMatchObject({ ratio: 0, generatedCopies: 1 })
    expect(copied.generated.energyDistance).toBe(copied.floor.energyDistance)
  })

  it('sees how far the held-out rows lie from the others, whatever their own scale is', () => {
    fc.assert(
      fc.property(fc.integer({ min: 20, max: 100 }), fc.nat(), (shift, seed) => {
        const [held, train, made] = [0, 1, 2].map((k) => normalSample(fold(key(seed), k), 30, 2)) as [HostMatrix, HostMatrix, HostMatrix]
        const few = { ...options, projections: 5, gridPoints: 20 }
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
    expect(evaluateSamples(heldOut, training, normalSample(key(5), 2000, 3), options).rows.compared).toBe(400)
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
    expect(nothing.generated).toMatchObject({ marginalKl: [null], meanMarginalKl: null, slicedWasserstein: 0, energyDistance: 0 })
    expect(nothing.generated).toMatchObject({ kolmogorovSmirnov: [0], classifier: null, neighbourhood: null })
    expect(nothing.generated.correlation).toEqual({ pearson: null, spearman: null, columns: [] })
    expect(nothing.generated.sinkhorn.value).toBe(0)
    expect(nothing.generated.maximumMeanDiscrepancy.squared).toBe(0)
    expect(nothing.memorisation.ratio).toBeNull()
  })

  it('takes tables and limits of very few rows', () => {
    const two = normalSample(key(6), 2, 3)
    const record = evaluateSamples(two, training, fresh, { ...options, maxRows: 1 })
    expect(record.generated).toMatchObject({ classifier: null, neighbourhood: null })
    expect(Number.isFinite(record.generated.maximumMeanDiscrepancy.squared)).toBe(true)
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
