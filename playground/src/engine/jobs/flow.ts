import { type Backend, key, normalArray, readAndFree } from '@tweedie/core'
import { probabilityFlow, trajectory } from '@tweedie/ode-sde'
import { pointCloud } from '@tweedie/score'
import { equationOf } from '../equation/equation.js'
import type { JobContext, RequestOf } from '../job.js'
import { tableOf } from './table-of.js'

/**
 * Particles from noise to data along the probability flow under the exact score of the points (paper B, eq. (64)): a frame for every time of
 * the grid, the first one the noise.
 */
export const flow = async <N>(B: Backend<N>, { id, setup }: RequestOf<'flow'>, { post, signal }: JobContext): Promise<string> => {
  const { particles, seed, points } = setup
  const { process, times, solver } = equationOf(setup)
  const denoise = pointCloud(B, tableOf(setup))(process)
  const sigma = process.sigma(times[0] as number)
  const initial = B.tensor(
    normalArray(key(seed), particles * 2).map((z) => sigma * z),
    [particles, 2],
  )
  const began = performance.now()
  try {
    const term = probabilityFlow(B, process, denoise)
    for await (const { step, time, x } of trajectory(B, term, { initial, grid: times, solver, signal })) {
      const positions = Float32Array.from(await readAndFree(B, x))
      post({
        kind: 'frame',
        id,
        step,
        steps: setup.steps,
        time,
        positions,
        alpha: process.alpha(time),
        sigma: process.sigma(time),
      })
    }
  } finally {
    B.free(initial)
    denoise.free()
  }
  const milliseconds = (performance.now() - began) / setup.steps
  return `${particles} particles, ${points.length} points, ${setup.steps} steps of ${milliseconds.toPrecision(2)} ms on ${B.name}`
}
