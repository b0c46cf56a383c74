import { join } from 'node:path'
import {
  type Backend,
  type ForwardProcess,
  fold,
  type HostMatrix,
  key,
  type TimeGrid,
  type TweedieError,
  tweedieError,
  vanishingLinear,
} from '@tweedie/core'
import {
  chooseSpreadDensity,
  cloudDensity,
  flowDensity,
  flowEncoding,
  generatorDensity,
  importanceDensity,
  inTableUnits,
  type LogDensity,
  labelNoise,
  likelihoodFloor,
  outputColumns,
  paperSettings,
} from '@tweedie/density'
import { pointCloud } from '@tweedie/score'
import * as E from 'fp-ts/lib/Either.js'
import { modelFiles } from '../model/config.js'
import type { ModelFolder } from '../model/model-folder.js'
import { grids, solvers } from '../settings/names.js'
import type { CompleteSettings } from '../settings/settings.js'

/** The ways to a log-density, by the name they have on the command line. */
export const densityMethods = ['cloud', 'flow', 'generator', 'importance'] as const

export type DensityMethod = (typeof densityMethods)[number]

/** What ln p is of: rows of the table, or the model's scores. */
export const densityUnits = ['values', 'scores'] as const

export type DensityUnits = (typeof densityUnits)[number]

/** Rows with a log-density are solved on a finer grid than labels: in ln p the solver's error does not average out. */
const FEWEST_STEPS = 80

/**
 * The log-density of a model folder, of rows of its table, and what has to be freed after it.
 *
 * Under preset `best` the labels' floor is tiny, and the spread of the rows smooths instead: `cloud` is the density of rows spread along the data
 * (`chooseSpreadDensity`), and `flow` stops at the floor under which rows left out are likeliest. `generator` and `importance` are of the network
 * alone, without its anchors, whose law is near it; the noise of `importance` is what the network misses of its labels.
 *
 * Left: `InvalidModel` for a folder without its cloud.
 */
export const densityOf = <N>(
  B: Backend<N>,
  folder: string,
  { config: { settings }, generator, cloud }: ModelFolder<N>,
  method: DensityMethod,
  units: DensityUnits,
  seed: number,
): E.Either<TweedieError, { readonly density: LogDensity; readonly free: () => void }> => {
  const maps = generator.columns
  if (cloud === undefined || maps === undefined)
    return E.left(
      tweedieError(
        'InvalidModel',
        join(folder, modelFiles.cloud),
        'the folder does not keep its training rows in scores',
        'Fit the table again',
      ),
    )
  const keys = { starts: fold(key(seed), 0), draws: fold(key(seed), 1), choice: fold(key(seed), 2) }
  const best = settings.preset === 'best'
  if (best && method === 'cloud')
    return E.right({
      density: inTableUnits(
        maps,
        onceChosen((options) => chooseSpreadDensity(cloud, { ...options, key: keys.choice })),
        { units },
      ),
      free: () => {},
    })
  const { process, grid, unitVariance } = labelLaw(settings, () => likelihoodFloor(cloud, { key: keys.choice }))
  const law = { process, stop: grid[grid.length - 1] as number, unitVariance }
  const field = pointCloud(B, cloud)(process)
  const options = { process, grid, solver: solvers[settings.solver], unitVariance }
  const encode = flowEncoding(B, field, options)
  const missed = best && generator.anchors ? rootMeanSquare(generator.anchors.residuals) : 0
  const noise = missed > 0 ? missed : labelNoise('density', law).bandwidth
  const methods: Record<DensityMethod, () => LogDensity> = {
    cloud: () => cloudDensity(B, field, law),
    flow: () => flowDensity(B, field, options),
    generator: () => generatorDensity(B, generator, { key: keys.starts, encode }),
    importance: () => importanceDensity(B, generator, { key: keys.draws, encode, noise }),
  }
  // The network's own units, where its columns are calibrated.
  const outputs = method === 'generator' || method === 'importance' ? outputColumns(generator) : undefined
  const scales = { units, ...(generator.outputs && outputs && { outputs }) }
  return E.right({ density: inTableUnits(maps, methods[method](), scales), free: field.free })
}

/** The law that a folder's closed form, flow and encoding are of. */
const labelLaw = (
  { preset, floor, grid, steps }: CompleteSettings,
  likely: () => number,
): { readonly process: ForwardProcess; readonly grid: TimeGrid; readonly unitVariance: boolean } => {
  const floors = { best: likely, paper: () => paperSettings.floor, plain: () => floor }
  const process = vanishingLinear({ floor: floors[preset ?? 'plain']() })
  // The paper's labels keep the variance of the floor.
  return { process, grid: grids[grid](process, Math.max(FEWEST_STEPS, steps)), unitVariance: preset !== 'paper' }
}

/** A density whose settings are chosen when it is first asked for, under the signal of that call. */
const onceChosen = (choose: (options: { readonly signal?: AbortSignal }) => Promise<{ readonly density: LogDensity }>): LogDensity => {
  let chosen: Promise<{ readonly density: LogDensity }> | undefined
  return async (rows, options = {}) => {
    chosen ??= choose(options.signal ? { signal: options.signal } : {})
    return (await chosen).density(rows, options)
  }
}

const rootMeanSquare = ({ data }: HostMatrix): number => Math.sqrt(data.reduce((sum, value) => sum + value * value, 0) / data.length)
