import { type Activation, exponential, type ForwardProcess, karras, linear, quadratic, type TimeGrid, uniformLogSnr } from '@tweedie/core'
import type { ColumnScaling } from '@tweedie/density'
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

/** The activations of the hidden layers. */
export const activations = ['tanh', 'relu', 'silu', 'gelu'] as const satisfies readonly Activation[]

/** The ways to bring columns to one scale. */
export const scalings = ['normal-scores', 'standard'] as const satisfies readonly ColumnScaling[]

/** The backends: float32 SIMD kernels on all cores, the float64 reference, or float32 on a GPU. */
export const backends = ['wasm', 'cpu', 'webgpu'] as const

export type BackendName = (typeof backends)[number]

/** The ways from a table to a generator: docs/decisions/best.md. */
export const presets = ['best', 'plain', 'paper'] as const

export type PresetName = (typeof presets)[number]
