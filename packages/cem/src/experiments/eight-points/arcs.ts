import type { HostMatrix } from '@tweedie/core'
import type { PointSupport } from '../../support/points.js'

/** How samples lie about points on a circle about 0. Shares are of all samples. */
export interface Arcs {
  /** Samples that are not near any point, but between two neighbours: on the circle or on the chord that joins them, or inside that band. */
  readonly between: number
  /** Samples that are neither near a point nor between two. */
  readonly elsewhere: number
  /** The share between every point and the next, anticlockwise from the first of the sorted points. */
  readonly gaps: readonly number[]
}

/** How far from a point or a band a sample still belongs to it. */
export const NEAR = 0.1

/**
 * Sorts samples by where they are: within 0.1 of a point; farther, but at most 0.1 from the region between circle and chord of two neighbours; or
 * elsewhere.
 */
export const arcsOf = ({ points, distances }: PointSupport, samples: HostMatrix): Arcs => {
  const angles = Array.from({ length: points.rows }, (_, k) => angle(points, k)).sort((a, b) => a - b)
  const radius = Math.hypot(points.data[0] as number, points.data[1] as number)
  const far = distances(samples)
  const gaps = new Array<number>(angles.length).fill(0)
  let elsewhere = 0
  for (let i = 0; i < samples.rows; i++) {
    if ((far[i] as number) <= NEAR) continue
    const own = angle(samples, i)
    // The gap after the last point at or before it; what comes before the first belongs to the gap that ends there.
    const gap = (angles.filter((each) => each <= own).length + angles.length - 1) % angles.length
    const [from, to] = [angles[gap] as number, gap + 1 < angles.length ? (angles[gap + 1] as number) : (angles[0] as number) + 2 * Math.PI]
    // The chord at this angle, seen from the middle of the gap.
    const chord = (radius * Math.cos((to - from) / 2)) / Math.cos((own < from ? own + 2 * Math.PI : own) - (from + to) / 2)
    const distance = Math.hypot(samples.data[2 * i] as number, samples.data[2 * i + 1] as number)
    if (distance >= chord - NEAR && distance <= radius + NEAR) gaps[gap] = (gaps[gap] as number) + 1
    else elsewhere++
  }
  const shares = gaps.map((count) => count / samples.rows)
  return { between: shares.reduce((a, b) => a + b, 0), elsewhere: elsewhere / samples.rows, gaps: shares }
}

const angle = ({ data }: HostMatrix, row: number): number => Math.atan2(data[2 * row + 1] as number, data[2 * row] as number)

/** Into how many separate arcs samples join points on a ring: runs of gaps whose shares are at least `joined`. A point by itself is no arc. */
export const arcCount = (gaps: readonly number[], joined: number): number => {
  const closed = gaps.map((share) => share >= joined)
  if (closed.every(Boolean)) return 1
  return closed.filter((isClosed, k) => isClosed && !closed.at(k - 1)).length
}
