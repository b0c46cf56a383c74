import type { HostMatrix } from '@tweedie/core'
import type { Support } from '../../support/support.js'
import type { Claim, Figure, Measure, Role } from '../result.js'
import { type AlongSupport, alongQuantities, massDeviation, meanDistance } from './along-support.js'
import { all, claim, ordered } from './claims.js'
import { massFigure, samplesPanel } from './curve-panels.js'
import { measure } from './measures.js'
import { type PerSeed, seedKeys } from './seeds.js'

/** One of several ways to do the same. */
export interface Variant<A> {
  readonly name: string
  readonly role: Role
  readonly value: A
}

/** What samples of a model of the curve gave. */
export interface CurveOutcome {
  readonly along: AlongSupport
  /** Of the first seed. */
  readonly samples?: HostMatrix
}

/** Of every seed, what the variants gave, in their order. */
export type VariantOutcomes = PerSeed<readonly CurveOutcome[]>

const named = (variants: readonly Variant<unknown>[], outcomes: VariantOutcomes, of: (along: AlongSupport) => number) =>
  variants.map(({ name }, k) => [name, outcomes.map((seed) => of((seed[k] as CurveOutcome).along))] as const)

export const variantMeasures = (variants: readonly Variant<unknown>[], outcomes: VariantOutcomes): readonly Measure[] =>
  alongQuantities.flatMap(([quantity, of]) =>
    named(variants, outcomes, of).map(([variant, values]) => measure({ quantity, variant }, values)),
  )

/**
 * Whether of each pair of variants the first leaves a smaller mean distance than the second, at every seed. The evidence is the distances of all, and the
 * mass along the curve, which decides nothing.
 */
export const nearerClaim = (
  statement: string,
  pairs: readonly (readonly [nearer: number, farther: number])[],
  variants: readonly Variant<unknown>[],
  outcomes: VariantOutcomes,
): Claim => {
  const distances = named(variants, outcomes, meanDistance)
  const pick = (k: number) => distances[k] as (typeof distances)[number]
  const { holds } = all(...pairs.map(([nearer, farther]) => ordered('mean distance', [pick(nearer), pick(farther)])))
  const { evidence } = ordered('Mean distance to the curve', distances)
  const mass = ordered('largest deviation from 1 of the mass along it', named(variants, outcomes, massDeviation))
  return claim(statement, { holds, evidence: `${evidence}. Beside the statement, ${mass.evidence}.` })
}

/** Samples of the data and the variants side by side, and the mass along the curve, of the first seed. */
export const variantFigures = (
  { id, title, caption, support, seed }: Pick<Figure, 'id' | 'title' | 'caption'> & { readonly support: Support; readonly seed: number },
  variants: readonly Variant<unknown>[],
  outcomes: readonly CurveOutcome[],
): readonly Figure[] => [
  {
    id,
    title,
    caption,
    panels: [
      samplesPanel('Data', 'data', support.sample(seedKeys(seed).data, 2_000)),
      ...variants.map(({ name, role }, k) => samplesPanel(name, role, outcomes[k]?.samples)),
    ],
  },
  massFigure(`${id}-mass`, [
    {
      title,
      series: variants.map(({ name, role }, k) => ({ role, label: name, mass: (outcomes[k] as CurveOutcome).along.mass })),
    },
  ]),
]
