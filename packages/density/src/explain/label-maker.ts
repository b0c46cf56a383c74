import {
  type Backend,
  edm,
  type ForwardProcess,
  type HostMatrix,
  type Key,
  type TimeGrid,
  tweedieError,
  uniformLogSnr,
} from '@tweedie/core'
import { dpmSolver3M, type Solver } from '@tweedie/ode-sde'
import { type LabelledPairs, labelledPairs, withUnitVariance } from '../labelled-pairs.js'
import { carry } from './carry.js'
import type { CloudFlows, Draws } from './cloud-flows.js'
import type { ErrorPart, Pipeline } from './pipeline.js'

/** A solver and a grid whose error is small against that of the settings. */
export interface FineSolve {
  readonly solver: Solver
  readonly grid: TimeGrid
}

export interface LabelSettings {
  readonly fine: FineSolve
  /** What the noise ratio σ/α at the stop is multiplied by when the stopping noise is taken away. */
  readonly shrink: number
  readonly chunk: number
  readonly signal?: AbortSignal | undefined
}

export interface LabelRequest {
  readonly count: number
  /** Of the noise: label i starts at the same point whatever is exact. */
  readonly key: Key
  readonly draws?: Draws | undefined
}

/** The longest step in log-SNR of what stands for exact. */
const FINE_STEP = 0.06

/** Equal steps in log-SNR, of at most 0.06 and of third order, between the ends of a grid. Throws `InvalidArgument` where an end has no finite log-SNR. */
export const fineSolve = (process: ForwardProcess, grid: TimeGrid): FineSolve => {
  const [start, stop] = [grid[0] as number, grid[grid.length - 1] as number]
  if (![start, stop].every((t) => Number.isFinite(process.logSnr(t))))
    throw tweedieError(
      'InvalidArgument',
      'explainError',
      `the log-SNR of ${process.name} is ${process.logSnr(start)} at ${start} and ${process.logSnr(stop)} at ${stop}`,
      'Pass fine: { solver, grid }, a solve that is nearly exact between the ends of your grid',
    )
  const steps = Math.ceil((process.logSnr(stop) - process.logSnr(start)) / FINE_STEP)
  return { solver: dpmSolver3M, grid: uniformLogSnr(process, steps, { start, stop }) }
}

/**
 * Labels of a pipeline with one part exact, or none. `monte-carlo`: the whole cloud. `discretisation`: the fine solve. `stopping-noise`: the flow is carried
 * on, in the coordinates x/α where every process is α = 1, from σ/α = r at its stop to `shrink` r, which for the cloud is nearly a row of it.
 */
export const labelMaker = <N>(B: Backend<N>, pipeline: Pipeline<N>, flows: CloudFlows<N>, settings: LabelSettings) => {
  const { process, grid, solver, unitVariance = true } = pipeline
  const { fine, shrink, chunk, signal } = settings
  const flowUnder = (other: ForwardProcess, draws: Draws | undefined) =>
    draws === undefined ? flows.whole(other) : flows.drawn(other, draws)

  const withoutNoise = async (pairs: LabelledPairs, draws: Draws | undefined): Promise<LabelledPairs> => {
    const stop = grid[grid.length - 1] as number
    const ratio = process.sigma(stop) / process.alpha(stop)
    const onward = edm({ sigmaMin: shrink * ratio, sigmaMax: ratio })
    const states: HostMatrix = { ...pairs.targets, data: pairs.targets.data.map((x) => x / process.alpha(stop)) }
    const path = { ...fineSolve(onward, [ratio, shrink * ratio]), chunk, signal }
    const targets = await carry(B, flowUnder(onward, draws), states, path)
    return unitVariance ? withUnitVariance({ ...pairs, targets }, onward, path.grid) : { ...pairs, targets }
  }

  return async ({ count, key, draws }: LabelRequest, exact?: Exclude<ErrorPart, 'regression'>): Promise<LabelledPairs> => {
    const used = exact === 'monte-carlo' ? undefined : draws
    const solved = exact === 'discretisation' ? fine : { solver, grid }
    const pairs = await labelledPairs(B, flowUnder(process, used), { ...solved, count, key, chunk, ...(signal && { signal }) })
    if (exact === 'stopping-noise') return withoutNoise(pairs, used)
    return unitVariance ? withUnitVariance(pairs, process, solved.grid) : pairs
  }
}
