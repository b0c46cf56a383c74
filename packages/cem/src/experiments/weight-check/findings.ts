import { atMost, claim, show, within } from '../parts/claims.js'
import { measure } from '../parts/measures.js'
import type { ExperimentResult } from '../result.js'
import type { Variances, WeightCheckRun, WeightCheckSettings } from './run.js'

/** How far the ratio may be from c, as a part of it, besides the Monte Carlo error. */
const FLAT = 0.1
/** Standard errors of a ratio: exceeded with probability 6.3e-5 at each time. */
const STANDARD_ERRORS = 4

/** The largest |ratio/c − 1| on the times up to one. */
const unevenness = ({ times, ratios, fit }: Variances, upTo: number): number =>
  Math.max(...ratios.filter((_, k) => (times[k] as number) <= upTo).map((ratio) => Math.abs(ratio / fit.dimension - 1)))

/** The largest ratio to c over all times. */
const largest = ({ ratios, fit }: Variances): number => Math.max(...ratios.map((ratio) => ratio / fit.dimension))

export const weightCheckMeasures = (settings: WeightCheckSettings, runs: readonly WeightCheckRun[]): ExperimentResult['measures'] => {
  const { fittedUpTo, cloudFittedUpTo, comparedUpTo } = settings
  const ofSupport = (variant: string, variances: readonly Variances[]): ExperimentResult['measures'] => {
    const cloud = variances[0]?.intrinsicDimension === 0
    const upTo = show(cloud ? cloudFittedUpTo : fittedUpTo)
    return [
      measure(
        { quantity: `c of E|X₀ − m|² = c (e^t − 1), t ≤ ${upTo}`, variant },
        variances.map(({ fit }) => fit.dimension),
      ),
      measure(
        { quantity: 'its standard error', variant },
        variances.map(({ fit }) => fit.standardError),
      ),
      ...(cloud
        ? []
        : [
            measure(
              { quantity: `largest deviation of the ratio from c, as a part of c, t ≤ ${show(comparedUpTo)}`, variant },
              variances.map((each) => unevenness(each, comparedUpTo)),
            ),
            measure({ quantity: 'largest ratio over c, all t', variant }, variances.map(largest)),
          ]),
    ]
  }
  return [
    ...ofSupport(
      'spiral',
      runs.map(({ spiral }) => spiral),
    ),
    ...(runs[0]?.others ?? []).flatMap(({ support }, k) =>
      ofSupport(
        support,
        runs.map(({ others }) => others[k] as Variances),
      ),
    ),
  ]
}

export const weightCheckClaims = (settings: WeightCheckSettings, runs: readonly WeightCheckRun[]): ExperimentResult['claims'] => {
  const { samples, fittedUpTo, comparedUpTo } = settings
  // |X₀ − m|²/(e^t − 1) is χ² with c degrees of freedom at small times: its variance is 2 c, and c = 1.
  const error = STANDARD_ERRORS * Math.sqrt(2 / samples)
  const spirals = runs.map(({ spiral }) => spiral)
  const dimensions = (k: number): readonly number[] => runs.map(({ others }) => (others[k] as Variances).fit.dimension)
  return [
    claim(
      `E|X₀ − m|² of the curve is c (e^t − 1) up to t = ${show(comparedUpTo)}: the ratio is within ${show(FLAT)} of c and ${STANDARD_ERRORS} standard errors, ${show(error)} (Figure 8)`,
      atMost(
        'largest relative deviation of the ratio',
        spirals.map((each) => unevenness(each, comparedUpTo)),
        FLAT + error,
      ),
    ),
    claim(
      'λ = 1/(e^t − 1) keeps the weighted loss of the exact denoiser on one scale: at no time is it above twice c (Figure 8)',
      atMost('largest ratio over c', spirals.map(largest), 2),
    ),
    claim(
      `c is the intrinsic dimension where t ≤ ${show(fittedUpTo)}: 1 for the curve and a line, 2 for a plane, to within a twentieth`,
      within(
        'c over dimension of curve, line and plane',
        [...spirals.map(({ fit }) => fit.dimension), ...dimensions(0), ...dimensions(1).map((c) => c / 2)],
        [0.95, 1.05],
      ),
    ),
    claim(`c of five points is 0 where t ≤ ${show(settings.cloudFittedUpTo)}`, atMost('c of five points', dimensions(2), 0.05)),
  ]
}
