import { fromRows, hostMatrix, key, normalArray, ornsteinUhlenbeck, takeRows, vanishingLinear } from '@tweedie/core'
import { describe, expect, it } from 'vitest'
import { miniBatch, pointCloud } from './index.js'
import { B, distance, matrix, minus, norm, rowsOf, tagOf } from './test-support.js'

const process = vanishingLinear({ floor: 0.01 })
const table = hostMatrix(normalArray(key(11), 2000 * 2), 2000, 2)
const queries = [
  [0.3, 0.1],
  [-1, 0.5],
  [0, -1.5],
  [1, 1],
]
const x = matrix(B, queries)

describe('miniBatch', () => {
  it('is the exact field of the points it drew', async () => {
    for (const replacement of [true, false]) {
      const drawn = miniBatch(B, table, { size: 100, key: key(1), replacement })(process)
      expect(drawn.indices.length).toBe(100)
      expect(new Set(drawn.indices).size === 100).toBe(!replacement)
      const exact = pointCloud(B, takeRows(table, drawn.indices))(process)
      expect(await rowsOf(B, drawn(x, 0.4))).toEqual(await rowsOf(B, exact(x, 0.4)))
      expect(await B.read(drawn.logDensity(x, 0.4))).toEqual(await B.read(exact.logDensity(x, 0.4)))
    }
  })

  it('draws once: the same points at every time and under every process, others with another key', () => {
    const build = miniBatch(B, table, { size: 50, key: key(1) })
    expect(build(process).indices).toEqual(build(ornsteinUhlenbeck()).indices)
    expect(miniBatch(B, table, { size: 50, key: key(1) })(process).indices).toEqual(build(process).indices)
    expect(miniBatch(B, table, { size: 50, key: key(2) })(process).indices).not.toEqual(build(process).indices)
  })

  it('with all points and no replacement is exact', async () => {
    const all = miniBatch(B, table, { size: 2000, key: key(3), replacement: false })(process)
    const exact = pointCloud(B, table)(process)
    for (const t of [0.05, 0.4, 0.9]) {
      // Another order of summation of 2,000 numbers.
      expect(distance(await rowsOf(B, all(x, t)), await rowsOf(B, exact(x, t)))).toBeLessThan(1e-12)
      expect(Array.from(await B.read(all.diagnostics(x, t).standardError))).toEqual([0, 0, 0, 0])
    }
  })

  it('errs by what its standard error says', async () => {
    for (const replacement of [true, false]) {
      const t = 0.5
      const exact = await rowsOf(B, pointCloud(B, table)(process)(x, t))
      const ratios: number[] = []
      for (let k = 0; k < 60; k++) {
        const drawn = miniBatch(B, table, { size: 800, key: key(100 + k), replacement })(process)
        const found = await rowsOf(B, drawn(x, t))
        const { standardError, effectiveSampleSize } = drawn.diagnostics(x, t)
        const errors = await B.read(standardError)
        for (const size of await B.read(effectiveSampleSize)) expect(size).toBeGreaterThan(50)
        ratios.push(...found.map((row, i) => norm(minus(row, exact[i] as number[])) / (errors[i] as number)))
        drawn.free()
      }
      expect(Math.max(...ratios)).toBeLessThan(5)
      // The mean square of the ratio is 1; over 60 draws of 2 coordinates its standard error is about 0.13 at each query, 0.07 over four.
      const meanSquare = ratios.reduce((sum, r) => sum + r * r, 0) / ratios.length
      expect(meanSquare).toBeGreaterThan(0.7)
      expect(meanSquare).toBeLessThan(1.3)
    }
  })

  it('gives the diagnostics that plain loops give, in chunks as well', async () => {
    const [t, size] = [0.3, 40]
    for (const queriesAtOnce of [3, 1000]) {
      const drawn = miniBatch(B, table, { size, key: key(5), queriesAtOnce })(process)
      const cloud = Array.from(drawn.indices, (i) => [table.data[2 * i] as number, table.data[2 * i + 1] as number])
      const found = drawn.diagnostics(x, t)
      const [ess, largest, error] = [
        await B.read(found.effectiveSampleSize),
        await B.read(found.largestWeight),
        await B.read(found.standardError),
      ]
      const moments = await B.read(drawn.moments(x, t).effectiveSampleSize)
      queries.forEach((q, k) => {
        const raw = cloud.map((y) =>
          Math.exp(
            -(
              norm(
                minus(
                  q,
                  y.map((v) => process.alpha(t) * v),
                ),
              ) ** 2
            ) /
              (2 * process.sigma(t) ** 2),
          ),
        )
        const total = raw.reduce((sum, w) => sum + w, 0)
        const w = raw.map((value) => value / total)
        const m = [0, 1].map((j) => cloud.reduce((sum, y, i) => sum + (w[i] as number) * (y[j] as number), 0))
        expect(ess[k]).toBeCloseTo(1 / w.reduce((sum, one) => sum + one * one, 0), 10)
        expect(moments[k]).toBeCloseTo(ess[k] as number, 10)
        expect(largest[k]).toBeCloseTo(Math.max(...w), 12)
        expect(error[k]).toBeCloseTo(Math.sqrt(cloud.reduce((sum, y, i) => sum + ((w[i] as number) * norm(minus(y, m))) ** 2, 0)), 12)
      })
    }
  })

  it('leaves nothing behind', () => {
    const before = B.liveTensors()
    const drawn = miniBatch(B, table, { size: 40, key: key(5), queriesAtOnce: 3 })(process)
    const held = B.liveTensors()
    for (const made of Object.values(drawn.diagnostics(x, 0.5))) B.free(made)
    expect(B.liveTensors()).toBe(held)
    drawn.free()
    expect(B.liveTensors()).toBe(before)
  })

  it('refuses more different rows than there are, sizes that are none, data with holes', () => {
    const few = fromRows([[1], [2]])
    expect(() => miniBatch(B, few, { size: 3, key: key(1), replacement: false })).toThrow(/3 different rows out of 2/)
    expect(tagOf(() => miniBatch(B, few, { size: 3, key: key(1), replacement: false }))).toBe('InvalidArgument')
    expect(miniBatch(B, few, { size: 3, key: key(1) })(process).size).toBe(3)
    for (const size of [0, -1, 2.5, Number.NaN]) expect(tagOf(() => miniBatch(B, few, { size, key: key(1) }))).toBe('InvalidArgument')
    expect(tagOf(() => miniBatch(B, fromRows([[Number.NaN]]), { size: 1, key: key(1) }))).toBe('NotFinite')
    expect(tagOf(() => miniBatch(B, fromRows([]), { size: 1, key: key(1) }))).toBe('InvalidTable')
    expect(tagOf(() => miniBatch(B, few, { size: 2, key: key(1) })(ornsteinUhlenbeck()).diagnostics(matrix(B, [[1]]), 0))).toBe(
      'InvalidArgument',
    )
  })
})
