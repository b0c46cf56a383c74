import { type Backend, type HostMatrix, key, normalArray, split, uniformLogSnr, vanishingLinear } from '@tweedie/core'
import { fit as fitGenerator, generate, labelledPairs } from '@tweedie/density'
import { adam, constant, mlp } from '@tweedie/nn'
import { dpmSolver2M, probabilityFlow } from '@tweedie/ode-sde'
import { pointCloud } from '@tweedie/score'

/** Points of two noisy arcs, so that a wrong generator shows. */
export const table = ((): HostMatrix => {
  const rows = 250
  const normal = normalArray(key(40), 2 * rows)
  const data = new Float64Array(2 * rows)
  for (let k = 0; k < rows; k++) {
    const angle = (Math.PI * (k >> 1)) / (rows >> 1)
    const side = k & 1
    data[2 * k] = (side === 0 ? Math.cos(angle) : 1 - Math.cos(angle)) + 0.08 * normal[2 * k]!
    data[2 * k + 1] = (side === 0 ? Math.sin(angle) : 0.5 - Math.sin(angle)) + 0.08 * normal[2 * k + 1]!
  }
  return { data, rows, columns: 2 }
})()

/** What comes out of the demo's pipeline. */
export interface Generated {
  /** [rows, 2] */
  readonly labels: readonly number[]
  readonly samples: readonly number[]
}

/** The demo's pipeline in small (paper A): exact score of the table, labels along its flow, a network that learns them, new samples. */
export const pipeline = async <N>(B: Backend<N>, seed: number): Promise<Generated> => {
  const process = vanishingLinear({ floor: 1e-2 })
  const [labelling, fitting, generating] = split(key(seed), 3)
  const denoise = pointCloud(B, table)(process)
  const flow = probabilityFlow(B, process, denoise)
  const pairs = await labelledPairs(B, flow, { solver: dpmSolver2M, grid: uniformLogSnr(process, 10), count: 500, key: labelling! })
  const model = await fitGenerator(B, mlp([2, 32, 32, 2]), pairs, {
    optimiser: adam({ rate: constant(1e-2) }),
    steps: 150,
    batch: 64,
    key: fitting!,
  })
  const samples = await generate(B, model, { count: 1000, key: generating! })
  denoise.free()
  return { labels: Array.from(pairs.targets.data), samples: Array.from(samples.data) }
}
