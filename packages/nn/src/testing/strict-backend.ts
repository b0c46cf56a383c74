import { type Backend, makeBackend, operationRows, type Primitives, scopeTracker, untyped } from '@tweedie/core'
import { type CpuTensor, cpu } from '@tweedie/core/cpu'

/** A cpu tensor that is gone once it is freed, as on a backend whose memory no garbage collector watches. */
export class Cell {
  constructor(public tensor: CpuTensor | undefined) {}
}

/** The cpu backend, but using a tensor after it was freed throws, so a test on it sees every tensor freed too soon. */
export const strict = (): Backend<Cell> => {
  const P = untyped(cpu())
  const isTensor = (value: unknown): value is Cell => value instanceof Cell
  const { track, scope, free, liveTensors } = scopeTracker(isTensor, (cell) => {
    cell.tensor = undefined
  })
  const open = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(open)
    if (!isTensor(value)) return value
    if (value.tensor === undefined) throw new Error('a tensor was used after it was freed')
    return value.tensor
  }
  const opened = (x: Cell): CpuTensor => open(x) as CpuTensor
  const memory = { isTensor, scope, free, liveTensors, shape: (x: Cell) => P.shape(opened(x)), read: async (x: Cell) => P.read(opened(x)) }
  // Fused kernels are left to be derived, so that they too are checked tensor by tensor.
  const names = operationRows().flatMap(([name, { group }]) => (group === 'kernel' ? [] : [name]))
  const operations = names.map((name) => [
    name,
    (...operands: unknown[]) => track(new Cell((P[name] as (...operands: unknown[]) => CpuTensor)(...operands.map(open)))),
  ])
  return makeBackend({ name: 'strict', dtype: 'float64', ...memory, ...Object.fromEntries(operations) } as Primitives<Cell>)
}
