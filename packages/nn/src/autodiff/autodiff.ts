import { type Backend, makeBackend, type Primitives, untyped } from '@tweedie/core'
import { activations } from './activation.js'
import type { AutodiffBackend } from './autodiff-backend.js'
import { clouds } from './clouds.js'
import { elementwise } from './elementwise.js'
import { forwardMode } from './forward-mode.js'
import { indexing } from './indexing.js'
import { jacobians } from './jacobian.js'
import { pairs } from './pairs.js'
import { products } from './products.js'
import { reductions } from './reductions.js'
import { reverseMode } from './reverse-mode.js'
import { tape } from './tape.js'
import type { Traced } from './traced.js'

/**
 * Differentiation of everything written in a backend's operations: `autodiff(B)` is a backend whose operations compute B's values and, while a
 * function is differentiated, write down how they depend on its parameters: a graph to go back along (reverse mode) or a tangent beside each
 * value (forward mode). Derivatives are written in B's operations, so `autodiff(autodiff(B))` gives second derivatives.
 *
 * At kinks: |x| and relu have slope 0 at 0; the sides of a tie in `maximum` and `minimum` get half each; the elements that tie in `max`
 * and `min` share evenly; `greater`, `equal` and the condition of `where` have none.
 */
export const autodiff = <N>(B: Backend<N>): AutodiffBackend<N> => {
  const P = untyped(B)
  const name = `autodiff(${B.name})`
  const T = tape<N>(name, P)

  const primitives: Primitives<Traced<N>> = {
    name,
    dtype: P.dtype,
    tensor: (data, shape) => T.constant(P.tensor(data, shape)),
    full: (shape, value) => T.constant(P.full(shape, value)),
    shape: (x) => P.shape(T.detached(x)),
    read: async (x) => P.read(T.detached(x)),
    isTensor: T.isTraced,
    ...(P.allFinite && { allFinite: (x: Traced<N>) => P.allFinite?.(T.detached(x)) === true }),
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

  const reverse = reverseMode(P, T, name)
  const forward = forwardMode(P, T, name)
  const backend = makeBackend(primitives, { ...activations(P, T), ...clouds(P, primitives, T) })
  // The one cast of the typed face: the shapes of traced tensors and of their values are the same phantoms.
  return {
    ...backend,
    below: B,
    lift: T.constant,
    primal: T.detached,
    ...reverse,
    ...forward,
    ...jacobians(P, name, { ...reverse, ...forward }),
  } as unknown as AutodiffBackend<N>
}
