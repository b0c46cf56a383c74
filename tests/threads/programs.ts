import { type Backend, type HostMatrix, key, normalArray, uniformLogSnr, vanishingLinear } from '@tweedie/core'
import { fit as fitGenerator, generate, labelledPairs } from '@tweedie/density'
import { adam, constant, mlp } from '@tweedie/nn'
import { dpmSolver2M, heun, probabilityFlow, solve } from '@tweedie/ode-sde'
import { pointCloud } from '@tweedie/score'

/** A piece of work on a backend, and the numbers it gives. */
export type Program = <N>(B: Backend<N>) => Promise<Float64Array>

/** Points near a circle in the plane, by operations that every engine rounds alike. */
const cloud = (rows: number): HostMatrix => {
  const data = normalArray(key(1), rows * 2)
  for (let k = 0; k < data.length; k += 2) {
    const [x, y] = [data[k]!, data[k + 1]!]
    const scale = (1 + 0.1 * x) / Math.sqrt(x * x + y * y)
    data.set([x * scale, y * scale], k)
  }
  return { data, rows, columns: 2 }
}

const together = (...parts: readonly Float64Array[]): Float64Array => {
  const all = new Float64Array(parts.reduce((size, part) => size + part.length, 0))
  let at = 0
  for (const part of parts) {
    all.set(part, at)
    at += part.length
  }
  return all
}

const process = vanishingLinear({ floor: 1e-2 })

export const programs: Readonly<Record<string, Program>> = {
  'posteriors over a cloud': async (B) => {
    const { data, rows } = cloud(1000)
    const points = B.tensor(data, [rows, 2])
    const x = B.normal(key(2), [2001, 2])
    const { mean, logDensity, covarianceTrace, effectiveSampleSize } = B.posteriorMoments(x, { points }, { alpha: 0.7, sigma: 0.2 })
    return together(...(await Promise.all([mean, logDensity, covarianceTrace, effectiveSampleSize].map(B.read))))
  },

  'products of matrices': async (B) => {
    const [a, b, tall] = [B.normal(key(3), [301, 257]), B.normal(key(4), [257, 203]), B.normal(key(5), [5003, 17])]
    const products = [B.matMul(a, b), B.matMul(B.transpose(tall), tall), B.matMul(B.transpose(b), B.transpose(a))]
    return together(...(await Promise.all(products.map(B.read))))
  },

  'elementwise, sums and rows': async (B) => {
    const x = B.normal(key(6), [1003, 101])
    const results = [
      ...[B.exp(B.mul(x, 0.5)), B.add(x, B.sum(x, 1, true)), B.where(B.greater(x, 0), x, B.neg(x)), B.activate(x, 'silu')],
      ...[B.sum(x), B.sum(x, 0), B.max(x, 0), B.min(x, 1), B.logSumExp(x, 1)],
      ...[B.takeRows(x, [1002, 0, 5]), B.concat([x, B.slice(x, 1, 3, 70)], 1), B.add(B.transpose(x), 1)],
    ]
    return together(...(await Promise.all(results.map(B.read))))
  },

  'a flow over a point cloud': async (B) => {
    const flow = probabilityFlow(B, process, pointCloud(B, cloud(500))(process))
    const initial = B.normal(key(7), [1001, 2])
    const { x } = await solve(B, flow, { initial, grid: uniformLogSnr(process, 8), solver: heun })
    return B.read(x)
  },

  'labels, training and samples': async (B) => {
    const flow = probabilityFlow(B, process, pointCloud(B, cloud(400))(process))
    const pairs = await labelledPairs(B, flow, { solver: dpmSolver2M, grid: uniformLogSnr(process, 10), count: 1200, key: key(8) })
    const generator = await fitGenerator(B, mlp([2, 64, 64, 2]), pairs, {
      optimiser: adam({ rate: constant(3e-3) }),
      steps: 40,
      batch: 256,
      key: key(9),
    })
    const samples = await generate(B, generator, { count: 2000, key: key(10) })
    const { parameters } = generator
    const weights = await Promise.all(parameters.flatMap(({ weight, bias }) => [B.read(weight), B.read(bias)]))
    return together(pairs.targets.data, ...weights, samples.data)
  },
}
