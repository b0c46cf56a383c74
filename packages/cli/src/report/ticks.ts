/** Tick values and labels that fit the room an axis has. Steps are 1, 2 or 5 times a power of ten. */

import { textWidth } from './labels.js'
import { grouped, scientific } from './numbers.js'

/** The axis of a figure: its range, its ticks, and what each tick says. */
export interface Axis {
  readonly domain: readonly [number, number]
  readonly ticks: readonly number[]
  readonly format: (value: number) => string
}

/** The width of a digit at the figures' font size. */
export const characterWidth = 6.7

const niceStep = (span: number, count: number): number => {
  const raw = span / count
  const power = 10 ** Math.floor(Math.log10(raw))
  const fraction = raw / power
  return power * (fraction <= 1.0001 ? 1 : fraction <= 2.0001 ? 2 : fraction <= 5.0001 ? 5 : 10)
}

const multiples = (from: number, to: number, step: number): number[] => {
  const first = Math.ceil(from / step - 1e-9)
  const last = Math.floor(to / step + 1e-9)
  if (!(last - first < 100)) return []
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, k) => (first + k) * step)
}

const units: readonly (readonly [number, string])[] = [
  [1e12, 'T'],
  [1e9, 'G'],
  [1e6, 'M'],
  [1e3, 'k'],
]

/** Labels for multiples of `step`: as many decimals as the step has, and thousands, millions … as k, M, G, T. */
export const tickFormat = (step: number, largest: number): ((value: number) => string) => {
  if (largest >= 1e15 || largest < 1e-3) {
    const digits = Math.min(8, 1 + Math.max(0, Math.floor(Math.log10(largest)) - Math.floor(Math.log10(step) + 1e-9)))
    return (value) => (Math.abs(value) < step / 2 ? '0' : scientific(value, digits).replace(/\.0+×/, '×'))
  }
  const [unit, sign] = largest >= 1e5 ? (units.find(([size]) => largest >= size) as readonly [number, string]) : [1, '']
  const decimals = Math.max(0, -Math.floor(Math.log10(step / unit) + 1e-9))
  return (value) => {
    if (Math.abs(value) < step / 2) return '0'
    const text = (Math.abs(value) / unit).toFixed(decimals)
    return `${value < 0 ? '−' : ''}${Number(text) >= 1e4 ? grouped(text) : text}${sign}`
  }
}

/**
 * An even axis over `domain` whose labels fit: side by side in `pixels` when horizontal, one above the other when vertical. A label of
 * a horizontal axis stands over an end by at most `overhang` pixels.
 */
export const linearAxis = (domain: readonly [number, number], pixels: number, direction: 'horizontal' | 'vertical', overhang = 5): Axis => {
  const [from, to] = domain
  const largest = Math.max(Math.abs(from), Math.abs(to))
  const none: Axis = { domain, ticks: [], format: String }
  if (!(to - from > 0 && Number.isFinite(to - from))) return none
  /** Where the label of a tick begins and ends along a horizontal axis. */
  const span = (tick: number, format: (value: number) => string): readonly [number, number] => {
    const place = ((tick - from) / (to - from)) * pixels
    const half = (textWidth(format(tick)) * characterWidth) / 2
    return [place - half, place + half]
  }
  const candidate = (count: number): Axis => {
    const step = niceStep(to - from, count)
    const format = tickFormat(step, largest)
    const inside = (tick: number): boolean => {
      const [left, right] = span(tick, format)
      return direction === 'vertical' || (left >= -overhang && right <= pixels + overhang)
    }
    return { domain, ticks: multiples(from, to, step).filter(inside), format }
  }
  const fits = ({ ticks, format }: Axis): boolean =>
    direction === 'vertical'
      ? ticks.length * 26 <= pixels
      : ticks.every((tick, k) => k === 0 || span(tick, format)[0] - span(ticks[k - 1] as number, format)[1] >= 8)
  const axes = [6, 5, 4, 3, 2, 1].map(candidate)
  const thinned = [2, 3, 4].flatMap((every) => axes.map((axis) => ({ ...axis, ticks: axis.ticks.filter((_, k) => k % every === 0) })))
  const single = axes.filter(({ ticks }) => ticks.length > 0).map((axis) => ({ ...axis, ticks: axis.ticks.slice(0, 1) }))
  return [...axes, ...thinned].find((axis) => axis.ticks.length > 1 && fits(axis)) ?? single[0] ?? none
}

/** Ticks of a logarithmic axis: 1, 2 and 5 times powers of ten, or the powers alone where those are many. */
const logTicks = (from: number, to: number, most: number): number[] => {
  const first = Math.floor(Math.log10(from))
  const powers = Array.from({ length: Math.ceil(Math.log10(to)) - first + 1 }, (_, k) => 10 ** (first + k))
  const inside = (values: number[]): number[] => values.filter((value) => value >= from * 0.9999 && value <= to * 1.0001)
  const fine = inside(powers.flatMap((power) => [power, 2 * power, 5 * power]))
  if (fine.length <= most) return fine
  const coarse = inside(powers)
  const every = Math.ceil(coarse.length / most)
  return coarse.filter((_, k) => k % every === 0)
}

/** A share from 0 to 1 as the percentage it is, without digits it does not need. */
export const percentTick = (share: number): string => `${Number((share * 100).toPrecision(6))} %`

const plainNumber = (value: number): string =>
  value >= 1e5 || value < 1e-3 ? scientific(value, 1) : grouped(String(Number(value.toPrecision(6))))

/** A logarithmic axis over a positive range. Less than half a decade gets the ticks of an even axis. */
export const logAxis = (domain: readonly [number, number], pixels: number, share = false): Axis => {
  const [from, to] = domain
  const ticks = logTicks(from, to, Math.floor(pixels / 26))
  if (ticks.length >= 2) return { domain, ticks, format: share ? percentTick : plainNumber }
  return { ...linearAxis(domain, pixels, 'vertical'), domain }
}

/** The pixels the labels of a vertical axis take. */
export const labelRoom = ({ ticks, format }: Axis): number => Math.max(1, ...ticks.map((tick) => textWidth(format(tick)))) * characterWidth
