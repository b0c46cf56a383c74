import type { ForwardProcess, HostMatrix } from '@tweedie/core'
import fc from 'fast-check'
import { evenly } from '../../arbitraries/numbers.js'
import { rotations } from '../../arbitraries/rotations.js'
import { unitNumbers } from '../field/evaluate.js'
import { agree, type Law, law } from '../law.js'
import { ask, type CloudAnswer, type CloudCase, type CloudLawOptions, cloudCases, type MakeCloudField } from './cases.js'
import { plainPosterior } from './posterior.js'

/** How m and ln p move when the points do. Rounding is bounded by `plainPosterior`, twice: once for each side. */
export const symmetryLaws = <N>(make: MakeCloudField<N>, process: ForwardProcess, options: CloudLawOptions): readonly Law[] => {
  const { dimension } = options
  const cases = cloudCases(process, options)
  const source = 'the isotropic kernel N(x; α y, σ² I) of docs/formulas.md §1'
  const [alpha, sigma] = [process.alpha, process.sigma]

  /** Holds what a moved cloud answers against the answer for the cloud as it was. */
  const same = (what: string, moved: CloudAnswer, before: CloudAnswer, given: CloudCase, size = 0): void => {
    const { meanError, logDensityError } = plainPosterior(given.points, given.logWeights, given.x, levelOf(given.t), size)
    moved.mean.forEach((value, j) =>
      agree(`coordinate ${j} of m ${what} at t = ${given.t}`, value, before.mean[j] as number, 2 * meanError),
    )
    agree(`ln p ${what} at t = ${given.t}`, moved.logDensity, before.logDensity, 2 * logDensityError)
  }
  const levelOf = (t: number) => ({ alpha: alpha(t), sigma: sigma(t) })
  const askAt = (given: CloudCase): Promise<CloudAnswer> => ask(make, process, given, given.t, given.x)

  return [
    law(
      'm moves with the points: m(x + α c; {y + c}) = m(x; {y}) + c, and ln p stays',
      `${source}: x − α y does not change`,
      fc.tuple(cases, unitNumbers(dimension)),
      async ([given, unit]) => {
        const c = unit.map((value) => 10 * value)
        const x = given.x.map((value, j) => value + alpha(given.t) * (c[j] as number))
        const points = given.points.map((y) => y.map((value, j) => value + (c[j] as number)))
        const moved = await askAt({ ...given, points, x })
        const back = { ...moved, mean: moved.mean.map((value, j) => value - (c[j] as number)) }
        const size = Math.max(...c.map(Math.abs), ...x.map(Math.abs), ...points.flat().map(Math.abs))
        same(`with the points moved by [${c.join(', ')}]`, back, await askAt(given), given, size)
      },
    ),
    law(
      'm turns with the points: m(Q x; {Q y}) = Q m(x; {y}) for orthogonal Q, and ln p stays',
      `${source}: |x − α y| does not change`,
      fc.tuple(cases, rotations(dimension)),
      async ([given, q]) => {
        const turn = (v: readonly number[]): number[] => v.map((_, i) => v.reduce((sum, value, j) => sum + entry(q, i, j) * value, 0))
        const moved = await askAt({ ...given, points: given.points.map(turn), x: turn(given.x) })
        const before = await askAt(given)
        const size = dimension * Math.max(...given.x.map(Math.abs), ...given.points.flat().map(Math.abs))
        same('with the points turned', moved, { ...before, mean: turn(before.mean) }, given, size)
      },
    ),
    law(
      'the order of the points does not matter',
      'docs/formulas.md §1: a sum over the points',
      cases.chain((given) => fc.tuple(fc.constant(given), orders(given.points.length))),
      async ([given, order]) => {
        const points = order.map((i) => given.points[i] as readonly number[])
        const logWeights = given.logWeights && order.map((i) => (given.logWeights as readonly number[])[i] as number)
        same(`with the points in the order ${order.join(' ')}`, await askAt({ ...given, points, logWeights }), await askAt(given), given)
      },
    ),
    law(
      'm scales with data and noise: m(s x; {s y}, s σ) = s m(x; {y}, σ), and ln p loses d ln s',
      `${source}: |x − α y|/σ does not change`,
      fc.tuple(cases, evenly(-2, 2)),
      async ([given, exponent]) => {
        const s = 2 ** exponent
        const points = given.points.map((y) => y.map((value) => s * value))
        const scaled = { ...given, points, x: given.x.map((value) => s * value) }
        const { mean, logDensity } = await ask(make, scaledNoise(process, s), scaled, given.t, scaled.x)
        const back = { mean: mean.map((value) => value / s), logDensity: logDensity + dimension * Math.log(s) }
        same(`with data and noise times ${s}`, back, await askAt(given), given)
      },
    ),
  ]
}

const entry = ({ data, columns }: HostMatrix, i: number, j: number): number => data[i * columns + j] as number

const orders = (count: number): fc.Arbitrary<number[]> =>
  fc.shuffledSubarray(
    Array.from({ length: count }, (_, i) => i),
    { minLength: count },
  )

/** The process with the same α and s times the noise. */
const scaledNoise = (process: ForwardProcess, s: number): ForwardProcess => ({
  ...process,
  name: `${process.name} with ${s} times the noise`,
  sigma: (t) => s * process.sigma(t),
  varianceDerivative: (t) => s * s * process.varianceDerivative(t),
  logSnr: (t) => process.logSnr(t) - 2 * Math.log(s),
  timeOfLogSnr: (logSnr) => process.timeOfLogSnr(logSnr + 2 * Math.log(s)),
})
