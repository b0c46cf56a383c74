import { type Backend, hostMatrix, type Matrix, ornsteinUhlenbeck, type Scalar } from '@tweedie/core'
import type { CpuTensor } from '@tweedie/core/cpu'
import { hessian } from '@tweedie/nn'
import { as, pointCloud } from '@tweedie/score'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import { B, D, expectClose, leavingNothing, normals, readAll, type T } from './support.js'

/** A point cloud's log-density, score and covariance are one function and its derivatives (docs/formulas.md §1). */

const process = ornsteinUhlenbeck()
const generated = fc.record({
  seed: fc.nat(1e6),
  points: fc.integer({ min: 1, max: 8 }),
  queries: fc.integer({ min: 1, max: 4 }),
  dimension: fc.integer({ min: 1, max: 3 }),
  time: fc.double({ min: 0.1, max: 3, noNaN: true }),
  weighted: fc.boolean(),
})
type Case = typeof generated extends fc.Arbitrary<infer C> ? C : never

const cloudOf = ({ seed, points, dimension, weighted }: Case) => {
  const data = hostMatrix(normals(seed, points * dimension), points, dimension)
  const logWeights = weighted ? normals(seed + 1, points) : undefined
  const on = <N>(b: Backend<N>) => pointCloud(b, data, logWeights === undefined ? {} : { logWeights })(process)
  return { data, logWeights, on }
}
const queriesOf = ({ seed, queries, dimension }: Case): Float64Array => normals(seed + 2, queries * dimension).map((z) => 1.5 * z)

/** Posterior weights of a query, by the formula, on the host. */
const weightsAt = (x: readonly number[], { data, logWeights }: ReturnType<typeof cloudOf>, time: number): number[] => {
  const [alpha, sigma, d] = [process.alpha(time), process.sigma(time), data.columns]
  const logits = Array.from({ length: data.rows }, (_, n) => {
    const square = x.reduce((sum, each, j) => sum + (each - alpha * (data.data[n * d + j] as number)) ** 2, 0)
    return (logWeights?.[n] ?? 0) - square / (2 * sigma * sigma)
  })
  const top = Math.max(...logits)
  const terms = logits.map((each) => Math.exp(each - top))
  const total = terms.reduce((a, b) => a + b)
  return terms.map((each) => each / total)
}

/** Cov(X₀ | X_t = x), D × D, by the formula, on the host. */
const covarianceAt = (x: readonly number[], cloud: ReturnType<typeof cloudOf>, time: number): number[] => {
  const [w, d, { data }] = [weightsAt(x, cloud, time), cloud.data.columns, cloud.data]
  const mean = Array.from({ length: d }, (_, j) => w.reduce((sum, each, n) => sum + each * (data[n * d + j] as number), 0))
  return Array.from({ length: d * d }, (_, e) => {
    const [i, j] = [Math.floor(e / d), e % d]
    const part = (n: number, k: number): number => (data[n * d + k] as number) - (mean[k] as number)
    return w.reduce((sum, each, n) => sum + each * part(n, i) * part(n, j), 0)
  })
}
const rowsOf = (numbers: Float64Array, d: number): number[][] =>
  Array.from({ length: numbers.length / d }, (_, i) => [...numbers.subarray(i * d, (i + 1) * d)])

const check = (property: (at: Case) => Promise<void>) =>
  fc.assert(
    fc.asyncProperty(generated, (at) => leavingNothing(() => property(at))),
    { numRuns: 20, seed: 77 },
  )

describe('a point cloud', () => {
  it('has the gradient of its log-density as score, to 1e-9', () =>
    check(async (at) => {
      const { on } = cloudOf(at)
      const { gradient, score } = await readAll(() => {
        const x: Matrix<CpuTensor> = B.tensor(queriesOf(at), [at.queries, at.dimension])
        const cloud = on(D)
        return {
          gradient: D.gradient((y: Matrix<T>) => D.sum(cloud.logDensity(y, at.time)))(x),
          score: as('score', process)(on(B))(x, at.time),
        }
      })
      expectClose(gradient, score, 1e-9)
    }))

  it('has a denoiser whose Jacobian is α/σ² times the posterior covariance, of which covarianceTrace is the trace', () =>
    check(async (at) => {
      const cloud = cloudOf(at)
      const [numbers, d] = [queriesOf(at), at.dimension]
      const { jacobian, trace } = await readAll(() => {
        const x: Matrix<CpuTensor> = B.tensor(numbers, [at.queries, d])
        const traced = cloud.on(D)
        return {
          jacobian: D.rowJacobian((y: Matrix<T>) => traced(y, at.time), x),
          trace: cloud.on(B).moments(x, at.time).covarianceTrace,
        }
      })
      const factor = process.alpha(at.time) / process.sigma(at.time) ** 2
      const covariances = rowsOf(numbers, d).map((x) => covarianceAt(x, cloud, at.time))
      // Cancellation: both sides are Σ w y yᵀ minus the product of the means in other words, of numbers of about 4.
      const near = (a: number, b: number): boolean => Math.abs(a - b) <= 1e-11 * factor
      covariances.flat().forEach((each, e) => {
        if (!near(jacobian[e] as number, factor * each)) throw new Error(`element ${e}: ${jacobian[e]} is not ${factor * each}`)
      })
      rowsOf(jacobian, d * d).forEach((block, i) => {
        const sum = block.filter((_, e) => e % (d + 1) === 0).reduce((a, b) => a + b)
        if (!near(sum, factor * (trace[i] as number))) throw new Error(`trace ${i}: ${sum / factor} is not ${trace[i]}`)
      })
    }))

  it('has a log-density with the Hessian (α² Cov/σ² − I)/σ²', () =>
    check(async (at) => {
      const cloud = cloudOf(at)
      const d = at.dimension
      const numbers = queriesOf(at).slice(0, d)
      const logDensity =
        <N>(b: Backend<N>) =>
        (x: Matrix<N>): Scalar<N> =>
          b.sum(cloud.on(b).logDensity(x, at.time))
      const { curvature } = await readAll(() => ({
        curvature: hessian(B, logDensity)(B.tensor(numbers, [1, d])),
      }))
      const [alpha, variance] = [process.alpha(at.time), process.sigma(at.time) ** 2]
      const exact = covarianceAt([...numbers], cloud, at.time).map(
        (each, e) => ((alpha * alpha * each) / variance - (e % (d + 1) === 0 ? 1 : 0)) / variance,
      )
      const scale = Math.max(1, 1 / variance ** 2)
      exact.forEach((each, e) => {
        if (!(Math.abs(each - (curvature[e] as number)) <= 1e-11 * scale)) throw new Error(`element ${e}: ${curvature[e]} is not ${each}`)
      })
    }))
})
