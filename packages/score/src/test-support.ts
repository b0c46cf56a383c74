/** What the tests of this package share: the oracle backend, processes at times, finite differences. Not part of the package's face. */
import {
  type Backend,
  edm,
  type ForwardProcess,
  fromRows,
  type HostMatrix,
  ornsteinUhlenbeck,
  rectifiedFlow,
  subVp,
  vanishingLinear,
  varianceExploding,
  vpCosine,
  vpLinear,
} from '@tweedie/core'
import { type CpuTensor, cpu } from '@tweedie/core/cpu'
import fc from 'fast-check'
import { expect } from 'vitest'
import type { DensityField } from './field.js'
import { as } from './index.js'

export const B: Backend<CpuTensor> = cpu()

export const processes: readonly ForwardProcess[] = [
  ornsteinUhlenbeck(),
  vanishingLinear(),
  vanishingLinear({ floor: 0.01 }),
  vpLinear(),
  vpCosine(),
  varianceExploding({ sigmaMin: 0.01, sigmaMax: 5 }),
  subVp(),
  edm({ sigmaMin: 0.01, sigmaMax: 10 }),
  rectifiedFlow(),
]

export interface At {
  readonly process: ForwardProcess
  readonly t: number
  readonly alpha: number
  readonly sigma: number
}

export const at = (process: ForwardProcess, t: number): At => ({ process, t, alpha: process.alpha(t), sigma: process.sigma(t) })

/** A process and a time whose log-SNR is between the two, as far as the process goes. */
export const moment = (low = -4, high = 8, among = processes): fc.Arbitrary<At> =>
  fc.record({ process: fc.constantFrom(...among), logSnr: fc.double({ min: low, max: high, noNaN: true }) }).map(({ process, logSnr }) => {
    const [start, end] = process.timeRange
    return at(process, Math.min(end, Math.max(start, process.timeOfLogSnr(logSnr))))
  })

export const coordinate = fc.double({ min: -2, max: 2, noNaN: true })

export const points = (dimension: number, minLength: number, maxLength = minLength): fc.Arbitrary<number[][]> =>
  fc.array(fc.array(coordinate, { minLength: dimension, maxLength: dimension }), { minLength, maxLength })

export const matrix = <N>(backend: Backend<N>, rows: readonly (readonly number[])[]) =>
  backend.tensor(rows.flat(), [rows.length, rows[0]?.length ?? 0] as [number, number])

/** A Aᵀ of D rows of A: singular when A has fewer columns than rows. */
export const gram = (a: readonly (readonly number[])[]): HostMatrix =>
  fromRows(a.map((row) => a.map((other) => row.reduce((sum, value, k) => sum + value * (other[k] as number), 0))))

/** Reads a matrix as rows. */
export const rowsOf = async <N>(backend: Backend<N>, x: Parameters<Backend<N>['read']>[0]): Promise<number[][]> => {
  const numbers = await backend.read(x)
  const [rows, columns] = backend.shape(x) as readonly number[] as [number, number]
  return Array.from({ length: rows }, (_, i) => Array.from(numbers.subarray(i * columns, (i + 1) * columns)))
}

export const norm = (x: readonly number[]): number => Math.hypot(...x)
export const minus = (a: readonly number[], b: readonly number[]): number[] => a.map((value, j) => value - (b[j] as number))

/** The rows of |a − b|, each divided by the scale: the largest. */
export const distance = (a: readonly (readonly number[])[], b: readonly (readonly number[])[], scale = 1): number =>
  Math.max(0, ...a.map((row, i) => norm(minus(row, b[i] as readonly number[])) / scale))

/**
 * Expects the score to be the gradient of the log-density, by central differences of fourth order.
 *
 * A law within `extent` of the origin has a log-density that varies over ℓ = min(σ, σ²/(α · extent)). With steps of ℓ/100 truncation is below
 * (1/100)⁴ · |f⁽⁵⁾|ℓ⁵/30 ≈ 3e-10 and rounding below 150 · 2⁻⁵³ · |ln p| ≈ 2e-14 |ln p|, both over ℓ, with |ln p| up to 1e5 here: 1e-7/ℓ bounds them.
 */
export const expectScoreIsGradient = async (
  source: DensityField<CpuTensor>,
  { process, t, alpha, sigma }: At,
  x: readonly (readonly number[])[],
  extent: number,
): Promise<void> => {
  const length = Math.min(sigma, (sigma * sigma) / (alpha * extent))
  const h = length / 100
  const shifts: readonly (readonly [number, number])[] = [
    [1, 8 / 12],
    [-1, -8 / 12],
    [2, -1 / 12],
    [-2, 1 / 12],
  ]
  const score = await rowsOf(B, as('score', process)(source)(matrix(B, x), t))
  const gradient = x.map((row) => row.map(() => 0))
  for (let j = 0; j < source.dimension; j++)
    for (const [step, weight] of shifts) {
      const shifted = x.map((row) => row.map((value, k) => (k === j ? value + step * h : value)))
      const values = await B.read(source.logDensity(matrix(B, shifted), t))
      // The step that was really taken, after rounding.
      values.forEach((value, i) => {
        const row = gradient[i] as number[]
        row[j] = (row[j] as number) + (weight * value) / h
      })
    }
  expect(distance(score, gradient, 1 / length)).toBeLessThan(1e-7)
}

/** ∫ p over a box of the given half-width about a centre, by the trapezoidal rule (spectrally accurate for a density smooth at scale h). */
export const integral = async (source: DensityField<CpuTensor>, t: number, halfWidth: number, count: number): Promise<number> => {
  const h = (2 * halfWidth) / count
  const axis = Array.from({ length: count + 1 }, (_, k) => -halfWidth + k * h)
  const grid = source.dimension === 1 ? axis.map((a) => [a]) : axis.flatMap((a) => axis.map((b) => [a, b]))
  const logDensity = await B.read(source.logDensity(matrix(B, grid), t))
  return logDensity.reduce((sum, value) => sum + Math.exp(value), 0) * h ** source.dimension
}

/** The tag of what a function throws. */
export const tagOf = (action: () => unknown): unknown => {
  try {
    action()
  } catch (thrown) {
    return (thrown as { _tag?: unknown })._tag
  }
  return 'nothing thrown'
}
