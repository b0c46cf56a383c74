import { type Primitives, type Shape, sameShape } from '@tweedie/core'

/** The adjoint of broadcasting: sums over the axes that were added or stretched, so that the result has the shape `to`. */
export const unbroadcast = <N>(P: Primitives<N>, adjoint: N, to: Shape): N => {
  const from = P.shape(adjoint)
  if (sameShape(from, to)) return adjoint
  let out = adjoint
  for (let extra = from.length - to.length; extra > 0; extra--) out = P.sum(out, 0)
  to.forEach((size, axis) => {
    if (size === 1 && P.shape(out)[axis] !== 1) out = P.sum(out, axis, true)
  })
  return out
}
