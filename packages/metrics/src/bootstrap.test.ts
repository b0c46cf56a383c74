import { column, fold, fromRows, type HostMatrix, key } from '@tweedie/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bootstrap, type ResamplingMethod, withInterval } from './bootstrap.js'
import { energyDistance } from './energy-distance.js'
import { median } from './quantile.js'
import { mapEntries, normalSample, sample, tagOf } from './test-samples.js'

const methods: readonly ResamplingMethod[] = ['subsampling', 'percentile', 'basic']
const mean = ({ data }: HostMatrix): number => data.reduce((sum, value) => sum + value, 0) / data.length
const meanOf = (tables: readonly HostMatrix[]): number => mean(tables[0] as HostMatrix)

describe('bootstrap', () => {
  it.each(methods)('has the standard error s/√n of a mean by %s', (method) => {
    const table = normalSample(key(1), 400, 1, 3, 2)
    const { value, standardError, low, high } = bootstrap(meanOf, [table], { key: key(2), resamples: 800, method })
    expect(value).toBe(mean(table))
    const deviation = Math.sqrt(table.data.reduce((sum, x) => sum + (x - value) ** 2, 0) / 399)
    // A spread over 800 draws is known to 1/√1600 = 2.5 %; four of those.
    expect(Math.abs(standardError / (deviation / 20) - 1)).toBeLessThan(0.1)
    // Normal: ±1.96 errors. A 2.5 % quantile of 800 draws is known to 0.094 errors; four of both that and the spread.
    expect(Math.abs((high - low) / (2 * 1.96 * (deviation / 20)) - 1)).toBeLessThan(0.2)
  })

  it.each(['subsampling', 'percentile'] as const)('holds the truth about as often as it says, for a median by %s', (method) => {
    const held = Array.from({ length: 120 }, (_, r) => {
      const table = normalSample(fold(key(3), r), 60, 1)
      const options = { key: key(r), resamples: 80, level: 0.8, method }
      const { low, high } = bootstrap(([one]) => median(column(one as HostMatrix, 0)), [table], options)
      return low <= 0 && 0 <= high
    }).filter(Boolean).length
    // 120 trials at 80 %: 96 ± 4.4; four of that, and 5 % of the trials for quantiles of 80 draws of a median of 60.
    expect(Math.abs(held - 96)).toBeLessThan(4 * 4.4 + 6)
  })

  it('gives the spread of an energy distance by subsampling, where drawing with replacement is biased', () => {
    const draw = (r: number): [HostMatrix, HostMatrix] => [normalSample(fold(key(4), r), 60, 2), normalSample(fold(key(5), r), 60, 2, 0.7)]
    const values = Float64Array.from({ length: 300 }, (_, r) => energyDistance(...draw(r)))
    const centre = values.reduce((sum, value) => sum + value, 0) / 300
    const spread = Math.sqrt(values.reduce((sum, value) => sum + (value - centre) ** 2, 0) / 299)
    const found = Array.from({ length: 12 }, (_, r) => withInterval(energyDistance, ...draw(1000 + r), { key: key(r), resamples: 60 }))
    const claimed = found.reduce((sum, { standardError }) => sum + standardError, 0) / 12
    expect(Math.abs(claimed / spread - 1)).toBeLessThan(0.25)
    // The repeated rows of a resample are at distance 0: both mean distances within lose a part 1/n, so the distance gains.
    const percentile = Array.from({ length: 12 }, (_, r) => {
      const { value, low, high } = withInterval(energyDistance, ...draw(1000 + r), { key: key(r), resamples: 60, method: 'percentile' })
      return (low + high) / 2 - value
    })
    expect(percentile.reduce((sum, value) => sum + value, 0) / 12).toBeGreaterThan(0)
  })

  it('is the same for the same key, contains a constant, and shifts and scales with the data', () => {
    fc.assert(
      fc.property(sample(1, undefined, { minRows: 2 }), fc.constantFrom(...methods), fc.nat(), (table, method, seed) => {
        const options = { key: key(seed), resamples: 20, method }
        const once = bootstrap(meanOf, [table], options)
        expect(bootstrap(meanOf, [table], options)).toEqual(once)
        expect(once.low).toBeLessThanOrEqual(once.high)
        expect(bootstrap(() => 7, [table], options)).toMatchObject({ value: 7, low: 7, high: 7, standardError: 0 })
        const moved = bootstrap(meanOf, [mapEntries(table, (x) => 2 * x + 10)], options)
        expect(moved.low).toBeCloseTo(2 * once.low + 10, 9)
        expect(moved.high).toBeCloseTo(2 * once.high + 10, 9)
      }),
      { numRuns: 40 },
    )
  })

  it('resamples each table by itself', () => {
    const [a, b] = [normalSample(key(1), 100, 1), normalSample(key(2), 300, 1)]
    const { standardError } = withInterval((x, y) => mean(x) - mean(y), a, b, { key: key(3), resamples: 800 })
    // Var = 1/100 + 1/300; the sample deviations are within 7 % and 4 %, and the spread over 800 within 2.5 %.
    expect(Math.abs(standardError / Math.sqrt(1 / 100 + 1 / 300) - 1)).toBeLessThan(0.25)
  })

  it('refuses what it cannot resample', () => {
    const table = normalSample(key(1), 10, 1)
    const tag = (options: object, tables: readonly HostMatrix[] = [table], statistic = meanOf) =>
      tagOf(() => bootstrap(statistic, tables, { key: key(0), ...options }))
    for (const options of [{ resamples: 1 }, { level: 1 }, { level: 0 }, { fraction: 0 }, { fraction: 1 }])
      expect(tag(options)).toBe('InvalidArgument')
    expect(tag({}, [])).toBe('InvalidArgument')
    expect(tag({}, [fromRows([[1]])])).toBe('InvalidArgument')
    expect(tag({}, [mapEntries(table, () => Number.NaN)])).toBe('NotFinite')
    expect(tag({}, [table], () => Number.NaN)).toBe('NotFinite')
  })
})
