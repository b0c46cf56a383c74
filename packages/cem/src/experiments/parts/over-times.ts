import type { Claim, Measure } from '../result.js'
import { all, type Check, ordered, within } from './claims.js'
import { type MeasureOf, measure } from './measures.js'
import type { PerSeed } from './seeds.js'
import { type ModelId, modelIds, modelNames, type OfModels, type OfTimes, type TimesId, timesIds, variantName } from './three-models.js'
import type { TwoDimensionalSettings } from './two-dimensional.js'

/** What every seed gave for the three models and both kinds of training times. */
export type Outcomes<A> = PerSeed<OfTimes<A>>

/** A number of one model at every seed. */
export const valuesOf = <A>(outcomes: Outcomes<A>, times: TimesId, model: ModelId, of: (outcome: A) => number): readonly number[] =>
  outcomes.map((seed) => of(seed[times][model]))

/** A number of every model as measures; the paper's numbers stand beside those with its training times. */
export const measuresOf = <A>(
  outcomes: Outcomes<A>,
  { papers, ...what }: Pick<MeasureOf, 'quantity' | 'unit'> & { readonly papers?: OfModels<number> },
  of: (outcome: A) => number,
): readonly Measure[] =>
  timesIds.flatMap((times) =>
    modelIds.map((model) =>
      measure(
        { ...what, variant: variantName(times, model), ...(papers !== undefined && times === 'paper' && { paper: papers[model] }) },
        valuesOf(outcomes, times, model, of),
      ),
    ),
  )

/**
 * The verdict on a statement that the paper makes with its own training times: reproduced where it holds with these and with the control, under a
 * condition where with one of them.
 */
export const claimOverTimes = (settings: TwoDimensionalSettings, statement: string, check: (times: TimesId) => Check): Claim => {
  const [paper, control] = [check('paper'), check('control')]
  const evidence = `With the paper's training times, ${paper.evidence}. With log-uniform training times, ${control.evidence}.`
  if (paper.holds && control.holds) return { statement, verdict: 'reproduced', evidence }
  if (!paper.holds && !control.holds) return { statement, verdict: 'not reproduced', evidence }
  const { epsilon } = settings
  const condition = paper.holds
    ? `The training times are the paper's, none below ${firstTime(settings)}, while the sampler goes down to ${epsilon}.`
    : `The training times are log-uniform down to ${epsilon}, as far as the sampler goes.`
  return { statement, verdict: 'reproduced under a condition', condition, evidence }
}

/** What the paper says of the order of the three models in a number that should be small, in two statements: CEM first, and DDPM before SGM. */
export const orderClaims = <A>(
  settings: TwoDimensionalSettings,
  outcomes: Outcomes<A>,
  quantity: string,
  of: (outcome: A) => number,
): readonly Claim[] => {
  const order = (times: TimesId, ...pairs: readonly (readonly [smaller: ModelId, larger: ModelId])[]): Check => {
    const named = (model: ModelId) => [modelNames[model], valuesOf(outcomes, times, model, of)] as const
    const { holds } = all(...pairs.map(([smaller, larger]) => ordered(quantity, [named(smaller), named(larger)])))
    return { holds, evidence: ordered(quantity, modelIds.map(named)).evidence }
  }
  return [
    claimOverTimes(settings, `CEM leaves a smaller ${quantity} than DDPM and SGM`, (times) =>
      order(times, ['cem', 'ddpm'], ['cem', 'sgm']),
    ),
    claimOverTimes(settings, `DDPM leaves a smaller ${quantity} than SGM`, (times) => order(times, ['ddpm', 'sgm'])),
  ]
}

/** What the paper says of how large a number is for DDPM and SGM: within a factor of three of its own. A smaller one does not reproduce it. */
export const sizeClaim = <A>(
  settings: TwoDimensionalSettings,
  outcomes: Outcomes<A>,
  quantity: string,
  papers: OfModels<number>,
  of: (outcome: A) => number,
): Claim => {
  const near = (times: TimesId, model: ModelId): Check =>
    within(modelNames[model], valuesOf(outcomes, times, model, of), [papers[model] / 3, 3 * papers[model]])
  return claimOverTimes(
    settings,
    `DDPM and SGM have a large ${quantity}, within a factor of three of the paper's ${papers.ddpm} and ${papers.sgm}`,
    (times) => all(near(times, 'ddpm'), near(times, 'sgm')),
  )
}

/** The paper's first training time. */
const firstTime = ({ horizon, gridPoints }: TwoDimensionalSettings): number => Number((horizon / (gridPoints - 1)).toPrecision(2))

/** What a reader of a comparison needs to know. */
export const timesRemark = (settings: TwoDimensionalSettings): string =>
  `The paper's training times are T k/${settings.gridPoints - 1}, k ≥ 1, none below ${firstTime(settings)}, while the sampler goes down to ` +
  `${settings.epsilon}: there all three models are extrapolated. The control trains all three at log-uniform times down to ${settings.epsilon} and ` +
  'shows what of a difference is due to the objective alone.'
