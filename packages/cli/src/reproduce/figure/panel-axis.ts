/** Ticks of a panel's axis that fit its length. */

import { textWidth } from '../../report/labels.js'
import { type Axis, characterWidth, linearAxis, logAxis } from '../../report/ticks.js'
import type { PanelScale } from './scale.js'

/** `10⁻³` rather than `1×10⁻³`. */
const plainPower = (text: string): string => text.replace(/^1×10/, '10')

/** The axis of a scale over `pixels`. */
export const panelAxis = ({ type, domain }: PanelScale, pixels: number, direction: 'horizontal' | 'vertical'): Axis => {
  if (type === 'linear') return linearAxis(domain, pixels, direction, 12)
  // A label of a horizontal axis needs about twice the room of a line of text.
  const axis = logAxis(domain, direction === 'vertical' ? pixels : pixels * 0.5)
  const format = (value: number): string => plainPower(axis.format(value))
  return { ...axis, format, ticks: direction === 'vertical' ? axis.ticks : apart(axis.ticks, format, domain, pixels) }
}

/** Every tick, or every second, third … where the labels would touch. */
const apart = (
  ticks: readonly number[],
  format: (value: number) => string,
  [from, to]: readonly [number, number],
  pixels: number,
): number[] => {
  const place = (tick: number): number => (Math.log(tick / from) / Math.log(to / from)) * pixels
  const half = (tick: number): number => (textWidth(format(tick)) * characterWidth) / 2
  const fits = (kept: readonly number[]): boolean =>
    kept.every((tick, k) => k === 0 || place(tick) - half(tick) - place(kept[k - 1] as number) - half(kept[k - 1] as number) >= 6)
  for (let every = 1; every < ticks.length; every++) {
    const kept = ticks.filter((_, k) => k % every === 0)
    if (fits(kept)) return kept
  }
  return ticks.slice(0, 1)
}
