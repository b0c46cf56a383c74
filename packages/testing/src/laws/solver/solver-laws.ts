import { type Backend, tweedieError } from '@tweedie/core'
import type { Law } from '../law.js'
import { conductLaws } from './conduct.js'
import type { LawfulSolver, SolverLawOptions } from './lawful-solver.js'
import { noiseLaws } from './noise.js'
import { orderLaws } from './order.js'
import { stepLaws } from './step.js'

/**
 * What every numerical method keeps. The method is described by shape (`LawfulSolver`), so a `Solver` of `@tweedie/ode-sde` is passed as it
 * is; the laws drive its `start` and `step` themselves. A method of kind `sde` keeps the laws of an ODE method where the diffusion is 0, and
 * those of noise besides. Errors down to 1e-12 are measured: throws `InvalidArgument` unless the backend computes in float64.
 *
 * @example
 * testLaws(test, solverLaws(cpu(), heun))
 */
export const solverLaws = <N>(B: Backend<N>, solver: LawfulSolver, options: SolverLawOptions = {}): readonly Law[] => {
  if (B.dtype !== 'float64')
    throw tweedieError('InvalidArgument', 'solverLaws', `a ${B.dtype} backend, ${B.name}`, 'Measure errors in float64: use cpu()')
  return [...conductLaws(B, solver), ...stepLaws(B, solver, options), ...orderLaws(B, solver, options), ...noiseLaws(B, solver)]
}
