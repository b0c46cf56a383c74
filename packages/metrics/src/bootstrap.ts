import { choiceWithReplacement, fold, type HostMatrix, type Key, takeRows, tweedieError } from '@tweedie/core'
import { moments } from './moments.js'
import { sortedQuantile } from './quantile.js'
import { subsampleRows } from './subsample.js'
import { requireCount, requireSample } from './validate.js'

/** How an interval is had from resampled tables. */
export type ResamplingMethod =
  /** Tables of fewer rows, drawn without replacement. Holds for every metric of this package. */
  | 'subsampling'
  /** Tables of as many rows, drawn with replacement; the quantiles of their values (Efron 1979). */
  | 'percentile'
  /** The same, reflected about the value: 2 θ − quantile (Davison and Hinkley 1997, §5.2). */
  | 'basic'

export interface BootstrapOptions {
  /** Draws the rows: the same key, the same interval. */
  readonly key: Key
  /** How many times; default 200. */
  readonly resamples?: number
  /** The probability that the interval is to hold the value for the whole population, between 0 and 1; default 0.95. */
  readonly level?: number
  /** Default `subsampling`. */
  readonly method?: ResamplingMethod
  /** Of subsampling: the share of the rows of each table that is drawn, between 0 and 1; default ½. */
  readonly fraction?: number
}

/** A value with its interval. */
export interface Interval {
  readonly value: number
  readonly low: number
  readonly high: number
  readonly standardError: number
  readonly level: number
  readonly resamples: number
  readonly method: ResamplingMethod
}

const where = 'bootstrap'

const requireBetween = (name: string, value: number): void => {
  if (!(value > 0 && value < 1)) throw tweedieError('InvalidArgument', where, `${name} is ${value}`, 'Use a number between 0 and 1')
}

const evaluated = (statistic: (tables: readonly HostMatrix[]) => number, tables: readonly HostMatrix[], which: string): number => {
  const value = statistic(tables)
  if (Number.isFinite(value)) return value
  throw tweedieError('NotFinite', where, `the statistic of ${which} is ${value}`, 'Use a statistic that is finite for tables of this size')
}

/**
 * An interval for any number computed from one or more independent tables, by drawing rows again.
 *
 * Drawing with replacement (`percentile`, `basic`) repeats rows. That is right for means, quantiles, correlations and the like, but not for
 * statistics that look at pairs of rows or nearest neighbours, as energy distance, MMD, Sinkhorn, C2ST, density and coverage do: a repeated
 * row is at distance 0 from itself, and stands on both sides of a cross-validation. The default draws a share φ of each table without
 * replacement (Politis and Romano 1994), and from the values θ* of m = φ n rows takes the spread
 * √(φ/(1 − φ)) (θ* − mean θ*): the factor turns the spread at m of n rows into that at n of very many. The interval is θ less the upper and
 * lower quantile of it. It holds for statistics whose error falls like 1/√n; where it falls faster (a distance between equal laws, of order
 * 1/n) the interval is too wide. It says how far chance moves the statistic at this size, and does not remove a bias that the statistic
 * has at this size.
 *
 * Throws `InvalidArgument` (rows, options), `NotFinite` (tables, a statistic that is not finite), and whatever `statistic` throws.
 */
export const bootstrap = (
  statistic: (tables: readonly HostMatrix[]) => number,
  tables: readonly HostMatrix[],
  { key, resamples = 200, level = 0.95, method = 'subsampling', fraction = 0.5 }: BootstrapOptions,
): Interval => {
  requireCount(where, 'resamples', resamples, 2)
  requireBetween('level', level)
  requireBetween('fraction', fraction)
  if (tables.length === 0) throw tweedieError('InvalidArgument', where, 'no tables', 'Pass at least one')
  tables.forEach((table, which) => {
    requireSample(where, `table ${which}`, table, 2)
  })
  const subsampling = method === 'subsampling'
  const again = (table: HostMatrix, draw: Key): HostMatrix =>
    subsampling
      ? subsampleRows(table, Math.max(1, Math.round(fraction * table.rows)), draw)
      : takeRows(table, choiceWithReplacement(draw, table.rows, table.rows))
  const value = evaluated(statistic, tables, 'the tables')
  const values = Float64Array.from({ length: resamples }, (_, r) =>
    evaluated(
      statistic,
      tables.map((table, which) => again(table, fold(fold(key, r), which))),
      `resample ${r}`,
    ),
  ).sort()
  const { mean, standardDeviation } = moments(values)
  const [low, high] = [sortedQuantile(values, (1 - level) / 2), sortedQuantile(values, (1 + level) / 2)]
  const scale = subsampling ? Math.sqrt(fraction / (1 - fraction)) : 1
  const [from, to] =
    method === 'percentile'
      ? [low, high]
      : method === 'basic'
        ? [2 * value - high, 2 * value - low]
        : [value - scale * (high - mean), value - scale * (low - mean)]
  return { value, low: from, high: to, standardError: scale * standardDeviation, level, resamples, method }
}

/** `bootstrap` of a metric of two samples: `withInterval(energyDistance, a, b, { key })`. */
export const withInterval = (
  metric: (a: HostMatrix, b: HostMatrix) => number,
  a: HostMatrix,
  b: HostMatrix,
  options: BootstrapOptions,
): Interval => bootstrap(([x, y]) => metric(x as HostMatrix, y as HostMatrix), [a, b], options)
