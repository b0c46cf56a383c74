import { hostMatrix, key, normalArray, uniformLogSnr, vanishingLinear } from '@tweedie/core'
import { type CpuTensor, cpu } from '@tweedie/core/cpu'
import { mlp } from '@tweedie/nn'
import { rungeKutta4 } from '@tweedie/ode-sde'
import { pointCloud } from '@tweedie/score'
import { describe, expect, test } from 'vitest'
import { fitColumns } from '../columns/fit-columns.js'
import type { Generator } from '../generator.js'
import { cloudDensity } from './cloud-density.js'
import { densityMaps } from './density-maps.js'
import { flowDensity } from './flow-density.js'
import { generatorDensity } from './generator-density.js'
import { importanceDensity } from './importance-density.js'
import { inTableUnits } from './in-table-units.js'
import type { LogDensity } from './log-density.js'
import { cellsOf } from './test-cells.js'

// Every density integrates to one, by the trapezoid rule: on smooth functions that vanish at the ends its error falls faster than any power of
// the step.

const B = cpu()
const process = vanishingLinear({ floor: 0.1 })

/** The points of a square grid in d dimensions. */
const points = (from: number, to: number, count: number, d: number) => {
  const at = (k: number): number => from + ((to - from) * k) / (count - 1)
  const data = Array.from({ length: count ** d * d }, (_, k) => at(Math.floor(Math.floor(k / d) / count ** (k % d)) % count))
  return { rows: hostMatrix(data, count ** d, d), cell: ((to - from) / (count - 1)) ** d }
}
const integral = async (density: LogDensity, from: number, to: number, count: number, d: number): Promise<number> => {
  const { rows, cell } = points(from, to, count, d)
  const { logDensity } = await density(rows)
  return cell * logDensity.reduce((sum, value) => sum + Math.exp(value), 0)
}

/** F(y) = M g(y), g_j(y) = y_j-wise a sum of two tanh that increases: one to one onto a bounded set, and smooth. */
const bounded = (d: 1 | 2): Generator<CpuTensor> => {
  const inward = d === 1 ? [1, 0.4] : [1, 0.4, 0, 0, 0, 0, 0.7, 0.3]
  const outward = d === 1 ? [1, 2] : [1, 0.5, 2, 1, -0.5, 1, -1, 2]
  return {
    network: mlp([d, 2 * d, d]),
    parameters: [
      { weight: B.tensor(inward, [d, 2 * d]), bias: B.tensor(d === 1 ? [0.3, -0.2] : [0.3, -0.2, 0, 0.4], [2 * d]) },
      { weight: B.tensor(outward, [2 * d, d]), bias: B.full([d], 0.1) },
    ],
  }
}

describe('densities integrate to one', () => {
  const cloud = (d: number) => pointCloud(B, hostMatrix(normalArray(key(1), 20 * d), 20, d))(process)

  test('cloud, d = 1 and 2', async () => {
    expect(await integral(cloudDensity(B, cloud(1), { process }), -9, 9, 600, 1)).toBeCloseTo(1, 9)
    expect(await integral(cloudDensity(B, cloud(2), { process }), -9, 9, 120, 2)).toBeCloseTo(1, 9)
  })

  test('flow, d = 1 and 2, to the error of the solver', async () => {
    const options = { process, grid: uniformLogSnr(process, 60), solver: rungeKutta4 }
    // Sixty steps of order 4; the flow is solved along paths whose error is no error of mass, but of where it lies.
    expect(await integral(flowDensity(B, cloud(1), options), -7, 7, 150, 1)).toBeCloseTo(1, 4)
    const coarse = { ...options, grid: uniformLogSnr(process, 20) }
    expect(await integral(flowDensity(B, cloud(2), coarse), -6, 6, 40, 2)).toBeCloseTo(1, 3)
  })

  test('generator, d = 1 and 2: rows beyond its reach count as none', async () => {
    const line = generatorDensity(B, bounded(1), { key: key(1), starts: 1, pool: 500 })
    expect(await integral(line, -4, 4, 400, 1)).toBeCloseTo(1, 6)
    const plane = generatorDensity(B, bounded(2), { key: key(1), starts: 1, pool: 500 })
    expect(await integral(plane, -6, 6, 32, 2)).toBeCloseTo(1, 3)
  })

  test('importance, d = 1, within its standard errors', async () => {
    const { rows, cell } = points(-4.5, 4.5, 60, 1)
    const { logDensity, standardError } = await importanceDensity(B, bounded(1), { key: key(5), noise: 0.3, draws: 200 })(rows)
    const masses = logDensity.map((value) => cell * Math.exp(value))
    const error = Math.sqrt(masses.reduce((sum, mass, i) => sum + (mass * (standardError?.[i] as number)) ** 2, 0))
    // Four standard errors: a false alarm in 16,000 keys. The step is half the noise, so the trapezoid rule is off by 2 exp(−2π² · 4) = 1e-34.
    expect(Math.abs(masses.reduce((sum, mass) => sum + mass, 0) - 1)).toBeLessThan(4 * error)
    expect(error).toBeLessThan(0.01)
  })

  test('in the units of a table with a heavy tail and a repeated value', async () => {
    const z = normalArray(key(2), 160)
    const table = hostMatrix(
      Array.from({ length: 80 }, (_, i) => [Math.exp(z[i] as number), Math.round(2 * (z[80 + i] as number))]).flat(),
      80,
      2,
    )
    const { maps, scores } = fitColumns(table, 'normal-scores', key(3))
    const law = pointCloud(B, scores)(process)
    const density = inTableUnits(maps, cloudDensity(B, law, { process }))
    const [first, second] = densityMaps(maps).map((map) => cellsOf(map, 0.1, 6)) as [ReturnType<typeof cellsOf>, ReturnType<typeof cellsOf>]
    const rows = hostMatrix(
      [...first.middles].flatMap((a) => [...second.middles].flatMap((b) => [a, b])),
      first.middles.length * second.middles.length,
      2,
    )
    const { logDensity } = await density(rows)
    const columns = second.widths.length
    const mass = logDensity.reduce(
      (sum, value, k) => sum + Math.exp(value) * (first.widths[Math.floor(k / columns)] as number) * (second.widths[k % columns] as number),
      0,
    )
    // The midpoint rule is off by h²/24 ∫|∂²p| in each column, and ∫|∂²p| is at most 0.97 over the bandwidth's square of 0.09.
    expect(Math.abs(mass - 1)).toBeLessThan(0.01)
  })
})
