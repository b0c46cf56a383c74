import { deis, rosenbrock, type Solver, uniPC } from '@tweedie/ode-sde'
import type { SolverLawOptions } from '@tweedie/testing'
import { exportedSolvers } from './all-solvers.js'

/** A solver whose orders are certified. */
export interface Certified {
  readonly name: string
  readonly solver: Solver
  readonly options: SolverLawOptions
  /** Measurements that show no order, since the error changes its sign within the step counts. */
  readonly without: readonly string[]
}

/** Step counts where the next term of the error shows at the default ones. */
const third = [128, 160, 192, 256, 320]
const steps: Readonly<Record<string, readonly number[]>> = {
  dpmSolver3: third,
  dpmSolver3M: third,
  'deis(3)': third,
  'deis(4)': [64, 96, 128, 192, 256],
  'uniPC(2)': third,
  'uniPC(3)': [192, 256, 320, 400, 512],
  'rosenbrock()': [64, 96, 128, 160, 192],
}
const without: Readonly<Record<string, readonly string[]>> = { 'uniPC(3)': ['on steps of 1 and 3 in turn'] }

const entry = ([name, solver]: readonly [string, Solver]): Certified => {
  const counts = steps[name]
  return { name, solver, options: counts === undefined ? {} : { steps: counts }, without: without[name] ?? [] }
}

/** Solvers that are made by a function, at their usual settings. */
const made: readonly (readonly [string, Solver])[] = [
  ['deis(1)', deis(1)],
  ['deis(2)', deis(2)],
  ['deis(3)', deis(3)],
  ['deis(4)', deis(4)],
  ['uniPC(2)', uniPC(2)],
  ['uniPC(3)', uniPC(3)],
  ['rosenbrock()', rosenbrock()],
]

/** Every exported solver, and those that are made. */
export const certified: readonly Certified[] = [...exportedSolvers, ...made].map(entry)
