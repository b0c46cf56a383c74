/** Fields that the tests of laws check and break: made of primitive operations, on the oracle backend. Not part of the package's face. */
import type { ForwardProcess, HostMatrix, Matrix, NoiseLevel, Vector } from '@tweedie/core'
import { type CpuTensor, cpu } from '@tweedie/core/cpu'
import { rowsOf } from '../cloud/posterior.js'
import type { Law, LawParameters } from '../law.js'
import type { LawfulField } from './pointwise.js'

export const B = cpu()
export type N = CpuTensor

/** A field from functions of (x, t), each in a scope. */
export const lawful = (m: (x: Matrix<N>, t: number) => Matrix<N>, logDensity: (x: Matrix<N>, t: number) => Vector<N>): LawfulField<N> =>
  Object.assign((x: Matrix<N>, t: number) => B.scope(() => m(x, t)), {
    kind: 'denoiser' as const,
    backend: B,
    logDensity: (x: Matrix<N>, t: number) => B.scope(() => logDensity(x, t)),
  })

/** A law on the host, a row at a time. */
export interface HostLaw {
  readonly mean: (x: readonly number[], level: NoiseLevel) => readonly number[]
  readonly logDensity: (x: readonly number[], level: NoiseLevel) => number
}

/** The rows of a tensor that `B.tensor` made, without waiting. */
const rowsNow = (x: Matrix<N>): number[][] => {
  const [rows, columns] = B.shape(x)
  return rowsOf({ data: Float64Array.from(x.data), rows, columns })
}

/** A field of a law on the host. */
export const hostField =
  (law: HostLaw) =>
  (process: ForwardProcess): LawfulField<N> => {
    const level = (t: number): NoiseLevel => ({ alpha: process.alpha(t), sigma: process.sigma(t) })
    return lawful(
      (x, t) =>
        B.tensor(
          rowsNow(x).flatMap((row) => [...law.mean(row, level(t))]),
          B.shape(x),
        ),
      (x, t) => {
        const rows = rowsNow(x)
        return B.tensor(
          rows.map((row) => law.logDensity(row, level(t))),
          [rows.length],
        )
      },
    )
  }

/** What a point cloud's field may do wrong. Nothing by default. */
export interface CloudFaults {
  readonly points?: (points: number[][]) => number[][]
  readonly weights?: (logWeights: readonly number[], points: readonly (readonly number[])[]) => readonly number[]
  readonly distance?: (x: readonly number[], y: readonly number[], level: NoiseLevel) => number
  readonly scale?: (sigma: number) => number
  readonly mean?: (mean: readonly number[], x: readonly number[], level: NoiseLevel) => readonly number[]
  readonly share?: (weight: number) => number
  readonly logNormaliser?: (logWeights: readonly number[]) => number
}

const squared = (x: readonly number[], y: readonly number[], { alpha }: NoiseLevel): number =>
  x.reduce((sum, value, j) => sum + (value - alpha * (y[j] as number)) ** 2, 0)

const logTotal = (values: readonly number[]): number => {
  const top = Math.max(...values)
  return top + Math.log(values.reduce((sum, value) => sum + Math.exp(value - top), 0))
}

/** A point cloud in plain loops, with faults. */
export const faultyCloud =
  ({
    points: change = (points) => points,
    weights: weigh = (given) => given,
    distance = squared,
    scale = (sigma) => sigma,
    mean: bend = (mean) => mean,
    share = (weight) => weight,
    logNormaliser = logTotal,
  }: CloudFaults) =>
  (points: HostMatrix, logWeights?: readonly number[]): ((process: ForwardProcess) => LawfulField<N>) => {
    const all = rowsOf(points)
    const cloud = change(all)
    const weights = weigh(logWeights ?? all.map(() => 0), all).slice(0, cloud.length)
    const logits = (x: readonly number[], level: NoiseLevel): number[] =>
      cloud.map((y, i) => (weights[i] as number) - distance(x, y, level) / (2 * scale(level.sigma) ** 2))
    return hostField({
      mean: (x, level) => {
        const found = logits(x, level)
        const top = Math.max(...found)
        const shares = found.map((value) => share(Math.exp(value - top)))
        const total = shares.reduce((sum, value) => sum + value, 0)
        const mean = x.map((_, j) => cloud.reduce((sum, y, i) => sum + ((shares[i] as number) / total) * (y[j] as number), 0))
        return bend(mean, x, level)
      },
      logDensity: (x, level) =>
        logTotal(logits(x, level)) - logNormaliser(weights) - 0.5 * x.length * Math.log(2 * Math.PI * scale(level.sigma) ** 2),
    })
  }

/** The names of the laws that do not hold. */
export const broken = async (laws: readonly Law[], parameters: LawParameters): Promise<string[]> => {
  const names: string[] = []
  for (const law of laws) await law.check(parameters).catch(() => names.push(law.name))
  return names
}
