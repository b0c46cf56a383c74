import { type Backend, fold, type Matrix, type Scalar, throwIfAborted, turns, tweedieError } from '@tweedie/core'
import { autodiff, batches, freeLeaves, mapLeaves, type OptimiserState, type Parameters, type Traced } from '@tweedie/nn'
import { checkModelOptions } from './check-options.js'
import type { LossRecord, TrainedModel, TrainModelOptions } from './model.js'
import { type NoisedBatch, noisedBatches } from './noised-batch.js'
import { type Held, restore, snapshot } from './state.js'

/**
 * Trains a network on an objective by stochastic gradient steps: ∫ λ(t) E|target − f(X_t, t)|² dt (paper B, eq. (22), (24), (34)), the mean over
 * a batch of the summed squares. Every step draws its rows, times and noise from the key and its own number, so a run that is resumed from a
 * checkpoint gives the same bits as one that was never interrupted.
 *
 * The event loop gets a turn about every 30 ms. Rejects with `ShapeMismatch` or `InvalidArgument` for options that do not fit, `NotFinite` when the
 * data or a loss is not finite, and `Aborted` when the signal fires; everything made is then freed.
 */
export const trainModel = async <N>(B: Backend<N>, options: TrainModelOptions): Promise<TrainedModel<N>> => {
  const { network, objective, optimiser, steps, batch, key, data, signal, onProgress, onCheckpoint, resume } = options
  const { law, lookEvery, checkpointEvery } = checkModelOptions(options)
  throwIfAborted(signal, 'trainModel')
  const D = autodiff(B)
  const apply = network.apply(D)
  const make = noisedBatches(B, options, law)
  const rowsOf = batches(
    fold(key, 1),
    Uint32Array.from({ length: data.rows }, (_, row) => row),
    batch,
  )
  const stepKey = fold(key, 2)
  const takeTurn = turns()

  const points = B.tensor(data.data, [data.rows, data.columns])
  let held: Held<N> | undefined
  let finished: Parameters<N> | undefined
  const history: LossRecord[] = [...(resume?.history ?? [])]
  try {
    held = resume === undefined ? begin(B, options) : restore(B, options, resume)
    for (let step = (resume?.step ?? 0) + 1; step <= steps; step++) {
      const before: Held<N> = held
      held = B.scope(() => {
        const noised = make(B.takeRows(points, rowsOf(step)), fold(stepKey, step))
        const { value, gradient } = lossGradient(noised, before.state.parameters)
        const state = optimiser.update(B, before.state, gradient, step)
        const average = before.average && averaged(B, before.average, state.parameters, decayAt(options.averaging as number, step))
        return { state, lossSum: B.add(before.lossSum, value) as Scalar<N>, ...(average && { average }) }
      })
      release(B, before)
      const looking = step % lookEvery === 0 || step === steps
      if (looking) held = { ...held, lossSum: await look(held.lossSum, step) }
      if (onCheckpoint !== undefined && step % checkpointEvery === 0 && step < steps)
        await onCheckpoint(await snapshot(B, step, held, history))
      if (looking || (await takeTurn())) {
        throwIfAborted(signal, 'trainModel')
        const last = history.at(-1)
        onProgress?.({ step, steps, ...(last && { loss: last.loss }) })
      }
    }
    finished = held.average ?? held.state.parameters
    return { parameters: finished, history }
  } finally {
    if (held !== undefined) release(B, held, finished)
    B.free(points)
  }

  function lossGradient({ x, times, target, rootWeight }: NoisedBatch<N>, parameters: Parameters<N>) {
    const [input, wanted, root] = [D.lift(x), D.lift(target), D.lift(rootWeight)]
    return D.valueAndGradient((p: Parameters<Traced<N>>): Scalar<Traced<N>> => {
      const error = D.mul(D.sub(apply(p, input, times), wanted), root) as Matrix<Traced<N>>
      return D.mul(D.sum(D.square(error)), 1 / times.length) as Scalar<Traced<N>>
    })(parameters)
  }

  /** Reads the mean loss since the last look, notes it, and gives a sum that begins anew. */
  async function look(sum: Scalar<N>, step: number): Promise<Scalar<N>> {
    const total = (await B.read(sum))[0] as number
    const loss = total / (step - (history.at(-1)?.step ?? 0))
    if (!Number.isFinite(loss))
      throw tweedieError(
        'NotFinite',
        `trainModel, ${objective.name}`,
        `the loss is ${loss} at step ${step}`,
        'Use a lower rate, or a weight that does not grow so fast towards t = 0',
      )
    history.push({ step, loss })
    B.free(sum)
    return B.full([], 0)
  }
}

const begin = <N>(B: Backend<N>, { network, optimiser, key, averaging }: TrainModelOptions): Held<N> =>
  B.scope(() => {
    const parameters = network.initialise(B, fold(key, 0))
    const average = averaging === undefined ? undefined : mapLeaves(parameters, (x) => B.mul(x, 1))
    const state: OptimiserState<Parameters<N>> = optimiser.init(B, parameters)
    return { state, lossSum: B.full([], 0), ...(average && { average }) }
  })

/** The decay grows towards its value, so that the first parameters are soon forgotten. */
const decayAt = (decay: number, step: number): number => Math.min(decay, step / (step + 10))

const averaged = <N>(B: Backend<N>, average: Parameters<N>, parameters: Parameters<N>, decay: number): Parameters<N> =>
  average.map(({ weight, bias }, layer) => {
    const next = parameters[layer] as Parameters<N>[number]
    const mix = <T extends Matrix<N>>(a: T, b: T): T => B.add(B.mul(a, decay), B.mul(b, 1 - decay)) as T
    return { weight: mix(weight, next.weight), bias: mix(bias as never, next.bias as never) as typeof bias }
  })

const release = <N>(B: Backend<N>, { state, average, lossSum }: Held<N>, kept?: Parameters<N>): void => {
  for (const tree of [state.parameters, ...state.memory, ...(average ? [average] : [])]) if (tree !== kept) freeLeaves(B, tree)
  B.free(lossSum)
}
