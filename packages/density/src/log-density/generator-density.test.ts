import { hostMatrix, key, normalArray } from '@tweedie/core'
import { type CpuTensor, cpu } from '@tweedie/core/cpu'
import { mlp } from '@tweedie/nn'
import { describe, expect, test } from 'vitest'
import type { Generator } from '../generator.js'
import { generatorDensity } from './generator-density.js'
import { importanceDensity } from './importance-density.js'

const B = cpu()

/** F(y) = |y|: two solutions on the right, none on the left. */
const fold: Generator<CpuTensor> = {
  network: mlp([1, 2, 1], { activation: 'relu' }),
  parameters: [
    { weight: B.tensor([1, -1], [1, 2]), bias: B.tensor([0, 0], [2]) },
    { weight: B.tensor([1, 1], [2, 1]), bias: B.tensor([0], [1]) },
  ],
}

describe('a generator that is not one to one', () => {
  test('solutions are added up, and rows out of reach say so', async () => {
    const x = [0.3, 1, 2.2, -0.5]
    const density = generatorDensity(B, fold, { key: key(1), starts: 12, pool: 500 })
    const { logDensity, converged, preimages, residual } = await density(hostMatrix(x, 4, 1))
    x.slice(0, 3).forEach((value, i) => {
      expect(logDensity[i]).toBeCloseTo(Math.log(2) - 0.5 * value ** 2 - 0.5 * Math.log(2 * Math.PI), 8)
    })
    expect([...(preimages as Uint8Array)]).toEqual([2, 2, 2, 0])
    expect([...(converged as Uint8Array)]).toEqual([1, 1, 1, 0])
    expect(logDensity[3]).toBe(Number.NEGATIVE_INFINITY)
    // It comes as near as F goes, or stops earlier on the way.
    expect(residual?.[3]).toBeGreaterThanOrEqual(0.5)
    expect(residual?.[3]).toBeLessThan(0.6)
  })

  test('importance adds them up too, and is finite out of reach: against quadrature', async () => {
    const [x, s] = [[0.3, 1, -0.5], 0.2]
    const exact = x.map((value) => {
      let sum = 0
      for (let k = 0; k < 4000; k++) {
        const y = -8 + 0.004 * (k + 0.5)
        sum += 0.004 * Math.exp(-0.5 * y * y - 0.5 * ((value - Math.abs(y)) / s) ** 2)
      }
      return Math.log(sum / (2 * Math.PI * s))
    })
    const { logDensity, standardError, effectiveSampleSize } = await importanceDensity(B, fold, {
      key: key(2),
      noise: s,
      draws: 2_000,
      starts: 12,
      pool: 500,
    })(hostMatrix(x, 3, 1))
    // Three rows at four standard errors: a false alarm in 5,000 keys.
    exact.forEach((value, i) => expect(Math.abs((logDensity[i] as number) - value)).toBeLessThan(4 * (standardError?.[i] as number)))
    for (const size of effectiveSampleSize as Float64Array) expect(size).toBeGreaterThan(100)
  })
})

describe('many columns', () => {
  test('fifty: an affine generator, against ln N by its own matrix', async () => {
    const d = 50
    const weights = normalArray(key(3), d * d).map((value, at) => 0.1 * value + (at % (d + 1) === 0 ? 1 : 0))
    const noise = normalArray(key(4), 3 * d)
    const generator: Generator<CpuTensor> = {
      network: mlp([d, d]),
      parameters: [{ weight: B.tensor(weights, [d, d]), bias: B.full([d], 0) }],
    }
    const rows = await B.read(B.matMul(B.tensor(noise, [3, d]), B.tensor(weights, [d, d])))
    const { logDensity, converged } = await generatorDensity(B, generator, { key: key(5), starts: 1, pool: 100 })(hostMatrix(rows, 3, d))
    // ln |det| from the eigenvalues of AᵀA would be another way; here by the product of the lengths that Gram and Schmidt leave.
    let logDeterminant = 0
    const basis: Float64Array[] = []
    for (let i = 0; i < d; i++) {
      const row = Float64Array.from(weights.subarray(i * d, (i + 1) * d))
      for (const other of basis) {
        const along = other.reduce((sum, value, k) => sum + value * (row[k] as number), 0)
        other.forEach((value, k) => {
          row[k] = (row[k] as number) - along * value
        })
      }
      const length = Math.hypot(...row)
      logDeterminant += Math.log(length)
      basis.push(row.map((value) => value / length))
    }
    for (let i = 0; i < 3; i++) {
      const squares = noise.subarray(i * d, (i + 1) * d).reduce((sum, value) => sum + value * value, 0)
      expect(logDensity[i]).toBeCloseTo(-0.5 * squares - 0.5 * d * Math.log(2 * Math.PI) - logDeterminant, 5)
    }
    expect([...(converged as Uint8Array)]).toEqual([1, 1, 1])
  })
})

describe('refusals', () => {
  test('a network that widens, other columns, NaN, no noise, no draws, an abort', async () => {
    const wide = { network: mlp([1, 2]), parameters: mlp([1, 2]).initialise(B, key(0)) }
    expect(() => generatorDensity(B, wide, { key: key(0) })).toThrow(/from 1 columns of noise to 2/)
    const density = generatorDensity(B, fold, { key: key(0), pool: 10 })
    await expect(density(hostMatrix([1, 2], 1, 2))).rejects.toThrow(/2 columns for a density in 1/)
    await expect(density(hostMatrix([1, Number.NaN], 2, 1))).rejects.toThrow(/row 2, column 1: the value NaN/)
    await expect(density(hostMatrix([1], 1, 1), { signal: AbortSignal.abort() })).rejects.toMatchObject({ _tag: 'Aborted' })
    expect(() => importanceDensity(B, fold, { key: key(0), noise: 0 })).toThrow(/noise 0/)
    expect(() => importanceDensity(B, fold, { key: key(0), noise: 1, draws: 1 })).toThrow(/1 draws/)
    expect(() => generatorDensity(B, fold, { key: key(0), starts: 0 })).toThrow(/0 starts/)
    expect((await density(hostMatrix([], 0, 1))).logDensity).toHaveLength(0)
  })

  test('nothing stays behind, and progress reaches the end', async () => {
    const live = B.liveTensors()
    const done: number[] = []
    const rows = hostMatrix([0.5, 1, 1.5], 3, 1)
    const density = generatorDensity(B, fold, { key: key(0), pool: 10, chunk: 2 })
    await density(rows, { onProgress: ({ done: k }) => done.push(k) })
    await importanceDensity(B, fold, { key: key(0), noise: 0.1, pool: 10 })(rows)
    expect(done).toEqual([2, 3])
    expect(B.liveTensors()).toBe(live)
  })
})
