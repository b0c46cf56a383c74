import { drift, fold, key } from '@tweedie/core'
import type { CpuTensor } from '@tweedie/core/cpu'
import { ddim, euler, eulerMaruyama, exponentialEulerMaruyama, heun, isSde, type Solver, type Term } from '@tweedie/ode-sde'
import { beforeAll, describe, expect, test } from 'vitest'
import { drawAt, featuresOf, laws, type PlaneLaw } from './laws.js'
import { sample, termOf } from './sampling.js'
import { coveredNames, exportedNames, solvers } from './solvers.js'
import { compare, type Profile, profileOf } from './two-sample.js'

const rows = 1500
const references = 60_000
const features = 7
/**
 * The file refuses what is right with probability below 1e-4: the level is that over all distances that are bounded, one per feature of each
 * solver's sample and of each law's reference draws. The bound on a distance is then 0.09 (0.078 for the sample and 0.012 for the draws).
 */
const level = 1e-4 / (features * laws.length * (solvers.length + 1))

/** Enough steps that truncation is small against the bound: it is largest for the spread at order 1 with noise, about a third of the bound. */
const stepsOf = ({ order, kind, evaluationsPerStep }: Solver): number => {
  if (order <= 1) return evaluationsPerStep > 1 ? 50 : kind === 'sde' ? 80 : 64
  return order === 2 ? Math.round(48 / evaluationsPerStep) : Math.max(12, Math.round(36 / evaluationsPerStep))
}

describe('the solvers tested here', () => {
  test('are all that @tweedie/ode-sde exports, of factories too', () => {
    expect(exportedNames.length).toBeGreaterThan(20)
    expect(exportedNames.filter((name) => !coveredNames.has(name))).toEqual([])
  })
})

for (const [index, law] of laws.entries())
  describe(`from exact draws of p_t to p_s, for ${law.name} under ${law.process.name}`, () => {
    const { stop } = law.times
    const keys = fold(key(2024), index)
    let exact: Profile
    beforeAll(async () => {
      exact = await profileOf(drawAt(law, stop, fold(keys, 0), references), featuresOf(law, stop))
      expect(exact.sorted.length).toBe(features)
    })
    const compared = async (solver: Solver, steps: number, number: number, term?: Term<CpuTensor>) => {
      const of = [fold(fold(keys, 1), number), fold(fold(keys, 2), number)] as const
      const points = await sample({ law, solver, steps, rows, keys: of, ...(term && { term }) })
      return compare(await profileOf(points, featuresOf(law, stop)), exact, level)
    }

    for (const [number, solver] of solvers.entries())
      test(`${solver.name} is not told from exact draws`, async () => {
        const { refused, share, feature } = await compared(solver, stepsOf(solver), number)
        expect(refused, `distance of feature ${feature} at ${share.toFixed(2)} of the bound`).toBe(false)
      })

    for (const [name, solver, steps, term] of wrong(law))
      test(`${name} is refused`, async () => {
        const { refused, share } = await compared(solver, steps, 1000, term)
        expect(refused, `the largest distance is ${share.toFixed(2)} of the bound`).toBe(true)
      })
  })

/** Samplers with one thing wrong: f x − ½ g² score and f x − g² score are the right drifts. */
function wrong(law: PlaneLaw): readonly (readonly [name: string, solver: Solver, steps: number, term?: Term<CpuTensor>])[] {
  const { process } = law
  const [flow, reverse] = [termOf(law, 'ode'), termOf(law, 'sde')]
  if (!isSde(reverse)) throw new Error('the reverse equation has noise')
  const noisier = (factor: number) => ({
    ...reverse,
    diffusion: (t: number) => factor * reverse.diffusion(t),
    noise: (t: number, s: number) => factor * reverse.noise(t, s),
  })
  const turned = { ...flow, linear: (t: number) => 2 * drift(process, t) - flow.linear(t), gain: (t: number) => -flow.gain(t) }
  return [
    ['f x + ½ g² score', heun, 64, turned],
    [
      'f x + g² score',
      eulerMaruyama,
      64,
      { ...noisier(1), linear: (t) => 2 * drift(process, t) - reverse.linear(t), gain: (t) => -reverse.gain(t) },
    ],
    ['a reverse equation with the drift of the flow', eulerMaruyama, 64, { ...noisier(1), linear: flow.linear, gain: flow.gain }],
    ['√2 too much noise by Euler–Maruyama', eulerMaruyama, 64, noisier(Math.SQRT2)],
    ['√2 too much noise by the exponential step', exponentialEulerMaruyama, 64, noisier(Math.SQRT2)],
    ['a reverse equation without noise', eulerMaruyama, 64, noisier(0)],
    ['α left out of the score', heun, 64, { ...flow, gain: (t) => process.alphaDerivative(t) - flow.linear(t) }],
    ['an exponential step without α_t', ddim, 64, { ...flow, weight: (t, s) => process.alpha(s) - flow.propagator(t, s) }],
    ['Euler in 5 steps', euler, 5],
    ['Euler–Maruyama in 5 steps', eulerMaruyama, 5],
  ]
}
