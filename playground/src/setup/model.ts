/** All that a picture depends on: a link holds exactly this. */
export interface Setup {
  /** The data, [x, y] each, in [−4, 4]². */
  readonly points: readonly (readonly [number, number])[]
  readonly process: ProcessName
  readonly grid: GridName
  readonly solver: SolverName
  readonly backend: BackendName
  /** Steps of the grid, 2 to 500. */
  readonly steps: number
  readonly particles: number
  readonly seed: number
}

export const processNames = ['ornstein-uhlenbeck', 'vanishing-linear', 'vp-linear', 'vp-cosine', 've', 'rectified-flow'] as const
export const gridNames = ['linear', 'quadratic', 'exponential', 'karras', 'log-snr'] as const
export const solverNames = ['euler', 'heun', 'rk4', 'ddim', 'dpm-solver-2m'] as const
export const backendNames = ['cpu', 'wasm', 'webgl', 'webgpu'] as const
export type ProcessName = (typeof processNames)[number]
export type GridName = (typeof gridNames)[number]
export type SolverName = (typeof solverNames)[number]
export type BackendName = (typeof backendNames)[number]

/** What a setup may be. */
export const limits = {
  /** Coordinates of points lie in [−extent, extent]. */
  extent: 4,
  points: 20_000,
  steps: { least: 2, most: 500 },
  particles: { least: 1, most: 50_000 },
  seed: { least: 0, most: 2 ** 32 - 1 },
  /** Points of a side of the grid that a field is looked at on. */
  fieldSize: { least: 2, most: 512 },
} as const
