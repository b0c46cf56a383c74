import type { Setup } from '../setup.js'

export type Points = Setup['points']
export type Point = Points[number]

/** Coordinates are kept to a thousandth, so that links stay short. */
export const placed = (x: number, y: number): Point => {
  const kept = (value: number): number => Math.round(Math.min(4, Math.max(-4, value)) * 1000) / 1000 + 0
  return [kept(x), kept(y)]
}

const distance = ([a, b]: Point, [c, d]: Point): number => Math.hypot(a - c, b - d)

/** The points without those within `radius` of a place. The same list where there are none. */
export const erased = (points: Points, place: Point, radius: number): Points => {
  const left = points.filter((point) => distance(point, place) > radius)
  return left.length === points.length ? points : left
}

/** Points along a stroke from `last` to `place`, `spacing` apart: a quick stroke leaves no gaps. */
export const alongStroke = (last: Point, place: Point, spacing: number): Points => {
  const far = distance(last, place)
  const count = Math.floor(far / spacing)
  return Array.from({ length: count }, (_, k) => {
    const share = ((k + 1) * spacing) / far
    return placed(last[0] + (place[0] - last[0]) * share, last[1] + (place[1] - last[1]) * share)
  })
}

/** 1 for each sample that is farther than `radius` from every point. samples: [count, 2]. */
export const pollutedOf = (samples: Float32Array, points: Points, radius: number): Uint8Array =>
  Uint8Array.from({ length: samples.length / 2 }, (_, i) => {
    const [x, y] = [samples[2 * i]!, samples[2 * i + 1]!]
    return points.some(([a, b]) => (x - a) ** 2 + (y - b) ** 2 <= radius * radius) ? 0 : 1
  })
