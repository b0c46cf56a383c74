import { type Backend, fold, hostMatrix, key, normalArray } from '@tweedie/core'
import { fit, type Generator, generate, labelledPairs } from '@tweedie/density'
import { adam, cosineDecay, mlp } from '@tweedie/nn'
import { probabilityFlow } from '@tweedie/ode-sde'
import { pointCloud } from '@tweedie/score'
import { equationOf } from '../equation/equation.js'
import type { JobContext, RequestOf } from '../job.js'
import { pollutionOf } from '../pollution.js'
import { sizesOf } from '../sizes.js'
import { freeParameters } from './free-parameters.js'
import { tableOf } from './table-of.js'

/** The network of the map Y → X, with tanh between the layers, and its training. */
const LAYERS = [2, 64, 64, 2]
const RATE = 1e-2
const BATCH = 256

/**
 * Paper A, §3.2: labels by the flow of the exact score (steps 2 and 3), a network fitted to them by mean squared error (step 4), and samples in one pass
 * with the noise that each came from.
 */
export const generator = async <N>(
  B: Backend<N>,
  { id, setup, sizes }: RequestOf<'generator'>,
  { post, signal }: JobContext,
): Promise<string> => {
  const { labels, training, samples: count } = sizesOf('generator', sizes)
  const { process, times, solver } = equationOf(setup)
  const seed = key(setup.seed)
  const table = tableOf(setup)

  const cloud = pointCloud(B, table)(process)
  const pairs = await labelledPairs(B, probabilityFlow(B, process, cloud), {
    solver,
    grid: times,
    count: labels,
    key: fold(seed, 0),
    signal,
    onProgress: ({ done, total }) => post({ kind: 'progress', id, stage: 'labels', done, of: total }),
  }).finally(cloud.free)

  let fitted: Generator<N> | undefined
  try {
    const model = await fit(B, mlp(LAYERS), pairs, {
      optimiser: adam({ rate: cosineDecay(RATE, training) }),
      steps: training,
      batch: Math.min(BATCH, Math.ceil(labels / 2)),
      validationFraction: 0,
      key: fold(seed, 1),
      signal,
      onProgress: ({ step, steps, last }) =>
        post({ kind: 'progress', id, stage: 'training', done: step, of: steps, ...(last && { loss: last.trainLoss }) }),
    })
    fitted = model
    const drawn = fold(seed, 2)
    const made = await generate(B, fitted, { count, key: drawn, signal })
    const noise = Float32Array.from(normalArray(drawn, 2 * count))
    post({
      kind: 'samples',
      id,
      samples: Float32Array.from(made.data),
      noise,
      ...pollutionOf(table, hostMatrix(made.data, count, 2)),
    })
    const loss = model.training.history.at(-1)?.trainLoss
    return `${labels} labels in ${pairs.statistics.seconds.toFixed(1)} s, ${training} steps in ${model.training.seconds.toFixed(1)} s to a loss of ${loss?.toPrecision(3)}`
  } finally {
    freeParameters(B, fitted?.parameters ?? [])
  }
}
