import { checked, forwardProcess, fromRows, key, normalArray, ornsteinUhlenbeck, rectifiedFlow, type Tensor } from '@tweedie/core'
import { type CpuTensor, cpu } from '@tweedie/core/cpu'
import { autodiff, type Parameters, type Traced } from '@tweedie/nn'
import { gaussian } from '@tweedie/score'
import { evenly, forwardProcesses, times } from '@tweedie/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type DenoiserNetOptions, denoiserNet } from './denoiser-net.js'
import { rawNet } from './raw-net.js'
import { centralDifferences, largestDifference } from './test-support.js'

const B = checked(cpu())
const OU = ornsteinUhlenbeck()
const size = { dimension: 2, hidden: [6, 5] }
const moments = { mean: [0.4, -0.3], deviation: [1.2, 0.7] }
const bound = { low: [-2, -1], high: [2, 1.5], softness: 0.2 }

/** Every option on and off. */
const options: fc.Arbitrary<DenoiserNetOptions> = fc
  .record({
    time: fc.constantFrom('raw' as const, 'logSnr' as const, { fourier: 3 }, { fourier: 2, deviation: 0.5 }, ['raw', 'logSnr'] as const),
    input: fc.constantFrom('raw' as const, moments, { deviation: 2 }, { mean: 1, deviation: 0.5 }),
    output: fc.constantFrom('raw' as const, moments, { deviation: 2 }, { mean: 1, deviation: 0.5 }),
    bound: fc.constantFrom(undefined, bound),
  })
  .map((each) => ({ ...size, process: OU, ...each }))

const zeros = (parameters: Parameters<CpuTensor>): Parameters<CpuTensor> =>
  parameters.map(({ weight, bias }) => ({ weight: B.mul(weight, 0), bias: B.mul(bias, 0) }))

describe('denoiserNet', () => {
  it('has the columns of x, frees all but its result, and is a function of its key', async () => {
    await fc.assert(
      fc.asyncProperty(options, fc.nat({ max: 3 }), fc.nat(), async (option, rows, seed) => {
        const network = denoiserNet(option)
        const [parameters, again] = [network.initialise(B, key(seed)), denoiserNet(option).initialise(B, key(seed))]
        const x = B.normal(key(seed + 1), [rows, 2])
        const t = new Float64Array(rows).map((_, i) => i * 0.7)
        const before = B.liveTensors()
        const y = network.apply(B)(parameters, x, t)
        expect(B.liveTensors()).toBe(before + 1)
        expect([...B.shape(y)]).toEqual([rows, 2])
        expect(await B.read(network.apply(B)(again, x, t))).toEqual(await B.read(y))
        expect(network.mlp.sizes.at(-1)).toBe(2)
      }),
      { numRuns: 40 },
    )
  })

  it('gives a shared time what it gives that time in every row, and a row what it gives it alone', async () => {
    await fc.assert(
      fc.asyncProperty(options, fc.array(evenly(0, 10), { minLength: 3, maxLength: 3 }), fc.nat(), async (option, at, seed) => {
        const network = denoiserNet(option)
        const parameters = network.initialise(B, key(seed))
        const apply = network.apply(B)
        const x = B.normal(key(seed + 1), [3, 2])
        const t = Float64Array.from(at)
        const shared = apply(parameters, x, t[0] as number)
        const each = apply(parameters, x, new Float64Array(3).fill(t[0] as number))
        // The order of sums of a few numbers of size 10, through three layers; x/q is up to 2 orders larger where a deviation is given.
        expect(await largestDifference(B, shared, each)).toBeLessThan(1e-11)
        const together = apply(parameters, x, t)
        const alone = B.concat(
          at.map((time, i) => apply(parameters, B.slice(x, 0, i, i + 1), time)),
          0,
        )
        expect(await largestDifference(B, together, alone)).toBeLessThan(1e-11)
      }),
      { numRuns: 40 },
    )
  })

  it('without any help is the raw net', async () => {
    const [raw, plain] = [rawNet(size), denoiserNet({ ...size, process: OU, time: 'raw' })]
    const parameters = raw.initialise(B, key(1))
    const x = B.normal(key(2), [4, 2])
    const t = Float64Array.of(0, 0.1, 3, 10)
    expect(await B.read(plain.apply(B)(parameters, x, t))).toEqual(await B.read(raw.apply(B)(parameters, x, t)))
    expect(denoiserNet({ ...size, process: OU, time: ['logSnr', { fourier: 4 }], input: moments, output: moments, bound }).name).toBe(
      'denoiser net 11-6-5-2 tanh, time logSnr + 4 fourier, input preconditioned, output preconditioned, bounded',
    )
  })

  it('is finite at both ends of every process, whichever features it has', async () => {
    await fc.assert(
      fc.asyncProperty(forwardProcesses(), options, async (process, option) => {
        const network = denoiserNet({ ...option, process })
        const [start, end] = process.timeRange
        // `checked` refuses what is not finite.
        const y = network.apply(B)(network.initialise(B, key(1)), B.normal(key(2), [2, 2]), Float64Array.of(start, end))
        expect((await B.read(y)).every(Number.isFinite)).toBe(true)
      }),
      { numRuns: 60 },
    )
  })

  it('is the exact denoiser of a Gaussian with those moments where F = 0', async () => {
    const cases = forwardProcesses().chain((process) =>
      fc.record({
        process: fc.constant(process),
        t: times(process),
        mean: fc.tuple(evenly(-3, 3), evenly(-3, 3)),
        deviation: fc.tuple(evenly(0.1, 3), evenly(0.1, 3)),
        seed: fc.nat(),
      }),
    )
    await fc.assert(
      fc.asyncProperty(cases, async ({ process, t, mean, deviation, seed }) => {
        const network = denoiserNet({ ...size, process, output: { mean, deviation } })
        const spread = process.alpha(t) + process.sigma(t)
        const x = B.mul(B.normal(key(seed), [5, 2]), 3 * spread)
        const found = network.apply(B)(zeros(network.initialise(B, key(1))), x, t)
        const covariance = fromRows([
          [deviation[0] ** 2, 0],
          [0, deviation[1] ** 2],
        ])
        const exact = gaussian(B, { mean, covariance })(process)(x, t)
        // x and αμ of size up to 20 α + 15 σ, times a skip of at most min(1/α, s/σ): rounding of numbers below 1e2.
        expect(await largestDifference(B, found, exact)).toBeLessThan(1e-11)
      }),
    )
  })

  it('moves with the data: f(x + αc) of the mean μ + c is f(x) + c', async () => {
    await fc.assert(
      fc.asyncProperty(evenly(0.01, 10), evenly(-5, 5), fc.nat(), async (t, shift, seed) => {
        const at = (by: number) => {
          const moved = { mean: moments.mean.map((mean) => mean + by), deviation: moments.deviation }
          return denoiserNet({ ...size, process: OU, input: moved, output: moved })
        }
        const parameters = at(0).initialise(B, key(seed))
        const x = B.normal(key(seed + 1), [4, 2])
        const before = B.add(at(0).apply(B)(parameters, x, t), shift)
        const after = at(shift).apply(B)(parameters, B.add(x, OU.alpha(t) * shift), t)
        // The rounding of x + αc over q ≥ 0.1, through the network: 1e-15 · 10/0.1 and some.
        expect(await largestDifference(B, before, after)).toBeLessThan(1e-11)
      }),
      { numRuns: 40 },
    )
  })

  it('scales with data and noise: f(kx) of moments and σ that are k times as large is k f(x)', async () => {
    await fc.assert(
      fc.asyncProperty(evenly(0.01, 10), evenly(0.1, 10), fc.nat(), async (t, k, seed) => {
        const at = (by: number) => {
          const process = forwardProcess({
            name: 'scaled',
            timeRange: OU.timeRange,
            alpha: OU.alpha,
            sigma: (s) => by * OU.sigma(s),
            alphaDerivative: OU.alphaDerivative,
            varianceDerivative: (s) => by * by * OU.varianceDerivative(s),
          })
          const scaled = { mean: moments.mean.map((mean) => by * mean), deviation: moments.deviation.map((s) => by * s) }
          return denoiserNet({ ...size, process, time: 'raw', input: scaled, output: scaled })
        }
        const parameters = at(1).initialise(B, key(seed))
        const x = B.normal(key(seed + 1), [4, 2])
        const small = B.mul(at(1).apply(B)(parameters, x, t), k)
        const large = at(k).apply(B)(parameters, B.mul(x, k), t)
        expect(await largestDifference(B, small, large)).toBeLessThan(1e-11)
      }),
      { numRuns: 40 },
    )
  })

  it('stays in its box for huge x and huge parameters', async () => {
    const huge = fc.array(fc.double({ min: -1e300, max: 1e300, noNaN: true }), { minLength: 6, maxLength: 6 })
    const unchecked = cpu()
    await fc.assert(
      fc.asyncProperty(options, huge, evenly(0, 10), async (option, numbers, t) => {
        const network = denoiserNet({ ...option, bound })
        const parameters = network
          .initialise(unchecked, key(1))
          .map(({ weight, bias }) => ({ weight: unchecked.mul(weight, 1e5), bias: unchecked.add(bias, 1e5) }))
        const y = await unchecked.read(network.apply(unchecked)(parameters, unchecked.tensor(numbers, [3, 2]), t))
        y.forEach((value, e) => {
          expect(value).toBeGreaterThanOrEqual(bound.low[e % 2] as number)
          expect(value).toBeLessThanOrEqual(bound.high[e % 2] as number)
        })
      }),
      { numRuns: 60 },
    )
  })

  it('has the gradients of its central differences, by parameters and by x', async () => {
    const D = autodiff(B)
    const [sizeOfX, rows] = [6, 3]
    await fc.assert(
      fc.asyncProperty(options, fc.nat(1e6), fc.boolean(), async (option, seed, shared) => {
        const network = denoiserNet({ ...option, hidden: [3] })
        const t = shared ? 0.4 : Float64Array.of(0.2, 1, 5)
        const weighs = normalArray(key(seed + 2), sizeOfX)
        const [{ weight: firstWeight, bias: firstBias }, last] = network.initialise(B, key(seed)) as [
          Parameters<CpuTensor>[number],
          Parameters<CpuTensor>[number],
        ]
        const x = B.normal(key(seed + 1), [rows, 2])
        const before = B.liveTensors()
        const gradient = D.gradient(([weight, bias, y]: Traced<CpuTensor>[]) =>
          D.sum(
            D.mul(
              network.apply(D)(
                [
                  { weight, bias },
                  { weight: D.lift(last.weight), bias: D.lift(last.bias) },
                ] as never,
                y as never,
                t,
              ),
              D.tensor(weighs, [rows, 2]),
            ),
          ),
        )([firstWeight, firstBias, x])
        expect(B.liveTensors()).toBe(before + 3)
        for (const [k, operand] of [firstWeight, firstBias, x].entries()) {
          const value = async (numbers: Float64Array): Promise<number> => {
            const shifted = [firstWeight, firstBias, x].map((each, j) =>
              j === k ? B.tensor(numbers, [...B.shape(each as Tensor<CpuTensor>)]) : each,
            )
            const [weight, bias, y] = shifted as [never, never, never]
            const out = await B.read(network.apply(B)([{ weight, bias }, last], y, t))
            return out.reduce((sum, each, e) => sum + each * (weighs[e] as number), 0)
          }
          const approximate = await centralDifferences(value, await B.read(operand))
          const exact = await B.read(gradient[k] as CpuTensor)
          const scale = Math.max(1, ...approximate.map(Math.abs))
          // h² f‴/6 with third derivatives of a tanh of x/q, q ≥ 0.4, and of the clip, 1/s² ≤ 4: 1e-10 · 100; rounding 1e-10.
          exact.forEach((each, e) => expect(Math.abs(each - (approximate[e] as number))).toBeLessThan(1e-6 * scale))
        }
      }),
      { numRuns: 10 },
    )
  })

  it('refuses options, x and times that do not fit', () => {
    const make = (more: Partial<DenoiserNetOptions>) => () => denoiserNet({ ...size, process: OU, ...more })
    expect(make({ input: { deviation: 0 } })).toThrow(/denoiserNet, input: a deviation 0/)
    expect(make({ output: { deviation: [1, 2, 3] } })).toThrow(/denoiserNet, output: a deviation of 3 columns/)
    expect(make({ bound: { low: [0], high: [1] } })).toThrow(/denoiserNet, bound/)
    expect(make({ time: [] })).toThrow(/denoiserNet, time/)
    expect(make({ logSnrRange: [1, 0] })).toThrow(/logSnrRange/)
    const network = denoiserNet({ ...size, process: rectifiedFlow() })
    const parameters = network.initialise(B, key(1))
    const x = B.full([2, 2], 0)
    expect(() => network.apply(B)(parameters, x, Float64Array.of(0.5))).toThrow(/denoiserNet: 1 times for 2 rows/)
    expect(() => network.apply(B)(parameters, x, Float64Array.of(0.5, Number.NaN))).toThrow(
      expect.objectContaining({ _tag: 'NotFinite', where: 'denoiserNet', what: 'time NaN of row 1' }),
    )
    expect(() => network.apply(B)(parameters, x, 1.5)).toThrow(/α = -0\.5.*rectified-flow at t = 1\.5/)
    expect(() => network.apply(B)(parameters, B.full([2, 3], 0), 0.5)).toThrow(/\[M, 2\]/)
    expect(() => network.apply(B)(network.initialise(B, key(1)).slice(1), x, 0.5)).toThrow(
      expect.objectContaining({ _tag: 'ShapeMismatch' }),
    )
  })
})
