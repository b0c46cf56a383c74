import { type Backend, fold, type Matrix, type Scalar, type Tensor, throwIfAborted, turns, tweedieError } from '@tweedie/core'
import { autodiff } from '../autodiff/autodiff.js'
import type { Traced } from '../autodiff/traced.js'
import type { Parameters } from '../layers/mlp.js'
import { meanSquaredError } from '../loss.js'
import { leavesOf, mapTree } from '../tree.js'
import { batches, splitRows } from './batches.js'
import type { OptimiserState } from './optimiser.js'
import { checkOptions, type TrainOptions } from './options.js'
import { requireFinite } from './require-finite.js'
import { bestLook, restore, snapshot } from './state.js'
import type { Losses } from './training-state.js'

export interface Trained<N> {
  /** Those of the best validation loss; of the last step where nothing was validated. They belong to the caller. */
  readonly parameters: Parameters<N>
  readonly history: readonly Losses[]
  /** The step that the parameters are of. */
  readonly bestStep: number
  /** Undefined where nothing was validated. */
  readonly bestValidationLoss: number | undefined
  /** Whether `patience` ended the training. */
  readonly stoppedEarly: boolean
  /** Steps made, those before a checkpoint that was gone on from included. */
  readonly steps: number
  /** Wall-clock time of this call. */
  readonly seconds: number
}

/**
 * Fits a network to pairs by stochastic gradient steps (paper A's supervised step, docs/formulas.md §2). The result is a function of the
 * options alone: the same key gives the same bits on a deterministic backend, and a run that goes on from a checkpoint (`resume`) gives the bits of one
 * that was never interrupted; on another backend it goes on to rounding.
 *
 * Losses are read from the backend only where they are looked at, every `validateEvery` steps. The event loop gets a turn about every
 * 30 ms. Rejects with `ShapeMismatch` or `InvalidArgument` for options that do not fit, `InvalidModel` for a state of another run, `NotFinite` when inputs,
 * targets, a loss or a number of a checkpoint are not finite, and `Aborted` when the signal fires; everything made is then freed.
 */
export const train = async <N>(B: Backend<N>, options: TrainOptions<N>): Promise<Trained<N>> => {
  const began = performance.now()
  const { rows, validationFraction, validateEvery, checkpointEvery, batch, whole } = checkOptions(B, options)
  const {
    network,
    inputs,
    targets,
    optimiser,
    steps,
    key,
    loss = meanSquaredError,
    patience,
    resume,
    signal,
    onProgress,
    onCheckpoint,
  } = options
  throwIfAborted(signal, 'train')

  // Everything held across an await. What is not in the result is freed at the end, however it ends.
  let state: OptimiserState<Parameters<N>> | undefined
  let best: { readonly parameters: Parameters<N>; readonly step: number; readonly loss: number } | undefined
  let pending: Scalar<N>[] = []
  let data: Data<N> | undefined
  let result: Parameters<N> | undefined

  const tensors = (tree: unknown): Set<Tensor<N>> => new Set(tree === undefined ? [] : leavesOf('train', B.isTensor, tree))
  /** Frees the tensors of a tree but those of the trees to keep. */
  const release = (tree: unknown, ...keep: readonly unknown[]): void => {
    const kept = keep.map(tensors)
    for (const x of tensors(tree)) if (!kept.some((set) => set.has(x))) B.free(x)
  }
  const readScalars = async (scalars: readonly Scalar<N>[]): Promise<Float64Array> => {
    const joined = B.scope(() =>
      B.concat(
        scalars.map((x) => B.reshape(x, [1])),
        0,
      ),
    )
    try {
      return await B.read(joined)
    } finally {
      B.free(joined)
    }
  }
  const seconds = (): number => (performance.now() - began) / 1000

  try {
    await requireFinite(B, 'inputs', inputs)
    await requireFinite(B, 'targets', targets)

    const split = splitRows(fold(key, 1), rows, validationFraction)
    const rowsOf = batches(fold(key, 2), split.training, batch)
    const take = (chosen: Uint32Array): Pairs<N> => ({ inputs: B.takeRows(inputs, chosen), targets: B.takeRows(targets, chosen) })
    data = B.scope(() => ({
      ...(whole ? { whole: take(split.training) } : {}),
      ...(split.validation.length === 0 ? {} : { validation: take(split.validation) }),
    }))

    const D = autodiff(B)
    const apply = network.apply(D)
    const lossOf = loss(D)
    const step = (now: OptimiserState<Parameters<N>>, index: number) =>
      B.scope(() => {
        const pairs = data?.whole ?? take(rowsOf(index))
        const [x, y] = [D.lift(pairs.inputs), D.lift(pairs.targets)]
        const gradientAt = D.valueAndGradient((p: Parameters<Traced<N>>) => lossOf(apply(p, x), y))
        const { value, gradient } = gradientAt(now.parameters)
        return { value, next: optimiser.update(B, now, gradient, index) }
      })
    const validationLoss = async ({ parameters }: OptimiserState<Parameters<N>>, pairs: Pairs<N>): Promise<number> => {
      const value = B.scope(() => loss(B)(network.apply(B)(parameters, pairs.inputs), pairs.targets))
      try {
        return (await B.read(value))[0] as number
      } finally {
        B.free(value)
      }
    }

    const history: Losses[] = [...(resume?.history ?? [])]
    /** Losses since the last look that were read already. */
    let losses: readonly number[] = []
    let made = resume?.step ?? 0
    if (resume === undefined) {
      const own = B.scope(() =>
        options.initial === undefined
          ? network.initialise(B, fold(key, 0))
          : (mapTree('train, initial', B.isTensor, options.initial, (x) => B.mul(x, 1)) as Parameters<N>),
      )
      state = { parameters: own, memory: [] }
      state = B.scope(() => optimiser.init(B, own))
    } else {
      const held = restore(B, { network, optimiser, key }, resume)
      state = held.state
      losses = held.losses
      best = held.best && { parameters: held.best, ...(bestLook(history) as { step: number; loss: number }) }
    }

    const readPending = async (): Promise<void> => {
      if (pending.length === 0) return
      const read = await readScalars(pending)
      const wrong = read.findIndex((each) => !Number.isFinite(each))
      if (wrong >= 0) throw notFinite(`the loss of step ${made - read.length + wrong + 1} is ${read[wrong]}`)
      release(pending)
      pending = []
      losses = [...losses, ...read]
    }
    const outOfPatience = (): boolean =>
      patience !== undefined && best !== undefined && looksSince(history, best.step) >= patience && made < steps

    const takeTurn = turns()
    let stoppedEarly = outOfPatience()
    const report = (): void => {
      const last = history.at(-1)
      onProgress?.({ step: made, steps, seconds: seconds(), ...(last === undefined ? {} : { last }) })
    }

    while (made < steps && !stoppedEarly) {
      const before: OptimiserState<Parameters<N>> = state
      const { value, next } = step(before, made + 1)
      state = next
      pending.push(value)
      made++
      release(before, next, best?.parameters)

      if (made % validateEvery === 0 || made === steps) {
        await readPending()
        const trainLoss = losses.reduce((sum, each) => sum + each, 0) / losses.length
        losses = []
        const validated: number | undefined = data.validation && (await validationLoss(next, data.validation))
        if (validated !== undefined && !Number.isFinite(validated))
          throw notFinite(`the validation loss after step ${made} is ${validated}`)
        history.push({ step: made, trainLoss, ...(validated === undefined ? {} : { validationLoss: validated }) })
        if (validated !== undefined && (best === undefined || validated < best.loss)) {
          release(best?.parameters, next)
          best = { parameters: next.parameters, step: made, loss: validated }
        }
        stoppedEarly = outOfPatience()
        report()
      }
      if (onCheckpoint !== undefined && (made % checkpointEvery === 0 || made === steps || stoppedEarly)) {
        await readPending()
        await onCheckpoint(await snapshot(B, made, { state: next, best: best?.parameters, losses }, history))
      }
      if (await takeTurn()) report()
      throwIfAborted(signal, 'train')
    }

    result = best?.parameters ?? state.parameters
    return {
      parameters: result,
      history,
      bestStep: best?.step ?? made,
      bestValidationLoss: best?.loss,
      stoppedEarly,
      steps: made,
      seconds: seconds(),
    }
  } finally {
    for (const tree of [state, best?.parameters, pending, data]) release(tree, result)
  }
}

interface Pairs<N> {
  readonly inputs: Matrix<N>
  readonly targets: Matrix<N>
}

/** The rows that are used again and again, taken once. */
interface Data<N> {
  readonly whole?: Pairs<N>
  readonly validation?: Pairs<N>
}

const looksSince = (history: readonly Losses[], step: number): number => history.filter((each) => each.step > step).length

const notFinite = (what: string) =>
  tweedieError(
    'NotFinite',
    'train',
    what,
    'Lower the rate of the optimiser, or warm it up (warmUp); check that the columns are standardised',
  )
