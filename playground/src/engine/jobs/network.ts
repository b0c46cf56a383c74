import { cem, ddpm, denoiserOf, drawSamples, type Model, type Objective, rawNet, sgm, trainModel, uniformGridTimes } from '@tweedie/cem'
import { type Backend, type ForwardProcess, fold, type HostMatrix, hostMatrix, key, ornsteinUhlenbeck } from '@tweedie/core'
import { adam, cosineDecay } from '@tweedie/nn'
import { type Field, field } from '@tweedie/score'
import type { ObjectiveName } from '../../protocol.js'
import { equationOf } from '../equation/equation.js'
import type { JobContext, RequestOf } from '../job.js'
import { pollutionOf } from '../pollution.js'
import { sizesOf } from '../sizes.js'
import { freeParameters } from './free-parameters.js'
import { tableOf } from './table-of.js'

const objectives: Readonly<Record<ObjectiveName, Objective>> = { cem, ddpm, sgm }

/** Tanh between the layers, as in paper B's two-dimensional examples; two times as wide, for fewer steps. */
const HIDDEN = [64, 64, 64]
const RATE = 5e-3
const BATCH = 256
/** Times of paper B's training grid. */
const GRID_POINTS = 200

/**
 * Paper B, §4: one network on (x, t) trained as a denoiser (eq. (34)), as a noise (eq. (24)) or as a score (eq. (22)) under its Ornstein–Uhlenbeck process at
 * the times of its uniform grid, and samples of the probability flow under what was learnt, with the setup's solver and grid. The three trainings
 * differ in the objective alone. The denoiser of one process is that of every other, at the time of the same log-SNR.
 */
export const network = async <N>(
  B: Backend<N>,
  { id, setup, objective: name, sizes }: RequestOf<'network'>,
  { post, signal }: JobContext,
): Promise<string> => {
  const { training, samples: count } = sizesOf('network', sizes)
  const { process, times, solver } = equationOf(setup)
  const learnt = ornsteinUhlenbeck()
  const seed = key(setup.seed)
  const table = tableOf(setup)
  const model: Model = { process: learnt, objective: objectives[name], network: rawNet({ dimension: 2, hidden: HIDDEN }) }

  const began = performance.now()
  const { parameters, history } = await trainModel(B, {
    ...model,
    data: atLeast(BATCH, table),
    times: uniformGridTimes(GRID_POINTS),
    optimiser: adam({ rate: cosineDecay(RATE, training) }),
    steps: training,
    batch: BATCH,
    key: fold(seed, 0),
    averaging: 0.99,
    signal,
    onProgress: ({ step, steps, loss }) =>
      post({ kind: 'progress', id, stage: 'training', done: step, of: steps, ...(loss !== undefined && { loss }) }),
  })
  const seconds = (performance.now() - began) / 1000
  try {
    const drawn = await drawSamples(B, under(process, denoiserOf(B, model, parameters), learnt), {
      process,
      grid: times,
      solver,
      count,
      dimension: 2,
      key: fold(seed, 1),
      signal,
      onProgress: ({ done, total }) => post({ kind: 'progress', id, stage: 'samples', done, of: total }),
    })
    post({ kind: 'samples', id, samples: Float32Array.from(drawn.data), ...pollutionOf(table, drawn) })
    return `${name}: ${training} steps in ${seconds.toFixed(1)} s to a loss of ${history.at(-1)?.loss.toPrecision(3)}`
  } finally {
    freeParameters(B, parameters)
  }
}

/**
 * A denoiser that was learnt under a process of α² + σ² = 1, under any other: E[X₀ | X_t = x] depends on x/√(α² + σ²) and the log-SNR alone. Times beyond
 * those that were learnt are taken as the last.
 */
const under = <N>(process: ForwardProcess, denoise: Field<'denoiser', N>, learnt: ForwardProcess): Field<'denoiser', N> => {
  const B = denoise.backend
  return field(B, 'denoiser', (x, t) => {
    const time = Math.min(learnt.timeRange[1], learnt.timeOfLogSnr(process.logSnr(t)))
    return denoise(B.mul(x, 1 / Math.hypot(process.alpha(t), process.sigma(t))), time)
  })
}

/** The rows over again until there are enough for a batch: it draws from them evenly. */
const atLeast = (rows: number, table: HostMatrix): HostMatrix => {
  const times = Math.ceil(rows / table.rows)
  return times <= 1 ? table : hostMatrix(Array.from({ length: times }, () => [...table.data]).flat(), times * table.rows, 2)
}
