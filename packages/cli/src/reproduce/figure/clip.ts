/** What of a line or a cloud of points lies inside the axes. */

import type { Points } from '@tweedie/cem'
import { type PanelScale, placeOn, valueOn } from './scale.js'

export interface Clipped<Shape> {
  readonly shape: Shape
  /** Points beyond the ends of the axes. */
  readonly outside: number
  /** Points at or below 0 on a logarithmic axis. */
  readonly unplaced: number
}

/** Slack for points on the frame itself, in parts of the axis. */
const edge = 1e-9
const isInside = (place: number): boolean => place >= -edge && place <= 1 + edge

interface Place {
  readonly x: number
  readonly y: number
}

const placesOf = (points: Points, x: PanelScale, y: PanelScale): Place[] => {
  const [alongX, alongY] = [placeOn(x), placeOn(y)]
  return points.map(([px, py]) => ({ x: alongX(px), y: alongY(py) }))
}

const hasPlace = ({ x, y }: Place): boolean => !Number.isNaN(x) && !Number.isNaN(y)

const counts = (places: readonly Place[]) => {
  const placed = places.filter(hasPlace)
  return {
    unplaced: places.length - placed.length,
    outside: placed.filter((place) => !isInside(place.x) || !isInside(place.y)).length,
  }
}

/** The points inside the axes. */
export const clipPoints = (points: Points, x: PanelScale, y: PanelScale): Clipped<Points> => {
  const places = placesOf(points, x, y)
  const inside = (k: number): boolean => isInside(places[k]?.x ?? Number.NaN) && isInside(places[k]?.y ?? Number.NaN)
  return { shape: points.filter((_, k) => inside(k)), ...counts(places) }
}

/** The parts of a line inside the axes (Liang–Barsky), in order; a point without a place ends a part. */
export const clipLine = (points: Points, x: PanelScale, y: PanelScale): Clipped<readonly Points[]> => {
  const places = placesOf(points, x, y)
  const [backX, backY] = [valueOn(x), valueOn(y)]
  const parts: (readonly [number, number])[][] = []
  let open: (readonly [number, number])[] | undefined
  for (let k = 0; k + 1 < places.length; k++) {
    const [a, b] = [places[k] as Place, places[k + 1] as Place]
    const kept = hasPlace(a) && hasPlace(b) ? keptPart(a, b) : undefined
    if (kept === undefined) {
      open = undefined
      continue
    }
    const at = (share: number): readonly [number, number] =>
      share === 0
        ? (points[k] as readonly [number, number])
        : share === 1
          ? (points[k + 1] as readonly [number, number])
          : [backX(a.x + share * (b.x - a.x)), backY(a.y + share * (b.y - a.y))]
    if (open === undefined || kept[0] > 0) {
      open = [at(kept[0])]
      parts.push(open)
    }
    open.push(at(kept[1]))
    if (kept[1] < 1) open = undefined
  }
  return { shape: parts, ...counts(places) }
}

/** The share of the segment from a to b that lies in the unit square. */
const keptPart = (a: Place, b: Place): readonly [number, number] | undefined => {
  let [from, to] = [0, 1]
  for (const [start, step] of [
    [a.x, b.x - a.x],
    [a.y, b.y - a.y],
  ] as const) {
    for (const [distance, along] of [
      [start + edge, -step],
      [1 + edge - start, step],
    ] as const) {
      if (along === 0) {
        if (distance < 0) return undefined
      } else if (along > 0) to = Math.min(to, distance / along)
      else from = Math.max(from, distance / along)
    }
  }
  return from < to ? [from, to] : undefined
}
