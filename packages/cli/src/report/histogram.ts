/** The bins of a marginal: shares of the held-out and of the generated rows over one range. */

import { hasWidth, level, padded, robustRange } from './spread.js'

export interface Histogram {
  /** One more than there are bins. */
  readonly edges: readonly number[]
  /** The share of all rows in each bin; rows beyond the edges are in none. */
  readonly data: readonly number[]
  readonly samples: readonly number[]
  /** The share of the rows beyond the edges. */
  readonly beyond: { readonly data: number; readonly samples: number }
  /** True where the tail would not be seen on an even scale. */
  readonly logarithmic: boolean
}

const mostBins = 40

/** The step of the lattice that the values lie on (whole numbers, tenths), if there is one of at most 2000 steps. */
export const latticeStep = (sorted: Float64Array): number | undefined => {
  const span = level(sorted, 1) - level(sorted, 0)
  let step = Number.POSITIVE_INFINITY
  for (let i = 1; i < sorted.length; i++) {
    const gap = (sorted[i] as number) - (sorted[i - 1] as number)
    if (gap > span * 1e-9 && gap < step) step = gap
  }
  if (!hasWidth(level(sorted, 0), level(sorted, 1)) || span / step > 2000) return undefined
  const origin = sorted[0] as number
  return sorted.every((value) => Math.abs((value - origin) / step - Math.round((value - origin) / step)) < 1e-3) ? step : undefined
}

const countIn = (sorted: Float64Array, edges: readonly number[]): number[] => {
  const [from, to] = [edges[0] as number, edges[edges.length - 1] as number]
  const width = (to - from) / (edges.length - 1)
  const counts = new Array<number>(edges.length - 1).fill(0)
  for (const value of sorted) {
    if (!(value >= from && value <= to)) continue
    const bin = Math.min(counts.length - 1, Math.floor((value - from) / width))
    counts[bin] = (counts[bin] as number) + 1
  }
  return counts
}

const evenEdges = (from: number, width: number, count: number): number[] => Array.from({ length: count + 1 }, (_, k) => from + k * width)

/**
 * Bins of equal width, about 2·n^(1/3) of them (Rice's rule) and at most 40. Values on a lattice get bins of whole steps with the
 * lattice points in their middles, so that no comb appears that the data does not have. Both columns come sorted.
 */
export const histogram = (data: Float64Array, samples: Float64Array): Histogram => {
  const [low, high] = robustRange(data, samples, 0.001)
  const wanted = Math.min(mostBins, Math.max(8, Math.round(2 * Math.cbrt(data.length))))
  const step = latticeStep(data)
  const edges = ((): number[] => {
    if (step === undefined) {
      const [from, to] = hasWidth(low, high) ? [low, high] : padded(low, high)
      return evenEdges(from, (to - from) / wanted, wanted)
    }
    const width = step * Math.ceil((high - low) / step / (high - low < mostBins * step ? mostBins : wanted))
    const origin = (data[0] as number) + Math.floor((low - (data[0] as number)) / step) * step - step / 2
    return evenEdges(origin, width, Math.max(1, Math.ceil((high + step / 2 - origin) / width - 1e-9)))
  })()
  const counts = { data: countIn(data, edges), samples: countIn(samples, edges) }
  const beyond = (inside: readonly number[], all: number): number =>
    (all - inside.reduce((sum, count) => sum + count, 0)) / Math.max(1, all)
  const bulk = level(data, 0.95) - level(data, 0.05)
  return {
    edges,
    data: counts.data.map((count) => count / Math.max(1, data.length)),
    samples: counts.samples.map((count) => count / Math.max(1, samples.length)),
    beyond: { data: beyond(counts.data, data.length), samples: beyond(counts.samples, samples.length) },
    logarithmic: bulk > 0 && high - low > 2.5 * bulk && data.length >= 100,
  }
}
