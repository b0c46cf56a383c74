import type { Primitives } from '@tweedie/core'
import type { Tape } from './tape.js'
import type { Traced } from './traced.js'

/** C = A·B has Ċ = Ȧ·B + A·Ḃ and the adjoints Ā = C̄·Bᵀ, B̄ = Aᵀ·C̄ (Giles, "Collected matrix derivative results", 2008, section 2.1). */
export const products = <N>(P: Primitives<N>, tape: Tape<N>): Pick<Primitives<Traced<N>>, 'matMul'> => ({
  matMul: (a, b) => {
    const [x, z] = [tape.primal(a), tape.primal(b)]
    return tape.record(
      P.matMul(x, z),
      { to: a.derivative, keeps: [z], pull: (adjoint) => P.matMul(adjoint, P.transpose(z)), push: (tangent) => P.matMul(tangent, z) },
      { to: b.derivative, keeps: [x], pull: (adjoint) => P.matMul(P.transpose(x), adjoint), push: (tangent) => P.matMul(x, tangent) },
    )
  },
})
