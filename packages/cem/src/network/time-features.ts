import { type Backend, type ForwardProcess, type Key, key as keyOf, type Matrix, normalArray, tweedieError } from '@tweedie/core'
import { logSnrScale } from './log-snr-scale.js'
import type { TimeLevels } from './time-levels.js'

/**
 * Fourier features cos 2πfu and sin 2πfu of the scaled log-SNR u, `fourier` of each (Tancik et al. 2020, "Fourier features let networks learn high
 * frequency functions in low dimensional domains", eq. 5 with unit amplitudes). The frequencies f, in periods per unit of u ∈ [−1, 1], go
 * geometrically from `lowest` to `highest`, or are drawn from N(0, deviation²) with a key.
 */
export type FourierFeatures =
  | {
      readonly fourier: number
      /** ¼ by default: the sine then increases over all of [−1, 1]. */
      readonly lowest?: number
      /** 4 by default. */
      readonly highest?: number
    }
  | { readonly fourier: number; readonly deviation: number /** `key(0)` by default. */; readonly key?: Key }

/** What a network sees of the time: t as it is, the log-SNR scaled to [−1, 1], or Fourier features of that. */
export type TimeFeature = 'raw' | 'logSnr' | FourierFeatures

/** Features as a function of the levels of R times, [R, width]. */
export interface TimeFeatures {
  readonly width: number
  /** 'logSnr + 8 fourier'. */
  readonly name: string
  readonly of: <N>(B: Backend<N>) => (levels: TimeLevels) => Matrix<N>
}

/** One or several features side by side, in their order. Throws `InvalidArgument`, naming the feature. */
export const timeFeatures = (
  where: string,
  process: ForwardProcess,
  features: TimeFeature | readonly TimeFeature[],
  logSnrRange?: readonly [low: number, high: number],
): TimeFeatures => {
  const list = isList(features) ? features : [features]
  if (list.length === 0) throw refused(where, 'no time features', "Give at least one: 'raw', 'logSnr' or { fourier: 8 }")
  const rows = list.map((feature) => angularFrequencies(where, feature))
  const scaled = list.every((feature) => feature === 'raw') ? undefined : logSnrScale(where, process, logSnrRange)
  return {
    width: rows.reduce((sum, row) => sum + (row === undefined ? 1 : 2 * row.length), 0),
    name: list.map((feature) => (typeof feature === 'string' ? feature : `${feature.fourier} fourier`)).join(' + '),
    of:
      <N>(B: Backend<N>) =>
      ({ t, logSnr }: TimeLevels) =>
        B.scope(() => {
          const column = (numbers: Float64Array): Matrix<N> => B.tensor(numbers, [t.length, 1])
          const u = scaled && column(scaled(logSnr))
          const parts = list.flatMap((feature, k): readonly Matrix<N>[] => {
            if (u === undefined || feature === 'raw') return [column(t)]
            const row = rows[k]
            if (row === undefined) return [u]
            const angles = B.mul(u, B.tensor(row, [1, row.length]))
            return [B.cos(angles), B.sin(angles)]
          })
          return parts.length === 1 ? (parts[0] as Matrix<N>) : B.concat(parts, 1)
        }),
  }
}

const isList = (features: TimeFeature | readonly TimeFeature[]): features is readonly TimeFeature[] => Array.isArray(features)

/** 2πf of Fourier features; undefined for a feature without them. */
const angularFrequencies = (where: string, feature: TimeFeature): Float64Array | undefined => {
  if (feature === 'raw' || feature === 'logSnr') return undefined
  if (typeof feature !== 'object' || feature === null)
    throw refused(where, `the time feature '${String(feature)}'`, "Use 'raw', 'logSnr' or { fourier: 8 }")
  const count = feature.fourier
  if (!Number.isSafeInteger(count) || count < 1) throw refused(where, `${count} Fourier frequencies`, 'Use a whole number of at least 1')
  if ('deviation' in feature) {
    const { deviation, key = keyOf(0) } = feature
    if (!(deviation > 0 && Number.isFinite(deviation)))
      throw refused(where, `frequencies of deviation ${deviation}`, 'Use a positive deviation, such as 1')
    return normalArray(key, count).map((z) => 2 * Math.PI * deviation * z)
  }
  const { lowest = 0.25, highest = Math.max(4, lowest) } = feature
  if (!(lowest > 0 && lowest <= highest && Number.isFinite(highest)))
    throw refused(where, `frequencies from ${lowest} to ${highest}`, 'Use 0 < lowest ≤ highest, such as ¼ and 4')
  return Float64Array.from({ length: count }, (_, k) => 2 * Math.PI * lowest * (highest / lowest) ** (k / Math.max(1, count - 1)))
}

const refused = (where: string, what: string, mend: string) => tweedieError('InvalidArgument', where, what, mend)
