import { show } from '../parts/claims.js'
import { against } from '../parts/figure-points.js'
import type { Figure, Mark, Panel, Role } from '../result.js'
import type { Variances, WeightCheckRun, WeightCheckSettings } from './run.js'

/** The variance of a support, and c (e^t − 1) beside it. */
const marks = ({ times, variances, fit }: Variances, upTo: number): readonly Mark[] => {
  const shown = times.filter((t) => t <= upTo)
  const fitted = shown.map((t) => fit.dimension * Math.expm1(t))
  return [
    { kind: 'dots', role: 'first', label: 'E|X₀ − m|²', points: against(shown, variances), size: 2 },
    { kind: 'line', role: 'reference', label: `${show(fit.dimension)} (e^t − 1)`, points: against(shown, fitted) },
  ]
}

/** The variance of eq. (65) of the spiral in two scales, its ratio to e^t − 1, and the ratios of other supports. */
export const weightCheckFigure = ({ comparedUpTo }: WeightCheckSettings, { spiral, others }: WeightCheckRun): Figure => {
  const roles: readonly Role[] = ['second', 'third', 'fourth']
  const ratio: Panel = {
    title: 'Ratio to e^t − 1',
    x: { label: 't', scale: 'log' },
    y: { label: 'E|X₀ − m|²/(e^t − 1)', domain: [0, 2.5] },
    marks: [
      { kind: 'line', role: 'first', label: 'spiral', points: against(spiral.times, spiral.ratios) },
      ...others.map(
        ({ support, times, ratios }, k): Mark => ({
          kind: 'line',
          role: roles[k] as Role,
          label: support,
          points: against(times, ratios),
        }),
      ),
    ],
  }
  return {
    id: 'fig-8',
    title: 'The posterior variance and the weight',
    caption: `E|X₀ − m(X_t, t)|² with the exact denoiser of the spiral against c (e^t − 1), c fitted at small times; the linear scale shows t up to ${show(comparedUpTo)}. The ratio is the loss under the weight 1/(e^t − 1).`,
    panels: [
      {
        title: 'All times',
        x: { label: 't', scale: 'log' },
        y: { label: 'E|X₀ − m|²', scale: 'log' },
        marks: marks(spiral, Number.POSITIVE_INFINITY),
      },
      {
        title: `t ≤ ${show(comparedUpTo)}`,
        x: { label: 't' },
        y: { label: 'E|X₀ − m|²' },
        marks: marks(spiral, comparedUpTo),
      },
      ratio,
    ],
  }
}
