/** A backend's memory with trees on it, and what they are compared with, for the tests of this folder. Not part of the package's face. */
import { type CloudPosterior, key, type NoiseLevel, normalArray } from '@tweedie/core'
import { cpu } from '@tweedie/core/cpu'
import { makeMachine } from '../machine/machine.js'
import { wasmMemory } from '../memory/memory.js'
import type { WasmTensor } from '../memory/tensor.js'
import { treeOperations } from './tree.js'

export const machine = makeMachine()
export const memory = wasmMemory(machine, 'float32')
export const { cloudTree } = treeOperations(memory)
const B = cpu()

export const tensor = (numbers: ArrayLike<number>, shape: readonly number[]): WasmTensor => {
  const out = memory.make([...shape])
  memory.numbers(out).set(numbers)
  return out
}
export const numbersOf = (x: WasmTensor): Float64Array => new Float64Array(memory.numbers(x))
type Summary = { readonly [K in keyof CloudPosterior<unknown>]: Float64Array }

/** The sums over all points in float64, for queries as float32 holds them. */
export const exact = async (
  x: Float32Array,
  points: Float64Array,
  d: number,
  level: NoiseLevel,
  logWeights?: Float64Array,
): Promise<Summary> => {
  const cloud = {
    points: B.tensor(points, [points.length / d, d]),
    ...(logWeights && { logWeights: B.tensor(logWeights, [logWeights.length]) }),
  }
  const found = B.posteriorMoments(B.tensor(x, [x.length / d, d]), cloud, level)
  const [mean, logDensity, covarianceTrace, effectiveSampleSize] = await Promise.all(
    [found.mean, found.logDensity, found.covarianceTrace, found.effectiveSampleSize].map((t) => B.read(t)),
  )
  return { mean, logDensity, covarianceTrace, effectiveSampleSize } as Summary
}

/** α y_i + σ z, as float32 holds it, for so many of the points. */
export const queriesOf = (points: Float64Array, d: number, count: number, { alpha, sigma }: NoiseLevel, seed: number): Float32Array => {
  const noise = normalArray(key(seed), count * d)
  const rows = points.length / d
  return Float32Array.from(noise, (z, e) => alpha * (points[((Math.floor(e / d) * 7919) % rows) * d + (e % d)] as number) + sigma * z)
}

export const diagonal = (points: Float64Array, d: number): number =>
  Math.hypot(
    ...Array.from({ length: d }, (_, j) => {
      const column = points.filter((_, e) => e % d === j)
      return Math.max(...column) - Math.min(...column)
    }),
  )

export const distances = (a: Float64Array, b: Float64Array, d: number): number[] =>
  Array.from({ length: a.length / d }, (_, i) =>
    Math.hypot(...Array.from({ length: d }, (_, j) => (a[i * d + j] as number) - (b[i * d + j] as number))),
  )

export const worst = (errors: readonly number[]): number => Math.max(0, ...errors)

/** Mean, log-density, trace and effective sample size as numbers. */
export const summaryOf = ({ mean, logDensity, covarianceTrace, effectiveSampleSize }: CloudPosterior<WasmTensor>): Summary => ({
  mean: numbersOf(mean),
  logDensity: numbersOf(logDensity),
  covarianceTrace: numbersOf(covarianceTrace),
  effectiveSampleSize: numbersOf(effectiveSampleSize),
})
