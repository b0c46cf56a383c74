import { tweedieError } from '@tweedie/core'
import type { Term } from './term.js'

/** Hands a coefficient of a term back if it is finite. Throws `SolverFailure` where it is not: the equation is singular there. */
export const finiteCoefficient = <N>(term: Term<N>, name: string, value: number, t: number): number => {
  if (Number.isFinite(value)) return value
  throw tweedieError(
    'SolverFailure',
    term.name,
    `${name} is ${value} at t = ${t}`,
    'The equation is singular there: give the process a floor, keep the grid inside its time range, or use an exponential solver (ddim)',
  )
}

/** Whether the velocity of a term exists at t. */
export const isRegular = <N>(term: Term<N>, t: number): boolean => Number.isFinite(term.linear(t)) && Number.isFinite(term.gain(t))
