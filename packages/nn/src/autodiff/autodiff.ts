import {
  type Backend,
  isPromise,
  makeBackend,
  type Primitives,
  type Scalar,
  type Shape,
  showShape,
  type Tensor,
  tweedieError,
  untyped,
} from '@tweedie/core'
import { mapTree } from '../tree.js'
import { activations } from './activation.js'
import { backward } from './backward.js'
import { clouds } from './clouds.js'
import { elementwise } from './elementwise.js'
import { indexing } from './indexing.js'
import { pairs } from './pairs.js'
import { products } from './products.js'
import { reductions } from './reductions.js'
import { tape } from './tape.js'
import type { Traced } from './traced.js'

/** A tree of traced tensors as a tree of B's tensors: parameters as the caller holds them, and their gradient. */
export type Primal<N, T> =
  T extends Traced<N> ? (T extends Tensor<Traced<N>, infer S> ? Tensor<N, S> : Tensor<N>) : { [K in keyof T]: Primal<N, T[K]> }

/** A value and the gradient by the parameters, which has their shape. */
export interface ValueAndGradient<N, G> {
  readonly value: Scalar<N>
  readonly gradient: G
}

/** The value of a function at a point, and the transposed derivative there. */
export interface Pullback<X, Y> {
  readonly value: Y
  /** vᵀ·(∂f/∂x): an adjoint of the shape of the value to one of the shape of x. May be called any number of times. */
  readonly pull: (adjoint: Y) => X
}

/** `autodiff(B)`: every operation of a backend, and derivatives of what is written in them. */
export interface AutodiffBackend<N> extends Backend<Traced<N>> {
  /** The backend below, which values and derivatives belong to. */
  readonly below: Backend<N>
  /** A constant: it has no derivative, and what is made of constants alone is not recorded. It shares x; free one of the two. */
  readonly lift: <S extends Shape>(x: Tensor<N, S>) => Tensor<Traced<N>, S>
  /** The value of a traced tensor, shared with it. */
  readonly primal: <S extends Shape>(x: Tensor<Traced<N>, S>) => Tensor<N, S>
  /**
   * The value of f and its gradient by all parameters, a tensor or a tree of tensors (arrays and plain objects). f must be
   * synchronous and return a scalar. Everything made on the way is freed. Throws `ShapeMismatch` when f's result is not a scalar and
   * `InvalidArgument` when a leaf of the parameters is not a tensor.
   */
  readonly valueAndGradient: {
    <S extends Shape>(f: (x: Tensor<Traced<N>, S>) => Scalar<Traced<N>>): (x: Tensor<N, S>) => ValueAndGradient<N, Tensor<N, S>>
    <T>(f: (parameters: T) => Scalar<Traced<N>>): (parameters: Primal<N, T>) => ValueAndGradient<N, Primal<N, T>>
  }
  /** The gradient alone. */
  readonly gradient: {
    <S extends Shape>(f: (x: Tensor<Traced<N>, S>) => Scalar<Traced<N>>): (x: Tensor<N, S>) => Tensor<N, S>
    <T>(f: (parameters: T) => Scalar<Traced<N>>): (parameters: Primal<N, T>) => Primal<N, T>
  }
  /**
   * The value of a tensor-valued f at x, and its vector–Jacobian product. What the recording keeps lives until the `scope` of the
   * backend below in which this is called ends, so call it, and `pull`, inside one.
   */
  readonly vectorJacobian: {
    <S extends Shape, R extends Shape>(
      f: (x: Tensor<Traced<N>, S>) => Tensor<Traced<N>, R>,
      x: Tensor<N, S>,
    ): Pullback<Tensor<N, S>, Tensor<N, R>>
    <T, R extends Shape>(f: (parameters: T) => Tensor<Traced<N>, R>, parameters: Primal<N, T>): Pullback<Primal<N, T>, Tensor<N, R>>
  }
}

/**
 * Reverse-mode differentiation of everything written in a backend's operations: `autodiff(B)` is a backend whose operations compute
 * B's values and remember how to differentiate them. Derivatives are written in B's operations, so `autodiff(autodiff(B))` gives
 * second derivatives.
 *
 * At kinks: |x| and relu have slope 0 at 0; the sides of a tie in `maximum` and `minimum` get half each; the elements that tie in `max`
 * and `min` share evenly; `greater`, `equal` and the condition of `where` have none.
 */
export const autodiff = <N>(B: Backend<N>): AutodiffBackend<N> => {
  const P = untyped(B)
  const name = `autodiff(${B.name})`
  const T = tape<N>(name, P)

  const primitives: Required<Primitives<Traced<N>>> = {
    name,
    dtype: P.dtype,
    tensor: (data, shape) => T.constant(P.tensor(data, shape)),
    full: (shape, value) => T.constant(P.full(shape, value)),
    shape: (x) => P.shape(T.primal(x)),
    read: async (x) => P.read(T.primal(x)),
    isTensor: T.isTraced,
    scope: T.scope,
    free: T.free,
    liveTensors: P.liveTensors,
    normal: (key, shape, first) => T.constant(P.normal(key, shape, first)),
    ...elementwise(P, T),
    ...pairs(P, T),
    ...reductions(P, T),
    ...products(P, T),
    ...indexing(P, T),
  }

  /** Runs f on traced parameters. The result is B's: the value, and the sweep back from it. */
  const trace = (where: string, f: (parameters: unknown) => unknown, parameters: unknown) => {
    const leaves: ReturnType<typeof T.leaf>[] = []
    const { result, kept } = T.recording(() => {
      const traced = mapTree(where, P.isTensor, parameters, (primal) => {
        const leaf = T.leaf(primal)
        leaves.push(leaf)
        return leaf
      })
      return f(traced)
    })
    if (!T.isTraced(result))
      throw tweedieError(
        'InvalidArgument',
        where,
        isPromise(result) ? 'the function returned a promise' : `the function did not return a tensor of ${name}`,
        isPromise(result)
          ? 'Differentiate synchronous code and await outside of it'
          : 'Compute with the operations of the backend that differentiates',
      )

    /** The gradient, a tree like the parameters, of tensors that are nobody else's. */
    const pull = (adjoint: N): unknown => {
      const adjoints =
        result.node === undefined
          ? []
          : backward(
              P,
              result.node,
              adjoint,
              leaves.map((leaf) => leaf.node),
            )
      const taken = new Set([adjoint])
      return mapTree(where, P.isTensor, parameters, (primal, index) => {
        const found = adjoints[index]
        if (found === undefined) return P.full(P.shape(primal), 0)
        if (taken.has(found)) return P.mul(found, 1)
        taken.add(found)
        return found
      })
    }
    return { value: result.primal, kept, pull }
  }

  const valueAndGradient = (f: (parameters: unknown) => unknown) => (parameters: unknown) =>
    P.scope(() => {
      const { value, pull } = trace(`${name}.valueAndGradient`, f, parameters)
      if (P.shape(value).length !== 0)
        throw tweedieError(
          'ShapeMismatch',
          `${name}.valueAndGradient`,
          `the function returned a tensor of shape ${showShape(P.shape(value))}`,
          'A gradient is of a scalar: reduce the result, for instance with sum, or use vectorJacobian',
        )
      return { value: P.mul(value, 1), gradient: pull(P.full([], 1)) }
    })

  const gradient = (f: (parameters: unknown) => unknown) => (parameters: unknown) => P.scope(() => valueAndGradient(f)(parameters).gradient)

  const vectorJacobian = (f: (parameters: unknown) => unknown, parameters: unknown) => {
    const where = `${name}.vectorJacobian`
    // The scope spares what the recording keeps; the scope around this call frees it.
    const traced = P.scope(() => {
      const { value, kept, pull } = trace(where, f, parameters)
      return { value: P.mul(value, 1), kept, pull }
    })
    const shape = P.shape(traced.value)
    return {
      value: traced.value,
      pull: (adjoint: N) => {
        const given = P.shape(adjoint)
        if (given.length !== shape.length || given.some((size, axis) => size !== shape[axis]))
          throw tweedieError(
            'ShapeMismatch',
            where,
            `an adjoint of shape ${showShape(given)} for a value of shape ${showShape(shape)}`,
            'Pass an adjoint of the shape of the value',
          )
        return P.scope(() => traced.pull(adjoint))
      },
    }
  }

  const backend = makeBackend(primitives, { ...activations(P, T), ...clouds(P, primitives, T) })
  // The one cast of the typed face: the shapes of traced tensors and of their values are the same phantoms.
  return {
    ...backend,
    below: B,
    lift: T.constant,
    primal: T.primal,
    valueAndGradient,
    gradient,
    vectorJacobian,
  } as unknown as AutodiffBackend<N>
}
