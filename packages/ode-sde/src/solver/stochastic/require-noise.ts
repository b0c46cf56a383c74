import { type Matrix, tweedieError } from '@tweedie/core'
import type { Brownian, Interval } from '../../noise/brownian.js'
import { finiteCoefficient } from '../../term/coefficient.js'
import { isDiagonal } from '../../term/diagonal-sde.js'
import { isSde, type SdeTerm, type Term } from '../../term/term.js'
import type { StepInput } from '../solver.js'

/** The term and the noise of a step, which must both be there. Throws `InvalidArgument` otherwise. */
export const requireNoise = <N>(
  where: string,
  term: Term<N>,
  { brownian }: StepInput<N>,
): { readonly term: SdeTerm<N>; readonly brownian: Brownian<N> } => {
  if (isSde(term) && brownian !== undefined) return { term, brownian }
  throw tweedieError(
    'InvalidArgument',
    where,
    `${term.name} without ${brownian ? 'noise' : 'Brownian motion'}`,
    'Give the term a diffusion and the step a Brownian motion',
  )
}

/** The space–time Lévy area of a step. Throws `InvalidArgument` where the Brownian motion has none. */
export const levyAreaOf = <N>(where: string, { levyArea }: Brownian<N>, over: Interval, shape: readonly [number, number]): Matrix<N> => {
  if (levyArea !== undefined) return levyArea(over, shape)
  throw tweedieError(
    'InvalidArgument',
    where,
    'a Brownian motion without levyArea',
    'Use brownianPath or independentIncrements, or a solver that needs the increments alone',
  )
}

/** diffusion(x, t) · noise: by entry where the diffusion depends on the state, by one number where it does not. */
export const diffuse = <N>(term: SdeTerm<N>, x: Matrix<N>, t: number, noise: Matrix<N>): Matrix<N> =>
  isDiagonal(term)
    ? term.backend.mul(term.stateDiffusion(x, t), noise)
    : term.backend.mul(noise, finiteCoefficient(term, 'the diffusion', term.diffusion(t), t))

/** The diffusion of a term for methods of additive noise. Throws `InvalidArgument` where it depends on the state, `SolverFailure` where it is infinite. */
export const additiveDiffusion = <N>(term: SdeTerm<N>, t: number): number => finiteCoefficient(term, 'the diffusion', term.diffusion(t), t)
