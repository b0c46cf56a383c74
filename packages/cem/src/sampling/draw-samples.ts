import {
  type Backend,
  type ForwardProcess,
  fold,
  type HostMatrix,
  type Key,
  normalArray,
  prior,
  readAndFree,
  type TimeGrid,
  throwIfAborted,
  timeGrid,
  tweedieError,
} from '@tweedie/core'
import { probabilityFlow, reverseSde, type Solver, solve } from '@tweedie/ode-sde'
import { as, type Field, type Kind } from '@tweedie/score'

export interface DrawOptions {
  readonly process: ForwardProcess
  /** Times from noise to data. */
  readonly grid: TimeGrid
  /** A solver of the reverse SDE where it takes noise (`splitting('39')`), of the probability flow otherwise (`dpmSolver2M`). */
  readonly solver: Solver
  readonly count: number
  /** Columns of a sample. */
  readonly dimension: number
  readonly key: Key
  /** Samples solved at a time; 10,000 by default. It decides memory, never the result. */
  readonly chunk?: number | undefined
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((progress: { readonly done: number; readonly total: number }) => void) | undefined
}

/**
 * Draws samples of a model: from N(0, σ² I) at the first time of the grid, backwards to its last. Sample i depends on the key and i alone.
 *
 * Rejects with `InvalidArgument` for a grid that does not decrease or leaves the process's range, a process without a prior, or a
 * count that is no positive whole number, and with whatever `solve` rejects with.
 */
export const drawSamples = async <N>(B: Backend<N>, field: Field<Kind, N>, options: DrawOptions): Promise<HostMatrix> => {
  const { process, grid, solver, count, dimension, key, chunk = 10_000, signal, onProgress } = options
  for (const [name, value] of Object.entries({ count, dimension, chunk }))
    if (!(Number.isSafeInteger(value) && value >= 1))
      throw tweedieError('InvalidArgument', 'drawSamples', `${name} = ${value}`, 'Use a whole number of at least 1')
  timeGrid(grid, process)
  prior(process)
  const denoiser = as('denoiser', process)(field)
  const term = solver.kind === 'sde' ? reverseSde(B, process, denoiser) : probabilityFlow(B, process, denoiser)
  const sigma = process.sigma(grid[0] as number)
  const data = new Float64Array(count * dimension)
  for (let from = 0; from < count; from += chunk) {
    throwIfAborted(signal, 'drawSamples')
    const rows = Math.min(chunk, count - from)
    const start = normalArray(fold(key, 0), rows * dimension, from * dimension).map((z) => sigma * z)
    const initial = B.tensor(start, [rows, dimension])
    try {
      const { x } = await solve(B, term, {
        initial,
        grid,
        solver,
        key: fold(key, 1),
        firstSample: from,
        signal,
        onProgress: ({ step, steps }) => onProgress?.({ done: Math.floor(from + (rows * step) / steps), total: count }),
      })
      data.set(await readAndFree(B, x), from * dimension)
    } finally {
      B.free(initial)
    }
  }
  return { data, rows: count, columns: dimension }
}
