import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { derivative } from '../testing/numeric.js'
import { diffusionSquared, drift, prior, sigmaDerivative, transition } from './derived.js'
import { edm } from './edm.js'
import { type ForwardProcess, forwardProcess } from './forward-process.js'
import { ornsteinUhlenbeck } from './ornstein-uhlenbeck.js'
import { rectifiedFlow } from './rectified-flow.js'
import { subVp } from './sub-vp.js'
import { vanishingLinear } from './vanishing-linear.js'
import { varianceExploding } from './variance-exploding.js'
import { vpCosine } from './vp-cosine.js'
import { vpLinear } from './vp-linear.js'

const variancePreserving = [
  ornsteinUhlenbeck(),
  ornsteinUhlenbeck({ end: 3 }),
  vpLinear(),
  vpLinear({ betaMin: 2, betaMax: 1 }),
  vpCosine(),
  vpCosine({ offset: 0 }),
]
const all: readonly ForwardProcess[] = [
  ...variancePreserving,
  vanishingLinear(),
  vanishingLinear({ floor: 0.01 }),
  rectifiedFlow(),
  subVp(),
  varianceExploding(),
  edm(),
]
const named = all.map((process, k) => [`${process.name} (${k})`, process] as const)
const inside = fc.double({ min: 0.01, max: 0.99, noNaN: true })
const timeAt = ({ timeRange: [start, end] }: ForwardProcess, fraction: number): number => start + (end - start) * fraction
const invalid = expect.objectContaining({ _tag: 'InvalidArgument' })

describe.each(named)('%s', (_, process) => {
  const [start, end] = process.timeRange

  test('has the derivatives of its coefficients', () => {
    fc.assert(
      fc.property(inside, (fraction) => {
        const t = timeAt(process, fraction)
        const variance = (u: number): number => process.sigma(u) ** 2
        // Truncation h⁴ f⁽⁵⁾/480 with h ≤ t/1000 and rounding ε f/h.
        for (const [f, exact] of [
          [process.alpha, process.alphaDerivative(t)],
          [variance, process.varianceDerivative(t)],
          [process.sigma, sigmaDerivative(process, t)],
        ] as const)
          expect(Math.abs(derivative(f, t, start, end) - exact)).toBeLessThan(1e-8 * Math.max(Math.abs(exact), Math.abs(f(t)) / t, 1e-3))
      }),
    )
  })

  test('has its log-SNR, decreasing, and the inverse', () => {
    fc.assert(
      fc.property(inside, inside, (f, g) => {
        const [s, t] = [timeAt(process, f), timeAt(process, g)]
        const logSnr = process.logSnr(t)
        const byDefinition = 2 * Math.log(process.alpha(t) / process.sigma(t))
        expect(Math.abs(logSnr - byDefinition)).toBeLessThan(1e-12 * (1 + Math.abs(logSnr)))
        if (s < t - 1e-9 * end) expect(process.logSnr(s)).toBeGreaterThan(logSnr)
        // A rounding of λ, ε(1 + |λ|), moves t by that over |λ'|.
        const slope = Math.abs(2 * (process.alphaDerivative(t) / process.alpha(t)) - process.varianceDerivative(t) / process.sigma(t) ** 2)
        expect(Math.abs(process.timeOfLogSnr(logSnr) - t)).toBeLessThan(1e-14 * t + (4e-15 * (1 + Math.abs(logSnr))) / slope)
      }),
    )
    expect(process.timeOfLogSnr(process.logSnr(start))).toBeCloseTo(start, 12)
    expect(Math.abs(process.timeOfLogSnr(process.logSnr(end)) / end - 1)).toBeLessThan(1e-12)
  })

  test('reaches every time in its transitions, which compose', () => {
    fc.assert(
      fc.property(fc.tuple(inside, inside, inside), (fractions) => {
        const [r, s, t] = fractions.map((f) => timeAt(process, f)).sort((a, b) => a - b) as [number, number, number]
        const [first, second, whole] = [transition(process, r, s), transition(process, s, t), transition(process, r, t)]
        expect(Math.abs(first.factor * second.factor - whole.factor)).toBeLessThan(1e-14)
        // Differences of variances up to σ_t².
        expect(Math.abs(second.factor ** 2 * first.variance + second.variance - whole.variance)).toBeLessThan(1e-14 * process.sigma(t) ** 2)
        expect(first.variance).toBeGreaterThanOrEqual(0)
      }),
    )
    expect(transition(process, timeAt(process, 0.3), timeAt(process, 0.3))).toEqual({ factor: 1, variance: 0 })
    expect(() => transition(process, timeAt(process, 0.5), timeAt(process, 0.4))).toThrow(invalid)
  })

  test('starts sampling from its end', () => {
    expect(prior(process)).toEqual({ time: end, sigma: process.sigma(end), alpha: process.alpha(end) })
  })
})

describe('closed forms', () => {
  test.each(variancePreserving.map((process, k) => [`${process.name} (${k})`, process] as const))('%s keeps α² + σ² = 1', (_, process) => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (fraction) => {
        const t = timeAt(process, fraction)
        expect(Math.abs(process.alpha(t) ** 2 + process.sigma(t) ** 2 - 1)).toBeLessThan(1e-15 * 5)
      }),
    )
  })

  test('vanishing-linear: f = −1/(1 − t) and g² = (1 + t)/(1 − t) (docs/formulas.md §2)', () => {
    fc.assert(
      fc.property(fc.double({ min: 0, max: 0.999, noNaN: true }), (t) => {
        const process = vanishingLinear()
        expect(drift(process, t)).toBeCloseTo(-1 / (1 - t), 10)
        expect(Math.abs(diffusionSquared(process, t) / ((1 + t) / (1 - t)) - 1)).toBeLessThan(1e-14)
      }),
    )
    expect(drift(vanishingLinear(), 1)).toBe(Number.NEGATIVE_INFINITY)
    expect(() => transition(vanishingLinear(), 1, 1)).toThrow(invalid)
  })

  test("the authors' setting: α = 1 − 0.99 t, σ² = 0.01 + 0.99 t", () => {
    const process = vanishingLinear({ floor: 0.01 })
    fc.assert(
      fc.property(fc.double({ min: 0, max: 1, noNaN: true }), (t) => {
        expect(process.alpha(t)).toBeCloseTo(1 - 0.99 * t, 15)
        expect(process.sigma(t) ** 2).toBeCloseTo(0.01 + 0.99 * t, 15)
      }),
    )
    expect(process.sigma(0)).toBe(0.1)
  })

  test('Ornstein–Uhlenbeck: α = e^(−t/2), σ² = 1 − e^(−t), f = −½, g = 1; e⁻⁵ is left at T = 10', () => {
    const process = ornsteinUhlenbeck()
    fc.assert(
      fc.property(fc.double({ min: 1e-6, max: 10, noNaN: true }), (t) => {
        expect(process.alpha(t)).toBe(Math.exp(-t / 2))
        expect(process.sigma(t) ** 2).toBeCloseTo(1 - Math.exp(-t), 14)
        expect(drift(process, t)).toBe(-0.5)
        expect(Math.abs(diffusionSquared(process, t) - 1)).toBeLessThan(1e-15 * 4)
      }),
    )
    expect(prior(process).alpha).toBeCloseTo(0.0067, 4)
    // Near 0 the variance is t, not a difference of ones.
    expect(process.sigma(1e-18) ** 2 / 1e-18).toBeCloseTo(1, 12)
    // Far beyond where e^t overflows.
    const long = ornsteinUhlenbeck({ end: 1200 })
    expect(long.logSnr(1000)).toBe(-1000)
    expect(long.timeOfLogSnr(-1000)).toBe(1000)
  })

  test('Song et al.: VP has g² = β and σ = 1 − α² makes sub-VP; VE grows geometrically', () => {
    fc.assert(
      fc.property(fc.double({ min: 0.001, max: 1, noNaN: true }), (t) => {
        const beta = 0.1 + 19.9 * t
        expect(drift(vpLinear(), t)).toBeCloseTo(-0.5 * beta, 12)
        expect(Math.abs(diffusionSquared(vpLinear(), t) / beta - 1)).toBeLessThan(1e-12)
        expect(subVp().alpha(t)).toBe(vpLinear().alpha(t))
        expect(subVp().sigma(t)).toBeCloseTo(1 - vpLinear().alpha(t) ** 2, 14)
        expect(Math.abs(varianceExploding().sigma(t) / (0.01 * 5000 ** t) - 1)).toBeLessThan(1e-13)
      }),
    )
    // ∫β over [0, 1] is (0.1 + 20)/2.
    expect(vpLinear().alpha(1)).toBeCloseTo(Math.exp(-10.05 / 2), 15)
  })

  test('the cosine process has ᾱ(½) of Nichol & Dhariwal and ends on 0 exactly', () => {
    const f = (t: number): number => Math.cos(((t + 0.008) / 1.008) * (Math.PI / 2)) ** 2
    expect(vpCosine().alpha(0.5) ** 2).toBeCloseTo(f(0.5) / f(0), 14)
    expect([vpCosine().alpha(0), vpCosine().sigma(0), vpCosine().alpha(1)]).toEqual([1, 0, 0])
    expect([vpCosine().logSnr(0), vpCosine().logSnr(1)]).toEqual([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])
  })

  test('infinite log-SNR is the end that has it', () => {
    for (const process of [vanishingLinear(), rectifiedFlow(), vpCosine(), vpCosine({ offset: 0 })])
      expect([process.timeOfLogSnr(Number.POSITIVE_INFINITY), process.timeOfLogSnr(Number.NEGATIVE_INFINITY)]).toEqual([0, 1])
    for (const process of [ornsteinUhlenbeck(), vpLinear(), subVp()]) expect(process.timeOfLogSnr(Number.POSITIVE_INFINITY)).toBe(0)
  })

  test('EDM is time = noise', () => {
    expect([edm().sigma(3), edm().alpha(3), diffusionSquared(edm(), 3), edm().timeRange]).toEqual([3, 1, 6, [0.002, 80]])
  })
})

describe("a process of one's own", () => {
  test.each(named)('gets by bisection what %s has in closed form', (_, process) => {
    const { name, timeRange, alpha, sigma, alphaDerivative, varianceDerivative } = process
    const own = forwardProcess({ name, timeRange, alpha, sigma, alphaDerivative, varianceDerivative })
    fc.assert(
      fc.property(inside, (fraction) => {
        const t = timeAt(process, fraction)
        const logSnr = process.logSnr(t)
        expect(Math.abs(own.logSnr(t) - logSnr)).toBeLessThan(1e-12 * (1 + Math.abs(logSnr)))
        const slope = Math.abs(2 * (alphaDerivative(t) / alpha(t)) - varianceDerivative(t) / sigma(t) ** 2)
        // λ from its definition is right to a few roundings of α and σ near 1, which 1/slope turns into time.
        expect(Math.abs(own.timeOfLogSnr(logSnr) - t)).toBeLessThan(1e-14 * t + (1e-14 * (1 + Math.abs(logSnr))) / slope)
      }),
      { numRuns: 30 },
    )
    // Beyond the range it gives the nearer end.
    expect([Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY].map(own.timeOfLogSnr)).toEqual(timeRange)
    expect(own.timeOfLogSnr(1e9)).toBeCloseTo(timeRange[0], 12)
    expect(own.timeOfLogSnr(-1e9)).toBeCloseTo(timeRange[1], 12)
  })

  const linear = {
    name: 'own',
    timeRange: [0, 1],
    alpha: (t: number) => 1 - t,
    sigma: (t: number) => t,
    alphaDerivative: () => -1,
    varianceDerivative: (t: number) => 2 * t,
  } as const

  test('is refused when its range or its log-SNR is wrong', () => {
    expect(() => forwardProcess(linear)).not.toThrow()
    for (const timeRange of [
      [1, 0],
      [0, 0],
      [0, Number.NaN],
      [0, Number.POSITIVE_INFINITY],
    ] as const)
      expect(() => forwardProcess({ ...linear, timeRange })).toThrow(invalid)
    expect(() => forwardProcess({ ...linear, alpha: (t) => t, sigma: (t) => 1 - t })).toThrow(invalid)
    expect(() => forwardProcess({ ...linear, alpha: () => 0.5, sigma: () => 0.5 })).toThrow(invalid)
    expect(() => forwardProcess({ ...linear, alpha: (t) => 0.5 - t })).toThrow(invalid)
    expect(() => forwardProcess({ ...linear, sigma: () => -1 })).toThrow(invalid)
    expect(() => forwardProcess({ ...linear, sigma: () => Number.NaN })).toThrow(expect.objectContaining({ where: 'forwardProcess own' }))
  })

  test('without noise at its end has no prior', () => {
    const still = forwardProcess({ ...linear, sigma: () => Number.POSITIVE_INFINITY, logSnr: (t) => -t })
    expect(() => prior(still)).toThrow(expect.objectContaining({ _tag: 'InvalidArgument', where: 'prior of own' }))
    expect(() => prior(forwardProcess({ ...linear, sigma: () => 0, logSnr: (t) => -t }))).toThrow(invalid)
  })
})

describe('settings out of range are refused', () => {
  test.each<[string, () => ForwardProcess]>([
    ['OU that ends at its start', () => ornsteinUhlenbeck({ end: 0 })],
    ['OU that ends before it', () => ornsteinUhlenbeck({ end: -1 })],
    ['OU without an end', () => ornsteinUhlenbeck({ end: Number.NaN })],
    ['a negative floor', () => vanishingLinear({ floor: -0.1 })],
    ['a floor of 1', () => vanishingLinear({ floor: 1 })],
    ['a floor of NaN', () => vanishingLinear({ floor: Number.NaN })],
    ['a β that starts negative', () => vpLinear({ betaMin: -0.001 })],
    ['a β of 0', () => vpLinear({ betaMin: 0, betaMax: 0 })],
    ['a β that ends negative', () => vpLinear({ betaMax: -1 })],
    ['an infinite β', () => vpLinear({ betaMax: Number.POSITIVE_INFINITY })],
    ['sub-VP with a negative β', () => subVp({ betaMin: -1 })],
    ['a negative offset', () => vpCosine({ offset: -0.001 })],
    ['an offset of NaN', () => vpCosine({ offset: Number.NaN })],
    ['VE with no noise', () => varianceExploding({ sigmaMin: 0 })],
    ['VE that shrinks', () => varianceExploding({ sigmaMin: 2, sigmaMax: 1 })],
    ['VE with negative noise', () => varianceExploding({ sigmaMin: -1 })],
    ['EDM that shrinks', () => edm({ sigmaMin: 100 })],
    ['EDM with negative noise', () => edm({ sigmaMin: -1 })],
    ['EDM without end', () => edm({ sigmaMax: Number.POSITIVE_INFINITY })],
  ])('%s', (_, make) => {
    expect(make).toThrow(invalid)
  })
})
