import { exponential, type ForwardProcess, karras, linear, quadratic, type TimeGrid, uniformLogSnr } from '@tweedie/core'
import { ddim, dpmSolver2M, euler, heun } from '@tweedie/ode-sde'

/** The solvers that make labels, by the name they have on the command line. */
export const solvers = { 'dpm-solver-2m': dpmSolver2M, ddim, euler, heun } as const

export type SolverName = keyof typeof solvers

/** The time grids by name. */
export const grids = {
  linear,
  quadratic,
  exponential,
  karras,
  'log-snr': uniformLogSnr,
} as const satisfies Record<string, (process: ForwardProcess, steps: number) => TimeGrid>

export type GridName = keyof typeof grids
