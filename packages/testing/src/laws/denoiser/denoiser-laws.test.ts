import { type ForwardProcess, type Matrix, ornsteinUhlenbeck, rectifiedFlow, varianceExploding, vpCosine } from '@tweedie/core'
import { cpu } from '@tweedie/core/cpu'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { plainPosterior } from '../cloud/posterior.js'
import type { LawfulDenoiser } from '../field/evaluate.js'
import { B, broken, hostField, type N } from '../field/test-fields.js'
import { type DenoiserLawOptions, denoiserLaws } from './denoiser-laws.js'
import type { LawfulConversion, LawfulKind, LawfulView } from './kinds.js'

// That a law is broken is what counts here, not by how small a case.
beforeAll(() => fc.configureGlobal({ endOnFailure: true }))
afterAll(() => fc.resetConfigureGlobal())

const rows = [
  [1, 0.4],
  [-0.6, 0.1],
  [0.2, -1],
]
/** Points smoothed by N(0, s² I): bounded score, and a mean. */
const smooth = (s: number) => (process: ForwardProcess) =>
  hostField({
    mean: (x, { alpha, sigma }) => {
      const tau2 = (alpha * s) ** 2 + sigma ** 2
      const { mean } = plainPosterior(rows, undefined, x, { alpha, sigma: Math.sqrt(tau2) })
      return mean.map((value, j) => value + ((alpha * s * s) / tau2) * ((x[j] as number) - alpha * value))
    },
    logDensity: () => 0,
  })(process)

/** x and the value of a field of some kind as m, and m as a view: at α, σ, α', σ' of a time. */
const view = (kind: LawfulKind, process: ForwardProcess, t: number, x: Matrix<N>, m: Matrix<N>): Matrix<N> => {
  const [alpha, sigma] = [process.alpha(t), process.sigma(t)]
  const noise: Matrix<N> = B.mul(B.sub(x, B.mul(m, alpha)), 1 / sigma)
  const rate = process.varianceDerivative(t) / (2 * sigma)
  switch (kind) {
    case 'denoiser':
      return B.add(m, 0)
    case 'score':
      return B.mul(noise, -1 / sigma)
    case 'noise':
      return noise
    case 'v':
      return B.sub(B.mul(noise, alpha), B.mul(m, sigma))
    case 'velocity':
      return B.add(B.mul(m, process.alphaDerivative(t)), B.mul(noise, rate))
  }
}
/** Views are affine in m, so m is found from two values. */
const convert =
  (of: typeof view): LawfulConversion =>
  <M>(kind: LawfulKind, process: ForwardProcess, source: LawfulView<M>): LawfulView<M> => {
    const from = source as unknown as LawfulView<N>
    const call = (x: Matrix<N>, t: number): Matrix<N> =>
      B.scope(() => {
        const value = from(x, t)
        if (from.kind === 'denoiser') return of(kind, process, t, x, value)
        const zero: Matrix<N> = B.mul(x, 0)
        const [at0, at1] = [view(from.kind, process, t, x, zero), view(from.kind, process, t, x, B.add(zero, 1))]
        return of(kind, process, t, x, B.div(B.sub(value, at0), B.sub(at1, at0)))
      })
    return Object.assign(call, { kind, backend: B }) as unknown as LawfulView<M>
  }

const options: DenoiserLawOptions = {
  dimension: 2,
  bounds: { low: [-50, -50], high: [50, 50] },
  posteriorMean: true,
  mean: [0.2, -0.5 / 3],
  scoreBound: 100,
  as: convert(view),
}
const process = ornsteinUhlenbeck()
const good = smooth(0.3)(process)
const names = denoiserLaws(good, process, options).map(({ name }) => name)
const [shape, finite, repeatable, alone, jacobian, hull, noiseEnd, cleanEnd, ...kinds] = names as [string, ...string[]]

describe('denoiserLaws', () => {
  test.each([process, vpCosine(), rectifiedFlow(), varianceExploding()])('hold for smoothed points under $name', async (under) => {
    const laws = denoiserLaws(smooth(0.3)(under), under, options)
    expect(laws).toHaveLength(16)
    expect(await broken(laws, { runs: 10 })).toEqual([])
    for (const { source } of laws) expect(source.length).toBeGreaterThan(10)
  })

  test('need no more than a denoiser, in float32 too', async () => {
    const single = cpu({ dtype: 'float32' })
    const shrink = Object.assign((x: Matrix<N>) => single.mul(x, 0.3), { kind: 'denoiser' as const, backend: single })
    const laws = denoiserLaws(shrink, process, { dimension: 3 })
    expect(laws.map(({ name }) => name)).toEqual([shape, finite, repeatable, alone])
    expect(await broken(laws, { runs: 30 })).toEqual([])
  })

  test('leave no tensors behind, and take a denoiser that answers with x itself', async () => {
    const before = B.liveTensors()
    await broken(denoiserLaws(good, process, options), { runs: 3 })
    const same = Object.assign((x: Matrix<N>) => x, { kind: 'denoiser' as const, backend: B })
    expect(await broken(denoiserLaws(same, process, { dimension: 2 }), { runs: 10 })).toEqual([])
    expect(B.liveTensors()).toBe(before)
  })
})

describe('denoiserLaws catch', () => {
  const changed = (change: (m: Matrix<N>, x: Matrix<N>, t: number) => Matrix<N>): LawfulDenoiser<N> =>
    Object.assign((x: Matrix<N>, t: number) => B.scope(() => change(good(x, t), x, t)), { kind: 'denoiser' as const, backend: B })
  let calls = 0
  const call = (): number => {
    calls += 1e-9
    return calls
  }
  const swirl = B.tensor([0, 1, -1, 0], [2, 2])

  const faults: readonly (readonly [string, LawfulDenoiser<N>, readonly (string | undefined)[]])[] = [
    ['a column too few', changed((m) => B.slice(m, 1, 0, 1)), [shape]],
    ['an overflow far out', changed((m, x) => B.add(m, B.mul(B.exp(B.square(x)), 0))), [finite]],
    ['an answer that depends on the call', changed((m) => B.add(m, call())), [repeatable]],
    ['rows that know of each other', changed((m, x) => B.add(m, B.mul(B.sum(x, 0, true), 1e-6))), [alone]],
    ['a field with a curl', changed((m, x) => B.add(m, B.matMul(x, swirl))), [jacobian]],
    ['a mean that falls as x grows', changed((m, x, t) => B.sub(m, B.mul(x, 2 / process.alpha(t)))), [jacobian]],
    ['values out of bounds', changed((m) => B.add(m, 60)), [hull, noiseEnd, cleanEnd]],
    ['the wrong mean under noise', changed((m, _, t) => B.add(m, process.sigma(t) ** 40)), [noiseEnd]],
    ['a shift that stays as the noise goes', changed((m, _, t) => B.add(m, 0.1 * process.alpha(t))), [cleanEnd]],
  ]
  test.each(faults)('%s', async (_, field, expected) => {
    expect(await broken(denoiserLaws(field, process, options), { runs: 20, seed: 5 })).toEqual(expect.arrayContaining([...expected]))
  })

  test.each<[string, typeof view, RegExp]>([
    ['a score of the wrong sign', (kind, ...rest) => (kind === 'score' ? B.neg(view(kind, ...rest)) : view(kind, ...rest)), /score/],
    [
      'noise without its σ',
      (kind, under, t, ...rest) => B.mul(view(kind, under, t, ...rest), kind === 'noise' ? under.sigma(t) : 1),
      /\bnoise\b/,
    ],
    ['v of half the size', (kind, ...rest) => B.mul(view(kind, ...rest), kind === 'v' ? 0.5 : 1), /\bv\b/],
    [
      'a velocity without the drift of α',
      (kind, under, t, x, m) => view(kind, kind === 'velocity' ? { ...under, alphaDerivative: () => 0 } : under, t, x, m),
      /velocity/,
    ],
  ])('%s', async (_, of, name) => {
    const found = await broken(denoiserLaws(good, process, { ...options, as: convert(of) }), { runs: 20, seed: 5 })
    expect(found).toEqual(kinds.filter((law) => name.test(law.replace('process', ''))))
  })

  test('every law, by some fault', () => {
    const caught = new Set([...kinds, ...faults.flatMap(([, , expected]) => expected)])
    expect(names.filter((law) => !caught.has(law))).toEqual([])
  })
})
