import { type Backend, fold, type HostMatrix, normalArray, readAndFree, uniformLogSnr } from '@tweedie/core'
import { ddim, eulerMaruyama, probabilityFlow, reverseSde, type Solver, solve, type Term } from '@tweedie/ode-sde'
import { pointCloud } from '@tweedie/score'
import type { Trajectories } from '../report/index.js'
import type { CompleteSettings } from '../settings/settings.js'
import { keysOf, processOf } from './stages.js'

const PATHS = 10
const STEPS = 200

/** Paper A's Figure 1: the same starting noise carried to data by the reverse ODE and by the reverse SDE, in scores. */
export const traceTrajectories = async <N>(
  B: Backend<N>,
  settings: CompleteSettings,
  scores: HostMatrix,
  names: readonly string[],
): Promise<Trajectories> => {
  const { process } = processOf(settings)
  const grid = uniformLogSnr(process, STEPS)
  const keys = keysOf(settings.seed)
  const d = scores.columns
  const field = pointCloud(B, scores)(process)
  const initial = B.tensor(
    normalArray(keys.trajectories, PATHS * d).map((y) => y * process.sigma(grid[0] as number)),
    [PATHS, d],
  )
  const paths = async (term: Term<N>, solver: Solver): Promise<number[][][]> => {
    const stochastic = solver.kind === 'sde' ? { key: fold(keys.trajectories, 1) } : {}
    const { saved, x } = await solve(B, term, { initial, grid, solver, save: 'all', ...stochastic })
    const states = await Promise.all(saved.map((state) => readAndFree(B, state.x)))
    B.free(x)
    return Array.from({ length: PATHS }, (_, i) => states.map((state) => Array.from(state.subarray(i * d, (i + 1) * d))))
  }
  try {
    const ode = await paths(probabilityFlow(B, process, field), ddim)
    const sde = await paths(reverseSde(B, process, field), eulerMaruyama)
    return { times: [...grid], ode, sde, axes: [0, Math.min(1, d - 1)], names: [...names] }
  } finally {
    B.free(initial)
  }
}
