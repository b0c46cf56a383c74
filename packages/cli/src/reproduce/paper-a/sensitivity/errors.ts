import {
  type Backend,
  type ForwardProcess,
  fold,
  type HostMatrix,
  type Key,
  normalArray,
  readAndFree,
  sliceRows,
  type TimeGrid,
  throwIfAborted,
  uniformLogSnr,
  vanishingLinear,
} from '@tweedie/core'
import { type LabelFlow, labelledPairs } from '@tweedie/density'
import { dpmSolver2M, probabilityFlow } from '@tweedie/ode-sde'
import { type Field, importanceRho, type MiniBatchField, miniBatch, mixture, pointCloud } from '@tweedie/score'
import type { KnownLaw } from './laws.js'
import type { SensitivitySettings } from './settings.js'

export interface Flow {
  readonly process: ForwardProcess
  readonly grid: TimeGrid
}

export const flowOf = ({ floor, steps }: Pick<SensitivitySettings, 'floor' | 'steps'>): Flow => {
  const process = vanishingLinear({ floor })
  return { process, grid: uniformLogSnr(process, steps) }
}

/** √ mean |a_i − b_i|² over rows. */
export const rms = (a: HostMatrix, b: HostMatrix): number => {
  let sum = 0
  for (let k = 0; k < a.data.length; k++) sum += ((a.data[k] as number) - (b.data[k] as number)) ** 2
  return Math.sqrt(sum / a.rows)
}

/** The median of |a_i − b_i| over rows: of two in the middle the greater. Few rows that went elsewhere do not move it. */
export const medianDistance = (a: HostMatrix, b: HostMatrix): number => {
  const { rows, columns } = a
  const lengths = Float64Array.from({ length: rows }, (_, i) =>
    Math.hypot(...Array.from({ length: columns }, (_, j) => (a.data[i * columns + j] as number) - (b.data[i * columns + j] as number))),
  )
  return lengths.sort()[rows >> 1] as number
}

/** What makes labels: `size` rows drawn anew for every `group` of labels, the whole cloud where there is no size, the law itself where `exact`. */
export interface Source {
  readonly size?: number
  readonly group?: number
  readonly exact?: KnownLaw
}

/** Labels [count, d] of one source of score, from the noise of the key. */
export const labelsOf = async <N>(
  B: Backend<N>,
  { process, grid }: Flow,
  cloud: HostMatrix,
  { size, group = 1, exact }: Source,
  keys: { readonly noise: Key; readonly draws: Key },
  count: number,
  signal: AbortSignal | undefined,
) => {
  let drawn: { readonly free: () => void } | undefined
  const held = <F extends Field<'denoiser', N> & { readonly dimension: number; readonly free: () => void }>(field: F) => {
    drawn = field
    return probabilityFlow(B, process, field)
  }
  const flow: LabelFlow<N> = {
    size: size === undefined ? count : group,
    flow: (index) =>
      held(
        exact !== undefined
          ? mixture(B, exact.components)(process)
          : size === undefined
            ? pointCloud(B, cloud)(process)
            : (miniBatch(B, cloud, { size, key: fold(keys.draws, index) })(process) satisfies MiniBatchField<N>),
      ),
    free: () => drawn?.free(),
  }
  return labelledPairs(B, flow, { solver: dpmSolver2M, grid, count, key: keys.noise, ...(signal && { signal }) })
}

/** At each noise ratio, over queries of the law of X_t: the mean ρ = rows/ESS of the whole cloud, and √ mean |m_N − m|² of mini-batches to it, [ratio][size]. */
export const posteriorErrors = async <N>(
  B: Backend<N>,
  settings: SensitivitySettings,
  law: KnownLaw,
  cloud: HostMatrix,
  keys: { readonly queries: Key; readonly draws: Key },
  signal: AbortSignal | undefined,
): Promise<{ readonly rho: readonly number[]; readonly errors: readonly (readonly number[])[] }> => {
  const { process } = flowOf(settings)
  const rows = law.draw(fold(keys.queries, 0), settings.compared)
  const noise = normalArray(fold(keys.queries, 1), rows.data.length)
  const whole = pointCloud(B, cloud)(process)
  const levels = settings.noiseRatios.map((ratio) => {
    const t = process.timeOfLogSnr(-2 * Math.log(ratio))
    const [alpha, sigma] = [process.alpha(t), process.sigma(t)]
    return {
      t,
      x: B.tensor(
        rows.data.map((y, k) => alpha * y + sigma * (noise[k] as number)),
        [rows.rows, law.columns],
      ),
    }
  })
  const read = async (field: Field<'denoiser', N>, { t, x }: (typeof levels)[number]): Promise<HostMatrix> => ({
    ...rows,
    data: Float64Array.from(await readAndFree(B, field(x, t))),
  })
  try {
    const exact: HostMatrix[] = []
    const rho: number[] = []
    for (const level of levels) {
      exact.push(await read(whole, level))
      const support = await readAndFree(
        B,
        B.scope(() => whole.moments(level.x, level.t).effectiveSampleSize),
      )
      rho.push(support.reduce((sum, size) => sum + importanceRho(cloud.rows, size), 0) / support.length)
    }
    const squares = levels.map(() => settings.miniBatches.map(() => 0))
    for (const [s, size] of settings.miniBatches.entries())
      for (let draw = 0; draw < settings.draws; draw++) {
        throwIfAborted(signal, 'sensitivity')
        const field = miniBatch(B, cloud, { size, key: fold(fold(keys.draws, s), draw) })(process)
        for (const [l, level] of levels.entries()) {
          const of = squares[l] as number[]
          of[s] = (of[s] as number) + rms(await read(field, level), exact[l] as HostMatrix) ** 2 / settings.draws
        }
        field.free()
      }
    return { rho, errors: squares.map((of) => of.map(Math.sqrt)) }
  } finally {
    whole.free()
    for (const { x } of levels) B.free(x)
  }
}

/** The first rows of both sides of labelled pairs. */
export const firstPairs = ({ inputs, targets }: { readonly inputs: HostMatrix; readonly targets: HostMatrix }, count: number) => ({
  inputs: sliceRows(inputs, 0, count),
  targets: sliceRows(targets, 0, count),
})
