import {
  type Backend,
  fromRows,
  key,
  linear,
  type Matrix,
  normalArray,
  quadratic,
  readAndFree,
  type TimeGrid,
  uniformLogSnr,
  vanishingLinear,
} from '@tweedie/core'
import {
  ddim,
  deis,
  dpmSolver2M,
  euler,
  heun,
  type ProbabilityFlow,
  probabilityFlow,
  rungeKutta4,
  type Solver,
  solve,
  uniPC,
} from '@tweedie/ode-sde'
import { line, mixture, pointCloud } from '@tweedie/score'

/** What a solver's error costs: the probability flow of three laws under paper A's process, from noise to data. */
export interface Flow<N> {
  readonly name: string
  readonly term: ProbabilityFlow<N>
}

const process = vanishingLinear({ floor: 0.01 })
const range = { start: 0.999, stop: 0 }
const byLogSnr = (steps: number): TimeGrid => uniformLogSnr(process, steps, range)

/** A spiral of 100 points, three Gaussians, and a normal law on a line: a cloud, a smooth law and a singular one. */
export const flows = <N>(B: Backend<N>): readonly Flow<N>[] => {
  const spiral = Array.from({ length: 100 }, (_, k) => {
    const u = 0.25 + (0.75 * k) / 100
    return [2 * u * Math.cos(3 * Math.PI * u), 2 * u * Math.sin(3 * Math.PI * u)]
  })
  const covariance = fromRows([
    [0.04, 0.01],
    [0.01, 0.02],
  ])
  const components = [
    { weight: 1, mean: [1, 0], covariance },
    { weight: 2, mean: [-1, 0.5], covariance },
    { weight: 1, mean: [0, -1], covariance },
  ]
  return [
    { name: 'point cloud', term: probabilityFlow(B, process, pointCloud(B, fromRows(spiral))(process)) },
    { name: 'mixture', term: probabilityFlow(B, process, mixture(B, components)(process)) },
    { name: 'line', term: probabilityFlow(B, process, line(B, { mean: 0.5, standardDeviation: 0.8 })(process)) },
  ]
}

/** A solver on the grid that it is used with. */
export interface Method {
  readonly name: string
  readonly solver: Solver
  readonly grid: (steps: number) => TimeGrid
}

export const methods: readonly Method[] = [
  { name: 'euler, equal times', solver: euler, grid: (steps) => linear(process, steps, range) },
  ...[euler, ddim, heun, rungeKutta4, dpmSolver2M, deis(3)].map((solver) => ({ name: solver.name, solver, grid: byLogSnr })),
  { name: 'uniPC(2), quadratic', solver: uniPC(2), grid: (steps) => quadratic(process, steps, range) },
]

const ROWS = 256
const initial = <N>(B: Backend<N>): Matrix<N> => B.tensor(normalArray(key(5), 2 * ROWS), [ROWS, 2])

const end = async <N>(B: Backend<N>, { term }: Flow<N>, solver: Solver, grid: TimeGrid) => {
  const x = initial(B)
  const solution = await solve(B, term, { initial: x, grid, solver })
  B.free(x)
  return { values: await readAndFree(B, solution.x), evaluations: solution.statistics.evaluations }
}

/** The end of a flow to more digits than any solver is asked for here. */
export const reference = async <N>(B: Backend<N>, flow: Flow<N>): Promise<Float64Array> =>
  (await end(B, flow, deis(4), byLogSnr(400))).values

/** A point of the plot. */
export interface WorkPrecision {
  readonly flow: string
  readonly method: string
  readonly evaluations: number
  /** |x − exact| over |exact|, root mean squares over the batch. */
  readonly error: number
}

export const workPrecision = async <N>(
  B: Backend<N>,
  flow: Flow<N>,
  exact: Float64Array,
  { name, solver, grid }: Method,
  steps: number,
): Promise<WorkPrecision> => {
  const { values, evaluations } = await end(B, flow, solver, grid(steps))
  const size = (numbers: Float64Array): number => Math.hypot(...numbers)
  return { flow: flow.name, method: name, evaluations, error: size(values.map((value, k) => value - (exact[k] as number))) / size(exact) }
}
