import {
  type Backend,
  exponential,
  type ForwardProcess,
  fold,
  type HostMatrix,
  key,
  normalArray,
  ornsteinUhlenbeck,
  type TimeGrid,
  vanishingLinear,
} from '@tweedie/core'
import { dpmSolver2M, heun, probabilityFlow, rungeKutta4, type Solver, trajectory } from '@tweedie/ode-sde'
import { pointCloud } from '@tweedie/score'

/** Flows from noise to the points of a small cloud, down to σ = 1e-4: paper A's process and paper B's, in the plane and in six columns. */
export interface Case {
  readonly name: string
  readonly process: ForwardProcess
  readonly grid: TimeGrid
  readonly solver: Solver
  readonly cloud: HostMatrix
  /** [particles, columns], numbers of float32, so that every backend begins at the same ones. */
  readonly initial: HostMatrix
}

export const particles = 64
const points = 200

const normal = (which: number, rows: number, columns: number): HostMatrix => ({
  data: Float64Array.from(normalArray(fold(key(20230111), which), rows * columns), Math.fround),
  rows,
  columns,
})

/** Times from noise to where σ is 1e-4, in equal ratios (paper B, eq. (41)). */
const gridOf = (process: ForwardProcess): TimeGrid => {
  const stop = process.timeOfLogSnr(2 * Math.log(process.alpha(process.timeRange[0]) / 1e-4))
  return exponential(process, 40, { stop, epsilon: 0.25 * stop })
}

const caseOf = (process: ForwardProcess, solver: Solver, columns: number): Case => ({
  name: `${process.name}, ${solver.name}, d = ${columns}`,
  process,
  grid: gridOf(process),
  solver,
  cloud: normal(columns, points, columns),
  initial: normal(10 + columns, particles, columns),
})

/** Every process with either dimension, every kind of solver with either process and either dimension. */
export const cases: readonly Case[] = [
  caseOf(vanishingLinear(), heun, 2),
  caseOf(vanishingLinear(), dpmSolver2M, 6),
  caseOf(ornsteinUhlenbeck(), dpmSolver2M, 2),
  caseOf(ornsteinUhlenbeck(), rungeKutta4, 6),
]

/** The states at every time of the grid, one after the other. */
export const statesOf = async <N>(B: Backend<N>, { process, grid, solver, cloud, initial }: Case): Promise<Float64Array[]> => {
  const denoise = pointCloud(B, cloud)(process)
  const start = B.tensor(initial.data, [initial.rows, initial.columns] as const)
  const states: Float64Array[] = []
  for await (const { x } of trajectory(B, probabilityFlow(B, process, denoise), { initial: start, grid, solver })) {
    states.push(await B.read(x))
    B.free(x)
  }
  B.free(start)
  denoise.free()
  return states
}
