import type { ForwardProcess } from '@tweedie/core'
import fc from 'fast-check'
import { evenly } from '../../arbitraries/numbers.js'
import { agree, type Law, law } from '../law.js'
import { ask, type CloudLawOptions, cloudCases, type MakeCloudField, type PlainCloud, plainClouds } from './cases.js'
import { logSumExp, plainPosterior } from './posterior.js'

/** What weights mean: points that repeat, points left out, and clouds put together. */
export const weightLaws = <N>(make: MakeCloudField<N>, process: ForwardProcess, options: CloudLawOptions): readonly Law[] => {
  const { weights: weighted = true } = options
  const cases = cloudCases(process, options)
  const levelOf = (t: number) => ({ alpha: process.alpha(t), sigma: process.sigma(t) })

  /** Holds two clouds against each other that should answer the same. */
  const same = async (what: string, one: PlainCloud, other: PlainCloud, t: number, x: readonly number[]): Promise<void> => {
    const [found, expected] = [await ask(make, process, one, t, x), await ask(make, process, other, t, x)]
    const { meanError, logDensityError } = plainPosterior(other.points, other.logWeights, x, levelOf(t))
    found.mean.forEach((value, j) => agree(`coordinate ${j} of m ${what} at t = ${t}`, value, expected.mean[j] as number, 2 * meanError))
    agree(`ln p ${what} at t = ${t}`, found.logDensity, expected.logDensity, 2 * logDensityError)
  }
  const weightsOf = ({ points, logWeights }: PlainCloud): readonly number[] => logWeights ?? points.map(() => 0)

  const whole = law(
    'every point twice is every point once',
    'docs/formulas.md §1: weights are relative',
    cases,
    async ({ points, logWeights, t, x }) => {
      const twice = { points: [...points, ...points], logWeights: logWeights && [...logWeights, ...logWeights] }
      await same('with every point twice', twice, { points, logWeights }, t, x)
    },
  )
  const ofWeights = [
    law(
      'a point twice is a point of twice the weight',
      'docs/formulas.md §1: the cloud is the law Σ π_i δ(y_i)',
      fc.tuple(cases, fc.nat()),
      async ([given, index]) => {
        const weights = weightsOf(given)
        const i = index % weights.length
        const twice = { points: [...given.points, given.points[i] as readonly number[]], logWeights: [...weights, weights[i] as number] }
        const heavier = { points: given.points, logWeights: weights.map((weight, k) => (k === i ? weight + Math.LN2 : weight)) }
        await same(`with point ${i} twice`, twice, heavier, given.t, given.x)
      },
    ),
    law(
      'log-weights are up to a constant, and equal ones are none',
      'docs/formulas.md §1: π_i is normalised',
      fc.tuple(cases, evenly(-20, 20)),
      async ([given, constant]) => {
        const raised = { points: given.points, logWeights: weightsOf(given).map((weight) => weight + constant) }
        await same(`with ${constant} added to the log-weights`, raised, given, given.t, given.x)
      },
    ),
    law(
      'a point of log-weight −Infinity is not there',
      'docs/formulas.md §1: a weight of 0',
      fc.tuple(cases, plainClouds(options)),
      async ([given, { points: others }]) => {
        const more = {
          points: [...others, ...given.points],
          logWeights: [...others.map(() => Number.NEGATIVE_INFINITY), ...weightsOf(given)],
        }
        await same(`with ${others.length} points of weight 0`, more, given, given.t, given.x)
      },
    ),
  ]
  const parts = law(
    'm of two clouds together is their m weighted by their densities',
    'law of total expectation: m = (π_A p_A m_A + π_B p_B m_B)/p with p = π_A p_A + π_B p_B',
    fc.tuple(cases, plainClouds(options)),
    async ([{ t, x, ...first }, second]) => {
      const [one, other] = [weightsOf(first), weightsOf(second)]
      const union: PlainCloud = {
        points: [...first.points, ...second.points],
        logWeights: weighted ? [...one, ...other] : undefined,
      }
      const [a, b, both] = [
        await ask(make, process, first, t, x),
        await ask(make, process, second, t, x),
        await ask(make, process, union, t, x),
      ]
      const logTotal = logSumExp([...one, ...other])
      const logShare = (weights: readonly number[], logDensity: number): number => logSumExp(weights) - logTotal + logDensity
      const [logA, logB] = [logShare(one, a.logDensity), logShare(other, b.logDensity)]
      const logP = logSumExp([logA, logB])
      // From the difference, so that they add up to 1 however large the log-densities are.
      const [shareA, shareB] = [1 / (1 + Math.exp(logB - logA)), 1 / (1 + Math.exp(logA - logB))]
      const errors = [first, second, union].map(({ points, logWeights }) => plainPosterior(points, logWeights, x, levelOf(t)))
      const meanError = errors.reduce((sum, error, k) => sum + error.meanError * ([shareA, shareB, 1][k] as number), 0)
      const logDensityError = errors.reduce((sum, error) => sum + error.logDensityError, 0)
      // An error in both log-densities moves the shares by their product times it.
      const distance = Math.hypot(...a.mean.map((value, j) => value - (b.mean[j] as number)))
      const shareError = shareA * shareB * distance * logDensityError
      both.mean.forEach((value, j) => {
        const expected = shareA * (a.mean[j] as number) + shareB * (b.mean[j] as number)
        agree(`coordinate ${j} of m of the union at t = ${t}`, value, expected, 2 * (meanError + shareError))
      })
      const logDensityBound = shareA * (errors[0]?.logDensityError as number) + shareB * (errors[1]?.logDensityError as number)
      agree(`ln p of the union at t = ${t}`, both.logDensity, logP, 2 * (logDensityBound + (errors[2]?.logDensityError as number)))
    },
  )
  return [whole, ...(weighted ? ofWeights : []), parts]
}
