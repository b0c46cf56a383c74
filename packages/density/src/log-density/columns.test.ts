import { type HostMatrix, hostMatrix, key, normalArray } from '@tweedie/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type ColumnMap, toScores, toValues } from '../columns/column-map.js'
import { fitColumns } from '../columns/fit-columns.js'
import { columnLogJacobian } from './column-log-jacobian.js'
import { densityMaps } from './density-maps.js'
import { inTableUnits } from './in-table-units.js'
import type { LogDensity } from './log-density.js'
import { cellsOf } from './test-cells.js'

/** ln N(0, I): a law of the scores whose integrals are known. */
const normal: LogDensity = async ({ data, rows, columns: d }) => ({
  logDensity: Float64Array.from({ length: rows }, (_, i) =>
    data.subarray(i * d, (i + 1) * d).reduce((sum, x) => sum - 0.5 * x * x - 0.5 * Math.log(2 * Math.PI), 0),
  ),
})
const column = (values: ArrayLike<number>): HostMatrix => hostMatrix(Array.from(values), values.length, 1)

/** ∫ p dv by the midpoint rule on cells of at most 0.01 in scores, none of which holds a knot inside, from −9 to 9. */
const integral = async (map: ColumnMap, density: LogDensity): Promise<number> => {
  const { middles, widths } = cellsOf(map, 0.01, 9)
  const { logDensity } = await density(column(middles))
  return logDensity.reduce((sum, value, k) => sum + Math.exp(value) * (widths[k] as number), 0)
}

const columns = fc
  .tuple(fc.integer({ min: 2, max: 300 }), fc.nat(), fc.constantFrom('smooth', 'heavy', 'integers', 'two', 'zeros'))
  .map(([n, seed, kind]) => {
    const z = normalArray(key(seed), n)
    const values = {
      smooth: z,
      heavy: z.map((x) => Math.exp(2 * x)),
      integers: z.map((x) => Math.round(2 * x)),
      two: z.map((x) => (x > 0.5 ? 1 : 0)),
      zeros: z.map((x) => Math.max(0, x)),
    }[kind]
    return values.every((value) => value === values[0]) ? values.map((value, i) => (i === 0 ? value - 1 : value)) : values
  })

describe('densityMaps', () => {
  test('increase strictly from the least value to the largest, and go on', () => {
    fc.assert(
      fc.property(columns, (values) => {
        const { maps } = fitColumns(column(values), 'normal-scores', key(0))
        const [map] = densityMaps(maps) as [(typeof maps)[number]]
        for (const list of [map.values, map.scores])
          for (let k = 1; k < list.length; k++) expect(list[k]).toBeGreaterThan(list[k - 1] as number)
        expect(map.values[0]).toBe(Math.min(...values))
        expect(map.values.at(-1)).toBe(Math.max(...values))
        expect(map.values.length).toBeLessThanOrEqual(102)
        const far = [Math.min(...values) - 1, Math.max(...values) + 1]
        const back = toValues([map], toScores([map], column(far))).data
        // Two roundings of a line that goes through numbers of this size.
        far.forEach((value, k) => expect(back[k]).toBeCloseTo(value, 6))
      }),
    )
  })

  test('lines stay, and integers stand at the middle of their scores', () => {
    const line = fitColumns(column([1, 2, 5]), 'standard', key(0)).maps
    expect(densityMaps(line)).toEqual(line)
    const { maps } = fitColumns(column([1, 1, 2, 2, 2, 3]), 'normal-scores', key(0))
    const [map] = densityMaps(maps) as [(typeof maps)[number]]
    expect([...map.values]).toEqual([1, 2, 3])
    expect([...map.scores]).toEqual([...toScores(maps, column([1, 2, 3])).data])
  })

  test('lose little on rows not seen: a normal column has the entropy of the normal law', async () => {
    const n = 2_000
    const { maps } = fitColumns(column(normalArray(key(1), n)), 'normal-scores', key(0))
    const { logDensity } = await inTableUnits(maps, normal)(column(normalArray(key(2), 4_000)))
    const mean = logDensity.reduce((sum, value) => sum + value, 0) / logDensity.length
    // −1.4189 in truth; deviation of ln p is 1/√2, so four standard errors are 0.045; 100 slopes learnt from 2,000 rows lose 100/2/2,000 = 0.025.
    expect(mean).toBeGreaterThan(-1.4189 - 0.045 - 0.03)
    expect(mean).toBeLessThan(-1.4189 + 0.045)
  })
})

describe('inTableUnits with calibrated outputs', () => {
  test('a law of outputs that are a line of scores is the law of scores, in values and in scores', async () => {
    const { maps } = fitColumns(column(normalArray(key(1), 300).map(Math.exp)), 'normal-scores', key(0))
    // o = (s − 0.3)/2 of s ~ N(0, 1): ln p(o) = ln φ(2 o + 0.3) + ln 2.
    const outputs = maps.map((map) => ({ ...map, scores: map.scores.map((s) => (s - 0.3) / 2) }))
    const law: LogDensity = async (rows) => {
      const { logDensity } = await normal({ ...rows, data: rows.data.map((o) => 2 * o + 0.3) })
      return { logDensity: logDensity.map((value) => value + Math.log(2)) }
    }
    const rows = column([0.01, 0.4, 1, 2.5, 50])
    for (const units of ['values', 'scores'] as const) {
      const [direct, calibrated] = [inTableUnits(maps, normal, { units }), inTableUnits(maps, law, { units, outputs })]
      const [expected, found] = [(await direct(rows)).logDensity, (await calibrated(rows)).logDensity]
      found.forEach((value, i) => expect(value).toBeCloseTo(expected[i] as number, 9))
    }
  })
})

describe('columnLogJacobian', () => {
  test('makes a density in scores one in values: it integrates to one, whatever the column', async () => {
    await fc.assert(
      fc.asyncProperty(columns, async (values) => {
        const { maps } = fitColumns(column(values), 'normal-scores', key(0))
        const [map] = densityMaps(maps) as [(typeof maps)[number]]
        // The midpoint rule is off by h²/24 times ∫|φ″| = 0.97.
        expect(Math.abs((await integral(map, inTableUnits(maps, normal))) - 1)).toBeLessThan(5e-6)
      }),
      { numRuns: 30 },
    )
  })

  test('is the log of the slope of toScores, by differences', () => {
    fc.assert(
      fc.property(columns, fc.double({ min: -4, max: 4, noNaN: true }), (values, score) => {
        const maps = densityMaps(fitColumns(column(values), 'normal-scores', key(0)).maps)
        const map = maps[0] as (typeof maps)[number]
        const at = toValues(maps, column([score])).data[0] as number
        const h = 1e-6 * ((map.values[1] as number) - (map.values[0] as number))
        const near = map.values.some((value) => Math.abs(value - at) <= 2 * h)
        const [low, high] = [...toScores(maps, column([at - h, at + h])).data] as [number, number]
        const slope = Math.log((high - low) / (2 * h))
        // Scores are rounded at 1e-15, over a difference of 2h times a slope.
        if (!near && high - low > 1e-9) expect(columnLogJacobian(maps, column([at]))[0]).toBeCloseTo(slope, 5)
      }),
    )
  })

  test('at a knot it is the mean of both slopes; beyond a held end there is nothing', () => {
    const map = { values: Float64Array.of(0, 1, 3), scores: Float64Array.of(-1, 0, 1), extend: 'hold' as const }
    const slopes = Array.from(columnLogJacobian([map], column([0, 0.5, 1, 2, 3, -0.1, 3.1])), Math.exp)
    ;[1, 1, 0.75, 0.5, 0.5, 0, 0].forEach((slope, k) => expect(slopes[k]).toBeCloseTo(slope, 15))
    const both = columnLogJacobian([map, { ...map, extend: 'line' }], hostMatrix([0.5, 2, 2, 9], 2, 2))
    expect(Array.from(both, Math.exp)[0]).toBeCloseTo(0.5, 15)
    expect(Array.from(both, Math.exp)[1]).toBeCloseTo(0.25, 15)
  })

  test('refuses repeated values and other columns', () => {
    const { maps } = fitColumns(column([1, 1, 2]), 'normal-scores', key(0))
    expect(() => columnLogJacobian(maps, column([1]))).toThrow(/column 1: a map with repeated values.*densityMaps/)
    expect(() => columnLogJacobian(densityMaps(maps), hostMatrix([1, 2], 1, 2))).toThrow(/2 columns for a model of 1/)
  })
})

describe('inTableUnits', () => {
  test('columns of normal scores under ln N(0, I): units of a column change ln p by the log of their ratio', async () => {
    const values = normalArray(key(5), 200).map((x) => Math.exp(x))
    const scaled = values.map((x) => 1000 * x)
    const densities = await Promise.all(
      [values, scaled].map((list) => inTableUnits(fitColumns(column(list), 'normal-scores', key(0)).maps, normal)(column(list))),
    )
    densities[0]?.logDensity.forEach((value, i) => {
      expect(densities[1]?.logDensity[i]).toBeCloseTo(value - Math.log(1000), 9)
    })
  })

  test('in scores nothing is added', async () => {
    const { maps } = fitColumns(column([1, 2, 4]), 'normal-scores', key(0))
    const { logDensity } = await inTableUnits(maps, normal, { units: 'scores' })(column([2]))
    expect(logDensity[0]).toBeCloseTo(-0.5 * Math.log(2 * Math.PI), 14)
  })

  test('a row that is not finite is refused by its place', async () => {
    const { maps } = fitColumns(column([1, 2, 4]), 'normal-scores', key(0))
    await expect(inTableUnits(maps, normal)(column([1, Number.NaN]))).rejects.toThrow(/row 2, column 1: the value NaN/)
  })
})
