import { equationOf } from '../engine/equation/equation.js'
import type { Setup } from '../setup.js'

/** A time of the grid: X_t = alpha X₀ + sigma Z. */
export interface Moment {
  readonly time: number
  readonly alpha: number
  readonly sigma: number
}

/** The moment at a playhead, which may lie between two times of the grid; undefined where the setup has no grid. */
export const momentAt = (setup: Setup, playhead: number): Moment | undefined => {
  const equation = equationFor(setup)
  if (!equation) return undefined
  const { process, times } = equation
  const k = Math.min(Math.max(0, Math.floor(playhead)), times.length - 1)
  const [before, after] = [times[k]!, times[Math.min(k + 1, times.length - 1)]!]
  const time = before + (after - before) * Math.min(1, Math.max(0, playhead - k))
  return { time, alpha: process.alpha(time), sigma: process.sigma(time) }
}

type Equation = ReturnType<typeof equationOf>
let kept: readonly [Setup, Equation | undefined] | undefined

/** The equation of the last setup is kept. */
const equationFor = (setup: Setup): Equation | undefined => {
  if (kept?.[0] === setup) return kept[1]
  const equation = (() => {
    try {
      return equationOf(setup)
    } catch {
      return undefined // The worker refuses such a setup, and says why.
    }
  })()
  kept = [setup, equation]
  return equation
}
