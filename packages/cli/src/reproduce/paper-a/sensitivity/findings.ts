import { allOf, atMost, type Check, type Claim, claim, type Measure, measure, within } from '@tweedie/cem'
import { type Exponent, exponentOf } from './exponents.js'
import { laws } from './laws.js'
import type { LawRun } from './run.js'
import type { SensitivitySettings } from './settings.js'

/** The runs of a seed, in the order of `laws`. */
export type SeedRun = readonly LawRun[]

const HALF: readonly [number, number] = [-0.6, -0.4]
const show = (value: number): string => `${Number(value.toPrecision(3))}`

/** Exponents of one law over all seeds. */
const exponentsOf = ({ miniBatches, labels, noiseRatios }: SensitivitySettings, runs: readonly SeedRun[], law: number) => {
  const each = (xs: readonly number[], of: (run: LawRun) => readonly number[]): Exponent =>
    exponentOf(
      xs,
      runs.map((run) => of(run[law] as LawRun)),
    )
  return {
    posterior: noiseRatios.map((_, k) => each(miniBatches, ({ posterior }) => posterior[k] as readonly number[])),
    toCloud: each(miniBatches, ({ toCloud }) => toCloud),
    toLaw: each(miniBatches, ({ toLaw }) => toLaw),
    median: each(miniBatches, ({ median }) => median),
    regression: each(labels, ({ regression }) => regression),
    networkToLaw: each(labels, ({ networkToLaw }) => networkToLaw),
  }
}

export const sensitivityMeasures = (settings: SensitivitySettings, runs: readonly SeedRun[]): readonly Measure[] =>
  laws.flatMap(({ name }, law) => {
    const { miniBatches, trainedMiniBatches, labels, noiseRatios, labelsForMiniBatches } = settings
    const found = exponentsOf(settings, runs, law)
    const of = (quantity: string, variant: string, value: (run: LawRun) => number): Measure =>
      measure(
        { quantity, variant: `${name}; ${variant}` },
        runs.map((run) => value(run[law] as LawRun)),
      )
    const slope = (quantity: string, variant: string, { perSeed }: Exponent): Measure =>
      measure({ quantity, variant: `${name}; ${variant}` }, perSeed)
    return [
      ...noiseRatios.map((ratio, k) => slope('exponent of N, posterior mean', `σ/α = ${ratio}`, found.posterior[k] as Exponent)),
      ...noiseRatios.map((ratio, k) => of('mean of ρ = 1 + χ²', `σ/α = ${ratio}`, ({ rho }) => rho[k] as number)),
      slope('exponent of N, labels', "to the whole cloud's", found.toCloud),
      slope('exponent of N, labels', "to the law's", found.toLaw),
      slope('exponent of N, labels', "median distance to the whole cloud's", found.median),
      slope('exponent of M, network', "to the whole cloud's labels", found.regression),
      slope('exponent of M, network', "to the law's labels", found.networkToLaw),
      ...miniBatches.flatMap((N, k) => [
        of("paired RMS of labels to the whole cloud's", `N = ${N}`, ({ toCloud }) => toCloud[k] as number),
        of("median distance of labels to the whole cloud's", `N = ${N}`, ({ median }) => median[k] as number),
      ]),
      of("paired RMS of labels to the law's", 'the whole cloud', ({ cloudToLaw }) => cloudToLaw),
      ...labels.flatMap((M, k) => [
        of("paired RMS of the network to the whole cloud's labels", `M = ${M}`, ({ regression }) => regression[k] as number),
        of("paired RMS of the network to the law's labels", `M = ${M}`, ({ networkToLaw }) => networkToLaw[k] as number),
        of('energy distance of the network', `whole cloud, M = ${M}`, ({ labelDistances }) => labelDistances[k] as number),
      ]),
      ...trainedMiniBatches.map((N, k) =>
        of('energy distance of the network', `N = ${N}, M = ${labelsForMiniBatches}`, ({ distances }) => distances[k] as number),
      ),
      of('energy distance', 'labels of the whole cloud', ({ ofLabels }) => ofLabels),
      of('energy distance', 'rows of the data with the noise of the stop', ({ ofRows }) => ofRows),
      of('energy distance', 'fresh rows with the noise of the stop', ({ ofFresh }) => ofFresh),
    ]
  })

export const sensitivityClaims = (settings: SensitivitySettings, runs: readonly SeedRun[]): readonly Claim[] => {
  const { noiseRatios, trainedMiniBatches, labels, labelsForMiniBatches } = settings
  const found = laws.map((_, law) => exponentsOf(settings, runs, law))
  const short = laws.map(({ columns }) => `${columns} columns`)
  const of = (law: number, value: (run: LawRun) => number): readonly number[] => runs.map((run) => value(run[law] as LawRun))
  const half = (law: number, what: string, { perSeed, standardError }: Exponent): Check =>
    within(`exponent, ${short[law]}, ${what} (standard error ${show(standardError)})`, perSeed, HALF)
  const posterior = (law: number, least: number): Check =>
    allOf(...noiseRatios.flatMap((ratio, k) => (ratio >= least ? [half(law, `σ/α = ${ratio}`, found[law]?.posterior[k] as Exponent)] : [])))
  const least = Math.min(...noiseRatios)
  const both = (check: (law: number) => Check): Check => allOf(...laws.map((_, law) => check(law)))
  /** On both laws; else on one of them. The evidence is that of both, and is not said twice. */
  const claimOf = (statement: string, check: (law: number) => Check, otherwise = 0): Claim => {
    const [whole, one] = [both(check), check(otherwise)]
    if (whole.holds || !one.holds) return claim(statement, whole)
    const evidence = `For the condition, those of ${short[otherwise]}`
    return claim(statement, whole, { condition: `on the ${laws[otherwise]?.name}`, check: { holds: true, evidence } })
  }
  const nearer = (law: number): Check =>
    atMost(
      `quotient of paired RMS, ${short[law]}`,
      of(law, ({ networkToLaw, cloudToLaw }) => (networkToLaw.at(-1) as number) / cloudToLaw),
      1,
    )
  const at = labels.indexOf(labelsForMiniBatches)
  const last = trainedMiniBatches.length - 1
  return [
    claimOf('The posterior mean of a mini-batch of N errs like N^−½ where σ/α is 0.8 or more: an exponent from −0.6 to −0.4', (law) =>
      posterior(law, 0.8),
    ),
    claimOf(`It does so at every noise down to the stop, σ/α = ${least}`, (law) => posterior(law, least)),
    claimOf("Labels of mini-batches are off the whole cloud's by N^−½: an exponent from −0.6 to −0.4", (law) =>
      half(law, 'labels', found[law]?.toCloud as Exponent),
    ),
    claimOf("The median label is off the whole cloud's by N^−½: an exponent from −0.6 to −0.4", (law) =>
      half(law, 'median', found[law]?.median as Exponent),
    ),
    claimOf(
      `A network on labels of mini-batches of ${trainedMiniBatches[last]}, drawn anew for every ${settings.group} of them, is as near to the law as the whole cloud's, to a tenth`,
      (law) =>
        atMost(
          `quotient of energy distances, ${short[law]}`,
          of(law, ({ distances, labelDistances }) => (distances[last] as number) / (labelDistances[at] as number)),
          1.1,
        ),
    ),
    claimOf('The network is off the labels by M^−½: an exponent from −0.6 to −0.4', (law) =>
      half(law, 'network', found[law]?.regression as Exponent),
    ),
    claimOf(`More than ${labelsForMiniBatches} labels bring the network no nearer to the law than a tenth of the distance`, (law) =>
      atMost(
        `quotient of energy distances at ${labelsForMiniBatches} and ${labels.at(-1)} labels, ${short[law]}`,
        of(law, ({ labelDistances }) => (labelDistances[at] as number) / (labelDistances.at(-1) as number)),
        1.1,
      ),
    ),
    claimOf("With the most labels, the network is nearer to the law's own flow than the labels that it learnt from", nearer, 1),
  ]
}
