import { type Backend, type Matrix, tweedieError } from '@tweedie/core'
import { odeTerm } from './ode-term.js'
import type { SdeTerm } from './term.js'

/**
 * dx = drift(x, t) dt + g(x, t) dW with noise of its own for every entry: W is [M, D], and g acts by entry (multiplicative diagonal noise). The
 * solver says in which sense: Itô for `eulerMaruyama` and `milstein`, Stratonovich for `heunStratonovich`. Methods for additive noise refuse it.
 */
export interface DiagonalSdeTerm<N> extends SdeTerm<N> {
  /** g, [M, D], t → [M, D]; entry (i, j) depends on entry (i, j) of x alone. */
  readonly stateDiffusion: (x: Matrix<N>, t: number) => Matrix<N>
  /** ∂g/∂x by entry, [M, D], t → [M, D]. */
  readonly stateDiffusionDerivative: (x: Matrix<N>, t: number) => Matrix<N>
}

/** What makes a diagonal term. */
export interface DiagonalSde<N> {
  readonly name?: string
  readonly drift: (x: Matrix<N>, t: number) => Matrix<N>
  readonly diffusion: DiagonalSdeTerm<N>['stateDiffusion']
  readonly diffusionDerivative: DiagonalSdeTerm<N>['stateDiffusionDerivative']
}

/**
 * A term with diagonal noise that depends on the state.
 *
 * @example
 * // Geometric Brownian motion.
 * diagonalSdeTerm(B, { drift: (x) => B.mul(x, 0.1), diffusion: (x) => B.mul(x, 0.4), diffusionDerivative: (x) => B.full(B.shape(x), 0.4) })
 */
export const diagonalSdeTerm = <N>(
  B: Backend<N>,
  { name = 'diagonalSdeTerm', drift, diffusion, diffusionDerivative }: DiagonalSde<N>,
): DiagonalSdeTerm<N> => {
  const refuse = (): never => {
    throw tweedieError(
      'InvalidArgument',
      name,
      'the diffusion depends on the state, and the solver is for additive noise',
      'Use milstein or eulerMaruyama (Itô), or heunStratonovich (Stratonovich)',
    )
  }
  return {
    ...odeTerm(B, drift),
    name,
    diffusion: refuse,
    noise: refuse,
    stateDiffusion: diffusion,
    stateDiffusionDerivative: diffusionDerivative,
  }
}

/** Whether the diffusion of a term depends on the state. */
export const isDiagonal = <N>(term: SdeTerm<N>): term is DiagonalSdeTerm<N> => 'stateDiffusion' in term
