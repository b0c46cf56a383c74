import { diffusionSquared, type ForwardProcess, tweedieError } from '@tweedie/core'
import type { SdeTerm } from '../../term/term.js'

/** The process whose denoiser the nonlinear part of a term is. Throws `InvalidArgument` where the term is of none. */
export const processOf = <N>(where: string, { name, process }: SdeTerm<N>): ForwardProcess => {
  if (process !== undefined) return process
  throw tweedieError('InvalidArgument', where, `${name}, which is of no forward process`, 'Use it on reverseSde or churnSde')
}

/** The process of a reverse equation, for a step from t to s < t. Throws `InvalidArgument` for any other term, also one with more or less noise. */
export const reverseProcess = <N>(where: string, term: SdeTerm<N>, t: number, s: number): ForwardProcess => {
  const process = processOf(where, term)
  if (s > t)
    throw tweedieError(
      'InvalidArgument',
      where,
      `a step from t = ${t} to ${s}`,
      'The reverse equation runs from noise to data: use a decreasing grid',
    )
  const [given, reverse] = [term.diffusion(t), Math.sqrt(Math.max(0, diffusionSquared(process, t)))]
  // Rounding of the two ways to compute g.
  if (given === reverse || Math.abs(given - reverse) <= 1e-6 * reverse) return process
  throw tweedieError(
    'InvalidArgument',
    where,
    `${term.name} with diffusion ${given} at t = ${t}, where the reverse equation has ${reverse}`,
    'Use it on reverseSde; for another amount of noise take exponentialEulerMaruyama on churnSde',
  )
}
