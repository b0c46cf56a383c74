import {
  type Backend,
  type ForwardProcess,
  type HostMatrix,
  type Key,
  normalArray,
  readAndFree,
  type TimeGrid,
  throwIfAborted,
  tweedieError,
} from '@tweedie/core'
import { type ProbabilityFlow, type Solver, solve } from '@tweedie/ode-sde'

/** Labelled examples for supervised learning: row i of `inputs` is noise Y ~ N(0, I), row i of `targets` is where the flow takes it. */
export interface LabelledPairs {
  /** [count, d] */
  readonly inputs: HostMatrix
  /** [count, d] */
  readonly targets: HostMatrix
  readonly statistics: {
    /** Evaluations of the field, each on a chunk of states. */
    readonly evaluations: number
    readonly seconds: number
  }
}

/**
 * The flows that make the labels: one for all, or one per group of `size` consecutive pairs, as when each group draws its own
 * mini-batch (paper A's code: 5,000 pairs a group).
 */
export type LabelFlow<N> =
  | ProbabilityFlow<N>
  | {
      readonly size: number
      readonly flow: (group: number) => ProbabilityFlow<N>
      /** Called once a group's flow is done with, however the job ends: the place to free what its field holds. */
      readonly free?: (group: number) => void
    }

/** The first labels of a job that is not over, as numbers on the host. */
export interface LabelsMade {
  /** [those made, d], a view of rows that do not change any more. */
  readonly targets: HostMatrix
  readonly statistics: LabelledPairs['statistics']
}

export interface LabelOptions {
  readonly solver: Solver
  /** From noise to data; its ends are where the flow starts and stops. */
  readonly grid: TimeGrid
  /** How many pairs. */
  readonly count: number
  readonly key: Key
  /** Columns of a state; the flow of a source in `@tweedie/score` knows it. */
  readonly dimension?: number
  /** States solved at a time; default 1,000. It decides memory, never the result. */
  readonly chunk?: number
  /** Labels to go on after, of `onCheckpoint` of a job with the same options, on this backend or another. */
  readonly resume?: LabelsMade | undefined
  /** Takes the labels that there are, after each chunk. */
  readonly onCheckpoint?: ((made: LabelsMade) => void | Promise<void>) | undefined
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void
}

/**
 * Paper A §3.2, steps 2 and 3: solves the reverse ODE from Y ~ N(0, I) (times σ at the start of the grid) and keeps the pair (Y, X).
 * Pair i depends on the key and i alone: neither `chunk` nor `count` changes it, nor whether the labels before it were made in this job.
 *
 * Rejects with `InvalidArgument` for a count or chunk that is not a positive whole number, `InvalidModel` for labels of another job to go on after, and with
 * whatever `solve` rejects with.
 */
export const labelledPairs = async <N>(B: Backend<N>, flow: LabelFlow<N>, options: LabelOptions): Promise<LabelledPairs> => {
  const { solver, grid, count, key, dimension, chunk = 1_000, resume, onCheckpoint, signal, onProgress } = options
  const group = 'size' in flow ? flow : { size: Number.POSITIVE_INFINITY, flow: () => flow, free: undefined }
  for (const [name, value] of Object.entries({ count, chunk, 'group size': Math.min(group.size, Number.MAX_SAFE_INTEGER) }))
    if (!Number.isInteger(value) || value < 1)
      throw tweedieError('InvalidArgument', 'labelledPairs', `${name} ${value}`, 'Use a positive whole number')

  const began = performance.now()
  const first = group.flow(0)
  const d = dimension ?? first.dimension
  if (d === undefined)
    throw tweedieError('InvalidArgument', 'labelledPairs', 'the field of the flow does not say how many columns it has', 'Pass dimension')
  const inputs = normalArray(key, count * d)
  const targets = new Float64Array(count * d)
  const before = resume?.statistics ?? { evaluations: 0, seconds: 0 }
  let evaluations = before.evaluations
  let current = { group: 0, flow: first }
  const statistics = () => ({ evaluations, seconds: before.seconds + (performance.now() - began) / 1000 })

  try {
    if (resume !== undefined) targets.set(madeBefore(resume, count, d))
    for (let from = resume?.targets.rows ?? 0; from < count; ) {
      throwIfAborted(signal, 'labelledPairs')
      const index = Number.isFinite(group.size) ? Math.floor(from / group.size) : 0
      if (index !== current.group) {
        group.free?.(current.group)
        current = { group: index, flow: group.flow(index) }
      }
      const term = current.flow
      const to = Math.min(count, from + chunk, (index + 1) * group.size || count)
      const sigma = term.process.sigma(grid[0] as number)
      const initial = B.tensor(
        inputs.subarray(from * d, to * d).map((y) => sigma * y),
        [to - from, d],
      )
      try {
        const solution = await solve(B, term, {
          initial,
          grid,
          solver,
          ...(signal && { signal }),
          onProgress: ({ step, steps }) => report(from, to, step / steps),
        })
        evaluations += solution.statistics.evaluations
        targets.set(await readAndFree(B, solution.x), from * d)
      } finally {
        B.free(initial)
      }
      from = to
      await onCheckpoint?.({ targets: { data: targets.subarray(0, to * d), rows: to, columns: d }, statistics: statistics() })
    }
  } finally {
    group.free?.(current.group)
  }
  return {
    inputs: { data: inputs, rows: count, columns: d },
    targets: { data: targets, rows: count, columns: d },
    statistics: statistics(),
  }

  function report(from: number, to: number, fraction: number): void {
    onProgress?.({ done: Math.floor(from + (to - from) * fraction), total: count })
  }
}

/** The numbers of labels that were made before. Throws `InvalidModel` when no job of so many with so many columns can have made them. */
const madeBefore = ({ targets }: LabelsMade, count: number, columns: number): Float64Array => {
  const refuse = (what: string) =>
    tweedieError('InvalidModel', 'labelledPairs, resume', what, 'Go on with the options that the labels were made with, or make them anew')
  if (targets.columns !== columns || targets.rows > count)
    throw refuse(`labels of shape [${targets.rows}, ${targets.columns}] where [${count}, ${columns}] are wanted`)
  if (targets.data.length !== targets.rows * columns || !targets.data.every(Number.isFinite))
    throw refuse(`${targets.data.length} numbers, not all of them finite, for ${targets.rows} labels`)
  return targets.data
}

/**
 * Scales targets so that they keep the data's variance: labels of data with unit variance have variance α² + σ² at the stopping time,
 * and are divided by its root (the smoothed bootstrap with variance correction, Silverman & Young 1987).
 */
export const withUnitVariance = (pairs: LabelledPairs, process: ForwardProcess, grid: TimeGrid): LabelledPairs => {
  const stop = grid[grid.length - 1] as number
  const scale = 1 / Math.hypot(process.alpha(stop), process.sigma(stop))
  return { ...pairs, targets: { ...pairs.targets, data: pairs.targets.data.map((x) => scale * x) } }
}
