import { type Operations as BackendOperations, key, normalArray, sizeOf, untyped } from '@tweedie/core'
import { type CpuTensor, cpu } from '@tweedie/core/cpu'

/** The untyped operations, the same for the cpu backend and for what differentiates it. */
export type Operations<N> = BackendOperations<N>

/** A function of tensors, written for any backend. */
export type TensorFunction = <N>(ops: Operations<N>, operands: readonly N[]) => N

/** Row-major numbers and their shape. */
export interface Host {
  readonly data: Float64Array
  readonly shape: readonly number[]
}

/** Standard normals of a shape, by seed; `through` moves them where the function under test is smooth. */
export const hostNormal = (seed: number, shape: readonly number[], through: (x: number) => number = (x) => x): Host => ({
  data: normalArray(key(seed), sizeOf(shape)).map(through),
  shape,
})

const B = cpu()
const P = untyped(B)

/** Σ w · y with fixed weights w: a scalar whose gradient needs every element of y's adjoint to be right. */
export const weighed = <N>(ops: Operations<N>, y: N): N => {
  const shape = ops.shape(y)
  return ops.sum(ops.mul(y, ops.tensor(normalArray(key(77), sizeOf(shape)), shape)))
}

/**
 * The gradient of Σ w · f by every element of every operand, by central differences of step h: the truncation error is h² f‴/6, about
 * 1e-10 for h = 1e-5, and rounding adds about ε f/h = 1e-11 f.
 */
export const centralDifferences = (f: TensorFunction, operands: readonly Host[], h = 1e-5): Float64Array[] => {
  const value = (data: readonly Float64Array[]): number =>
    P.scope(() =>
      (
        weighed(
          P,
          f(
            P,
            data.map((numbers, k) => P.tensor(numbers, operands[k]?.shape ?? [])),
          ),
        ) as CpuTensor
      ).get(),
    )
  return operands.map((operand, k) =>
    operand.data.map((x, e) => {
      const at = (shifted: number): number =>
        value(operands.map(({ data }, j) => (j === k ? data.map((number, i) => (i === e ? shifted : number)) : data)))
      return (at(x + h) - at(x - h)) / (2 * h)
    }),
  )
}
