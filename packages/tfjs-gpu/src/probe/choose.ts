import type { Arithmetic, TriedName, Way, Ways } from '../operations/names.js'
import type { Run } from '../operations/run.js'
import { tiers } from '../operations/ways.js'
import { judge, type Verdict } from './judge.js'
import { type Trial, trials } from './trials.js'

/** What was chosen for an operation, and what each way that was tried showed. */
export interface Choice {
  readonly how: Way['how']
  readonly verdict: Verdict
  readonly tried: readonly { readonly how: Way['how']; readonly verdict: Verdict }[]
}
export type Choices = Readonly<Record<TriedName, Choice>>

/** Units in the last place up to which a way is taken: what a careful kernel in single precision needs, and twice. */
const accepted: Readonly<Partial<Record<TriedName, number>>> = {
  ...{ exp: 8, log: 8, sin: 8, cos: 8, tanh: 8, sigmoid: 8, erf: 8, sum: 16, matMul: 64, div: 4, sqrt: 4, square: 1.5 },
  ...{ add: 1.5, sub: 1.5, mul: 1.5 },
}

const FAILED: Verdict = { ulp: Number.POSITIVE_INFINITY, wrong: ['NaN', 'infinity', 'zero'] }

/**
 * Tries the ways of every operation on fixed numbers, and puts the first that is right, or the best of them, into `O`. All that is tried at
 * once is read at once. `coarse` is how many times coarser than float32 the device computes; `signedZeros` whether it has them.
 */
export const choose = async (R: Run, all: Ways, O: Arithmetic, coarse: number, signedZeros: boolean): Promise<Choices> => {
  const asked = trials()
  const choices: Partial<Record<TriedName, Choice>> = {}
  const faults = ({ wrong }: Verdict): number => wrong.filter((each) => signedZeros || each !== 'zero').length
  for (const tier of tiers) {
    let open = tier.map((name) => ({ name, next: 0, tried: [] as { way: Way; verdict: Verdict }[] }))
    while (open.length > 0) {
      const verdicts = await verdictsOf(
        R,
        open.map(({ name, next }) => [asked[name] as Trial<never>, all[name][next] as Way]),
      )
      open.forEach((each, k) => {
        const ways: readonly Way[] = all[each.name]
        each.tried.push({ way: ways[each.next] as Way, verdict: verdicts[k] as Verdict })
        each.next++
        const right = each.tried.find(({ verdict }) => faults(verdict) === 0 && verdict.ulp <= (accepted[each.name] ?? 0.5) * coarse)
        if (right === undefined && each.next < ways.length) return
        const best =
          right ??
          each.tried.reduce((a, b) =>
            faults(b.verdict) < faults(a.verdict) || (faults(b.verdict) === faults(a.verdict) && b.verdict.ulp < a.verdict.ulp) ? b : a,
          )
        Object.assign(O, { [each.name]: best.way.run })
        choices[each.name] = {
          how: best.way.how,
          verdict: best.verdict,
          tried: each.tried.map(({ way, verdict }) => ({ how: way.how, verdict })),
        }
      })
      open = open.filter(({ name }) => choices[name] === undefined)
    }
  }
  return choices as Choices
}

/** Runs several ways and reads all results together. A way that throws (a kernel that the backend has not) has failed. */
const verdictsOf = async (R: Run, tries: readonly (readonly [trial: Trial<never>, way: Way])[]): Promise<Verdict[]> => {
  const lengths: number[] = []
  const joined = R.within(() => {
    const results = tries.map(([trial, way]) => {
      try {
        const result = R.within(() => trial.run(way.run as never, R))
        return result.size === trial.wanted.length ? R.reshape(result, [result.size]) : undefined
      } catch {
        return undefined
      }
    })
    for (const each of results) lengths.push(each?.size ?? 0)
    const there = results.filter((each) => each !== undefined)
    return there.length === 0 ? undefined : R.kernel('Concat', there, { axis: 0 })
  })
  const values = joined === undefined ? new Float32Array(0) : await joined.data()
  joined?.dispose()
  let from = 0
  return tries.map(([trial], k) => {
    const length = lengths[k] as number
    const own = values.slice(from, from + length)
    from += length
    return length === 0 ? FAILED : judge(own, trial)
  })
}
