import { type Key, type TimeGrid, uniformLogSnr } from '@tweedie/core'
import type { CpuTensor } from '@tweedie/core/cpu'
import { probabilityFlow, reverseSde, type Solver, solve, type Term } from '@tweedie/ode-sde'
import { B, drawAt, type PlaneLaw } from './laws.js'

/** Even in the log-SNR; where α = 0 at the start, the first step goes to log-SNR −8. */
const gridOf = ({ process, times }: PlaneLaw, start: number, steps: number): TimeGrid => {
  if (process.alpha(start) > 0) return uniformLogSnr(process, steps, { start, stop: times.stop })
  return [start, ...uniformLogSnr(process, steps - 1, { start: process.timeOfLogSnr(-8), stop: times.stop })]
}

/** The equation that a solver is for, of a law. */
export const termOf = ({ process, denoise }: PlaneLaw, kind: Solver['kind']): Term<CpuTensor> =>
  kind === 'sde' ? reverseSde(B, process, denoise) : probabilityFlow(B, process, denoise)

export interface Sampling {
  readonly law: PlaneLaw
  readonly solver: Solver
  readonly steps: number
  readonly rows: number
  /** Of the draws at the noisy end; the solver's noise has a key of its own. */
  readonly keys: readonly [start: Key, noise: Key]
  /** In place of the right equation. */
  readonly term?: Term<CpuTensor>
}

/** Exact draws of p_t at the noisy end, taken to the cleaner end: [rows, 2]. */
export const sample = async ({ law, solver, steps, rows, keys, term: given }: Sampling): Promise<Float64Array> => {
  const { start, reverse = start } = law.times
  // Terms that are made up may be infinite where α = 0, as the reverse equation is.
  const grid = gridOf(law, solver.kind === 'ode' && given === undefined ? start : reverse, steps)
  const term = given ?? termOf(law, solver.kind)
  const initial = B.tensor(drawAt(law, grid[0] as number, keys[0], rows), [rows, 2])
  const { x } = await solve(B, term, { initial, grid, solver, ...(solver.kind === 'sde' && { key: keys[1] }) })
  const values = Float64Array.from(await B.read(x))
  B.free(initial)
  B.free(x)
  return values
}
