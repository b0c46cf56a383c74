import { type Kernels, key, normalArray, type Primitives, untyped } from '@tweedie/core'
import { cpu } from '@tweedie/core/cpu'
import { expect } from 'vitest'
import type { TfTensor } from '../tf.js'

export type Posterior = Pick<Kernels<TfTensor>, 'posteriorMean' | 'posteriorMoments'>
export interface Problem {
  readonly x: Float32Array
  readonly y: Float32Array
  readonly d: number
  readonly logWeights?: Float32Array
  readonly alpha: number
  readonly sigma: number
}
export interface Size {
  readonly m: number
  readonly n: number
  readonly d: number
  readonly sigma: number
  readonly alpha?: number
  readonly weighted?: boolean
  /** Added to every number of the cloud. */
  readonly offset?: number
}

const oracle = untyped(cpu())
/** Unit roundoff of float32. */
const u = 2 ** -24

/** A normal cloud, every seventh point left out where it is weighted, and queries a noise away from points of it. */
export const problem = ({ m, n, d, sigma, alpha = 0.75, weighted = false, offset = 0 }: Size): Problem => {
  const y = Float32Array.from(normalArray(key(1), n * d), (each) => each + offset)
  const logs = normalArray(key(2), n)
  const noise = normalArray(key(3), m * d)
  const x = Float32Array.from({ length: m * d }, (_, k) => {
    const at = (Math.floor(k / d) * 5) % n
    return alpha * (y[at * d + (k % d)] as number) + sigma * (noise[k] as number)
  })
  const logWeights = Float32Array.from(logs, (each, i) => (i % 7 === 3 ? Number.NEGATIVE_INFINITY : each))
  return { x, y, d, alpha, sigma, ...(weighted && { logWeights }) }
}

export const run = (P: Primitives<TfTensor>, { x, y, d, logWeights, alpha, sigma }: Problem, kernels: Posterior) => {
  const cloud = { points: P.tensor(y, [y.length / d, d]), ...(logWeights && { logWeights: P.tensor(logWeights, [logWeights.length]) }) }
  const queries = P.tensor(x, [x.length / d, d])
  const before = P.liveTensors()
  const mean = kernels.posteriorMean(queries, cloud, { alpha, sigma })
  expect(P.liveTensors() - before).toBe(1)
  const moments = kernels.posteriorMoments(queries, cloud, { alpha, sigma })
  expect(P.liveTensors() - before).toBe(5)
  for (const each of [queries, ...Object.values(cloud)]) P.free(each)
  return { meanAlone: mean, ...moments }
}

export const numbersOf = async (P: Primitives<TfTensor>, given: Problem, kernels: Posterior) => {
  const out = run(P, given, kernels)
  const names = ['meanAlone', 'mean', 'logDensity', 'covarianceTrace', 'effectiveSampleSize'] as const
  const read = await Promise.all(names.map((name) => P.read(out[name])))
  for (const each of Object.values(out)) P.free(each)
  return Object.fromEntries(names.map((name, k) => [name, read[k]])) as Record<(typeof names)[number], Float64Array>
}

/**
 * What rounding may do to one query, to first order in the error of the logits (nats). A logit's is
 * e = u (Σ_j |δ_j| (2 |α y_j| + 3 |δ_j|)/σ² + (D + 2) q + 3 |ln π| + 8): α, α y and δ = x − α y are rounded, then scaled, squared and summed; the last for
 * the exponential. Sums are of at most 256 terms, then of as many sums: √256 roundings of u at four standard deviations.
 */
const bounds = ({ y, d, alpha, sigma, logWeights }: Problem, x: Float32Array, mean: Float64Array) => {
  const n = y.length / d
  const sums = 64 * u
  const logits = new Float64Array(n)
  const error = new Float64Array(n)
  for (let i = 0; i < n; i++) {
    let [q, e] = [0, 0]
    for (let j = 0; j < d; j++) {
      const moved = alpha * (y[i * d + j] as number)
      const delta = Math.abs((x[j] as number) - moved)
      q += delta ** 2 / (2 * sigma ** 2)
      e += (delta * (2 * Math.abs(moved) + 3 * delta)) / sigma ** 2
    }
    const log = logWeights?.[i] ?? 0
    logits[i] = log - q
    error[i] = u * (e + (d + 2) * q + (Number.isFinite(log) ? 3 * Math.abs(log) : 0) + 8)
  }
  const top = logits.reduce((best, each) => Math.max(best, each), Number.NEGATIVE_INFINITY)
  const total = logits.reduce((sum, each) => sum + Math.exp(each - top), 0)
  const weight = logits.map((each) => Math.exp(each - top) / total)
  const typical = weight.reduce((sum, each, i) => sum + (each > 0 ? each * (error[i] as number) : 0), 0)
  const concentration = weight.reduce((sum, each) => sum + each * each, 0)
  const out = { mean: new Float64Array(d), logDensity: typical + sums, trace: 0, ess: 0, top }
  let spread = 0
  for (let i = 0; i < n; i++) {
    const w = weight[i] as number
    if (w === 0) continue
    // The largest weight that a logit as wrong as this can have.
    const e = (error[i] as number) + typical
    const most = Math.min(1, w * Math.exp(e)) * (e + sums)
    let square = 0
    for (let j = 0; j < d; j++) {
      const from = Math.abs((y[i * d + j] as number) - (mean[j] as number))
      square += from * from
      out.mean[j] = (out.mean[j] as number) + most * from
    }
    spread += w * square
    out.trace += most * square
    out.ess += 2 * most * (1 + w / concentration)
  }
  out.trace += spread * (typical + sums)
  return out
}

/** Compares with the float64 oracle within what rounding to float32 can do; gives the largest part of that which was used up. */
export const check = async (P: Primitives<TfTensor>, kernels: Posterior, given: Problem): Promise<number> => {
  const { x, y, d, logWeights, alpha, sigma } = given
  const [m, n] = [x.length / d, y.length / d]
  const cloud = { points: oracle.tensor(y, [n, d]), ...(logWeights && { logWeights: oracle.tensor(logWeights, [n]) }) }
  const want = oracle.posteriorMoments(oracle.tensor(x, [m, d]), cloud, { alpha, sigma })
  const [mean, density, trace, ess] = await Promise.all(
    [want.mean, want.logDensity, want.covarianceTrace, want.effectiveSampleSize].map((each) => oracle.read(each)),
  )
  const got = await numbersOf(P, given, kernels)
  let used = 0
  const compare = (a: number | undefined, b: number | undefined, bound: number): void => {
    const ratio = Math.abs((a as number) - (b as number)) / bound
    used = Math.max(used, ratio)
  }
  const normaliser = 0.5 * d * Math.abs(Math.log(2 * Math.PI * sigma * sigma))
  for (let q = 0; q < m; q++) {
    const own = mean?.subarray(q * d, q * d + d) as Float64Array
    const bound = bounds(given, x.subarray(q * d, q * d + d), own)
    let offCentre = 0
    for (let j = 0; j < d; j++) {
      const off = (bound.mean[j] as number) + 3 * u * Math.abs(own[j] as number)
      offCentre += off * off
      compare(got.mean[q * d + j], own[j], off)
      compare(got.meanAlone[q * d + j], own[j], off)
    }
    const sizes = Math.abs(bound.top) + normaliser + 2 * Math.log(n) + Math.abs(density?.[q] as number) + 4
    compare(got.logDensity[q], density?.[q], bound.logDensity + 3 * u * sizes)
    compare(got.covarianceTrace[q], trace?.[q], bound.trace + offCentre + 2 ** -126)
    compare(got.effectiveSampleSize[q], ess?.[q], (ess?.[q] as number) * (bound.ess + 8 * u))
  }
  return used
}

/** A million points all around the unit circle, at the angles 0, 1, 2, …: [1 000 000, 2]. */
export const circle = (): Float32Array =>
  Float32Array.from({ length: 2_000_000 }, (_, k) => (k % 2 === 0 ? Math.cos(k / 2) : Math.sin((k - 1) / 2)))

/**
 * The posterior mean of a query over that circle, α = 1: the angle has von Mises' distribution with κ = |x|/σ² about the query's, whose mean has length
 * I₁(κ)/I₀(κ) = 1 − 1/(2κ) − 1/(8κ²) − 1/(8κ³) − …; for κ over 50 the rest is below 2e-8.
 */
export const circleMean = (x: readonly [number, number], sigma: number): readonly number[] => {
  const length = Math.hypot(...x)
  const kappa = length / sigma ** 2
  return x.map((each) => (each / length) * (1 - 1 / (2 * kappa) - 1 / (8 * kappa ** 2) - 1 / (8 * kappa ** 3)))
}
