/** The axis of a panel as a map to [0, 1]: even or logarithmic. */

import type { Axis, Mark, Panel } from '@tweedie/cem'
import { padded } from '../../report/spread.js'

export type Range = readonly [from: number, to: number]

/** An axis whose range is known. */
export interface PanelScale {
  readonly type: 'linear' | 'log'
  readonly domain: Range
}

const identity = (value: number): number => value
const exp10 = (value: number): number => 10 ** value

/** Where a value lies: 0 and 1 at the ends. NaN where a logarithmic axis has no place for it. */
export const placeOn = ({ type, domain }: PanelScale): ((value: number) => number) => {
  const map = type === 'log' ? Math.log10 : identity
  const [from, to] = [map(domain[0]), map(domain[1])]
  return (value) => (type === 'log' && value <= 0 ? Number.NaN : (map(value) - from) / (to - from))
}

/** The inverse of `placeOn`. */
export const valueOn = ({ type, domain }: PanelScale): ((place: number) => number) => {
  const [map, back] = type === 'log' ? [Math.log10, exp10] : [identity, identity]
  const [from, to] = [map(domain[0]), map(domain[1])]
  return (place) => back(from + place * (to - from))
}

/** Half the width of a bar: less than half the least distance between two, or `alone` where there is one. */
export const barHalfWidth = (xs: readonly number[], alone: number): number => {
  const sorted = Array.from(new Set(xs)).sort((a, b) => a - b)
  const gaps = sorted.slice(1).map((x, k) => x - (sorted[k] as number))
  return gaps.length === 0 ? alone : 0.45 * gaps.reduce((a, b) => Math.min(a, b))
}

const valuesOf = (mark: Mark, direction: 'x' | 'y', type: PanelScale['type']): readonly number[] => {
  if (mark.kind === 'level') return direction === 'y' ? [mark.y] : []
  if (mark.kind === 'contours') return mark.grid[direction]
  const values = mark.points.map((point) => point[direction === 'x' ? 0 : 1])
  if (mark.kind !== 'bars' || type === 'log') return values
  if (direction === 'y') return [0, ...values]
  const half = barHalfWidth(values, 0.45)
  return values.flatMap((x) => [x - half, x + half])
}

/** The scale of an axis: its own range, or that of everything drawn, with a little room. */
export const panelScale = ({ marks, ...axes }: Panel, direction: 'x' | 'y'): PanelScale => {
  const axis: Axis = axes[direction]
  const type = axis.scale ?? 'linear'
  if (axis.domain !== undefined) return { type, domain: axis.domain }
  const values = marks.flatMap((mark) => valuesOf(mark, direction, type)).filter((value) => type === 'linear' || value > 0)
  if (values.length === 0) return { type, domain: type === 'log' ? [0.1, 10] : [0, 1] }
  const [least, most] = [values.reduce((a, b) => Math.min(a, b)), values.reduce((a, b) => Math.max(a, b))]
  if (type === 'linear')
    return { type, domain: onZero(padded(least, most), direction === 'y' && marks.some(({ kind }) => kind === 'bars')) }
  const [from, to] = least === most ? [least / 2, most * 2] : padded(Math.log10(least), Math.log10(most)).map(exp10)
  return { type, domain: [from as number, to as number] }
}

/** Bars stand on the frame where nothing is below zero. */
const onZero = ([from, to]: Range, bars: boolean): Range => (bars && from < 0 && -from < 0.06 * (to - from) ? [0, to] : [from, to])

/** The two scales with the shorter one widened about its middle, so that one unit is as long on both axes. Logarithmic axes stay. */
export const equalUnits = (x: PanelScale, y: PanelScale, width: number, height: number): readonly [PanelScale, PanelScale] => {
  if (x.type === 'log' || y.type === 'log') return [x, y]
  const unit = Math.max((x.domain[1] - x.domain[0]) / width, (y.domain[1] - y.domain[0]) / height)
  const widened = ({ type, domain: [from, to] }: PanelScale, pixels: number): PanelScale => {
    const room = (unit * pixels - (to - from)) / 2
    return { type, domain: room > 0 ? [from - room, to + room] : [from, to] }
  }
  return [widened(x, width), widened(y, height)]
}
