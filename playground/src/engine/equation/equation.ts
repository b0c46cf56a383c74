import { exponential, type ForwardProcess, type GridRange, karras, linear, quadratic, type TimeGrid, uniformLogSnr } from '@tweedie/core'
import { ddim, dpmSolver2M, euler, heun, rungeKutta4, type Solver } from '@tweedie/ode-sde'
import type { GridName, Setup, SolverName } from '../../setup.js'
import { landing } from './landing.js'
import { processOf, timeEnds } from './process-of.js'

/** What the names of a setup stand for. */
export interface Equation {
  /** The process, and its times from noise to data. */
  readonly process: ForwardProcess
  readonly times: TimeGrid
  /** The method that was named; its last step is one of `ddim` (landing.ts). */
  readonly solver: Solver
}

/** The equation of a setup. */
export const equationOf = (setup: Pick<Setup, 'process' | 'grid' | 'solver' | 'steps'>): Equation => {
  const process = processOf(setup.process)
  const times = grids[setup.grid](process, setup.steps, timeEnds(process))
  return { process, times, solver: landing(solvers[setup.solver], times) }
}

const grids: Readonly<Record<GridName, (process: ForwardProcess, steps: number, range: GridRange) => TimeGrid>> = {
  linear,
  quadratic,
  exponential,
  karras,
  'log-snr': uniformLogSnr,
}

const solvers: Readonly<Record<SolverName, Solver>> = { euler, heun, rk4: rungeKutta4, ddim, 'dpm-solver-2m': dpmSolver2M }
