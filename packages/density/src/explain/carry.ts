import { type Backend, type HostMatrix, readAndFree, type TimeGrid, throwIfAborted } from '@tweedie/core'
import { type Solver, solve } from '@tweedie/ode-sde'
import { toTensor } from '../fit.js'
import type { LabelFlow } from '../labelled-pairs.js'

export interface CarryOptions {
  readonly grid: TimeGrid
  readonly solver: Solver
  /** States solved at a time; it decides memory, never the result. */
  readonly chunk: number
  readonly signal?: AbortSignal | undefined
}

/** Where a flow takes given states, row by row; row i belongs to group ⌊i/size⌋, as label i of `labelledPairs` does. */
export const carry = async <N>(B: Backend<N>, flow: LabelFlow<N>, states: HostMatrix, options: CarryOptions): Promise<HostMatrix> => {
  const { grid, solver, chunk, signal } = options
  const { rows, columns } = states
  const group = 'size' in flow ? flow : { size: rows, flow: () => flow, free: undefined }
  const data = new Float64Array(rows * columns)
  for (let first = 0, index = 0; first < rows; first += group.size, index++) {
    try {
      const term = group.flow(index)
      const end = Math.min(rows, first + group.size)
      for (let from = first; from < end; from += chunk) {
        throwIfAborted(signal, 'explainError')
        const initial = toTensor(B, states, from, Math.min(end, from + chunk))
        try {
          const { x } = await solve(B, term, { initial, grid, solver, ...(signal && { signal }) })
          data.set(await readAndFree(B, x), from * columns)
        } finally {
          B.free(initial)
        }
      }
    } finally {
      group.free?.(index)
    }
  }
  return { data, rows, columns }
}
