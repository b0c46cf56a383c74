import { type Backend, key, normalArray, sizeOf, untyped } from '@tweedie/core'
import { autodiff } from '../autodiff/autodiff.js'
import type { Traced } from '../autodiff/traced.js'
import { type Host, type TensorFunction, weighed } from './central-difference.js'

/** Standard normal directions of the shapes of some operands. */
export const directions = (operands: readonly Host[], seed: number): Float64Array[] =>
  operands.map(({ shape }, index) => normalArray(key(1000 + seed + index), sizeOf(shape)))

export const innerProduct = (a: Float64Array, b: Float64Array): number => a.reduce((sum, x, k) => sum + x * (b[k] as number), 0)
export const absoluteProduct = (a: Float64Array, b: Float64Array): number =>
  a.reduce((sum, x, k) => sum + Math.abs(x * (b[k] as number)), 0)

/** ∇(Σ w · f), the operands' gradients one after the other, and three ways to its derivative along v. */
export const secondOrder = <N>(B: Backend<N>) => {
  const first = autodiff(B)
  const second = autodiff(first)
  const [P, O1, O2] = [untyped(B), untyped(first), untyped(second)]
  const join = async (tensors: readonly N[]): Promise<Float64Array> => {
    const numbers = await Promise.all(tensors.map((each) => P.read(each)))
    for (const each of tensors) P.free(each)
    return Float64Array.from(numbers.flatMap((each) => [...each]))
  }
  const bring = (operands: readonly Host[], data: readonly Float64Array[]): N[] =>
    data.map((numbers, k) => P.tensor(numbers, operands[k]?.shape ?? []))
  const gradientOf = (f: TensorFunction) =>
    second.gradient((xs: Traced<Traced<N>>[]) => weighed(O2, f(O2, xs))) as unknown as (xs: Traced<N>[]) => Traced<N>[]

  return {
    gradient: (f: TensorFunction, operands: readonly Host[], data: readonly Float64Array[]): Promise<Float64Array> =>
      join(P.scope(() => untypedGradient<N>(first)((xs) => weighed(O1, f(O1, xs)))(bring(operands, data)))),

    /** H·v as the gradient of ⟨∇, v⟩. */
    reverseOverReverse: (f: TensorFunction, operands: readonly Host[], v: readonly Float64Array[]): Promise<Float64Array> =>
      join(
        P.scope(() => {
          const along = bring(operands, v).map((each) => first.lift(each as never) as Traced<N>)
          const inner = (xs: Traced<N>[]): Traced<N> =>
            gradientOf(f)(xs)
              .map((each, k) => O1.sum(O1.mul(each, along[k] as Traced<N>)))
              .reduce((sum, each) => O1.add(sum, each))
          return untypedGradient<N>(first)(inner)(
            bring(
              operands,
              operands.map(({ data }) => data),
            ),
          )
        }),
      ),

    /** H·v as the derivative of ∇ along v, an operand at a time since a function has one result. */
    forwardOverReverse: (f: TensorFunction, operands: readonly Host[], v: readonly Float64Array[]): Promise<Float64Array> =>
      join(
        P.scope(() => {
          const [x, along] = [
            bring(
              operands,
              operands.map(({ data }) => data),
            ),
            bring(operands, v),
          ]
          return operands.map(
            (_, k) => first.jacobianVector(((xs: Traced<N>[]) => gradientOf(f)(xs)[k]) as never, x as never, along as never).tangent as N,
          )
        }),
      ),

    /** vᵀ·H·v as the derivative along v of the derivative along v: forward over forward, with no reverse mode in it. */
    forwardOverForward: async (f: TensorFunction, operands: readonly Host[], v: readonly Float64Array[]): Promise<number> => {
      const numbers = await join(
        P.scope(() => {
          const [x, along] = [
            bring(
              operands,
              operands.map(({ data }) => data),
            ),
            bring(operands, v),
          ]
          const lifted = along.map((each) => first.lift(each as never))
          const inner = (xs: Traced<N>[]) =>
            second.jacobianVector(((ys: Traced<Traced<N>>[]) => weighed(O2, f(O2, ys))) as never, xs as never, lifted as never).tangent
          return [first.jacobianVector(inner as never, x as never, along as never).tangent as N]
        }),
      )
      return numbers[0] as number
    },
  }
}

/** Gradients by a list of tensors, past the phantom shapes. */
const untypedGradient =
  <N>(D: { readonly gradient: unknown }) =>
  (f: (xs: Traced<N>[]) => Traced<N>): ((xs: N[]) => N[]) =>
    (D.gradient as (f: (xs: Traced<N>[]) => Traced<N>) => (xs: N[]) => N[])(f)
