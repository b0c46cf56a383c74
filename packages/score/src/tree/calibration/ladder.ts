import type { CloudTree, NoiseLevel } from '@tweedie/core'
import type { Way } from './contender.js'
import { errorUnit, spreadOf } from './error-unit.js'
import type { Rung, RungSettings } from './rung.js'

/**
 * Rungs of the ladder: ln(σ/α) in steps of a half, one in the log-SNR. The posterior is a function of σ/α and x/α alone, so a rung serves
 * every process, and levels between two rungs take what both allow.
 */
const rungWidth = 0.5
/** Beyond e^±14 ≈ 10^±6 times the spread of the cloud nothing changes. */
const farthest = 14

/** σ/α of a rung: e^(place/2) times the spread of the cloud. */
export const ratioOfRung = (tree: CloudTree, place: number): number => (spreadOf(tree) || 1) * Math.exp(place * rungWidth)

/** What was chosen for a noise level. */
export interface Choice {
  readonly way: Way
  /** The rungs around the level that it rests on; none where no measurement was needed. */
  readonly rungs: readonly Rung[]
}

export interface Ladder {
  readonly choose: (level: NoiseLevel) => Choice
  /** The rungs measured so far, from small noise to large. */
  readonly rungs: () => readonly Rung[]
}

export const ladder = (tree: CloudTree, settings: RungSettings, measure: (place: number, ratio: number) => Rung): Ladder => {
  const measured = new Map<number, Rung>()
  const unitAt = errorUnit(tree)
  const spread = spreadOf(tree) || 1
  const rungAt = (place: number): Rung => {
    const known = measured.get(place)
    if (known !== undefined) return known
    const rung = measure(place, ratioOfRung(tree, place))
    measured.set(place, rung)
    return rung
  }
  const around = ({ alpha, sigma }: NoiseLevel): readonly Rung[] => {
    const position = Math.min(farthest, Math.max(-farthest, Math.log(sigma / (alpha * spread)))) / rungWidth
    const [below, above] = [Math.floor(position), Math.ceil(position)]
    return below === above ? [rungAt(below)] : [rungAt(below), rungAt(above)]
  }

  const choose = (level: NoiseLevel): Choice => {
    if (!(level.sigma > 0)) return { way: { method: 'none' }, rungs: [] }
    const certified: Way = { method: 'certified', tolerance: settings.tolerance * unitAt(level) }
    if (settings.index === 'certified' && settings.choose === 'always') return { way: certified, rungs: [] }
    const rungs = around(level)
    const opening = rungs.reduce((least, { verified }) => Math.min(least, verified?.opening ?? Number.NaN), Number.POSITIVE_INFINITY)
    const verified: Way | undefined = settings.index === 'verified' && opening > 0 ? { method: 'verified', opening } : undefined
    if (settings.choose === 'always') return { way: verified ?? { method: 'none' }, rungs }
    // The sum over the rungs, so a way that one of them does not have is never the fastest.
    const time = (name: 'none' | 'certified' | 'verified'): number =>
      rungs.reduce((sum, { milliseconds }) => sum + (milliseconds[name] ?? Number.POSITIVE_INFINITY), 0)
    const ways: readonly Way[] = [{ method: 'none' }, certified, ...(verified ? [verified] : [])]
    return { way: ways.reduce((best, way) => (time(way.method) < time(best.method) ? way : best)), rungs }
  }

  const cache = new Map<string, Choice>()
  return {
    choose: (level) => {
      const name = `${level.alpha} ${level.sigma}`
      const known = cache.get(name) ?? choose(level)
      if (cache.size > 4096) cache.clear()
      cache.set(name, known)
      return known
    },
    rungs: () => [...measured].sort(([a], [b]) => a - b).map(([, rung]) => rung),
  }
}
