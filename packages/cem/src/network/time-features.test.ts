import { checked, edm, forwardProcess, key, ornsteinUhlenbeck, rectifiedFlow } from '@tweedie/core'
import { cpu } from '@tweedie/core/cpu'
import { forwardProcesses, times } from '@tweedie/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type TimeFeature, timeFeatures } from './time-features.js'
import { timeLevels } from './time-levels.js'

const B = checked(cpu())

/** The features of times, a row each. */
const featuresAt = async (
  process: ReturnType<typeof ornsteinUhlenbeck>,
  feature: TimeFeature | readonly TimeFeature[],
  at: readonly number[],
  range?: readonly [number, number],
): Promise<number[][]> => {
  const { width, of } = timeFeatures('test', process, feature, range)
  const y = of(B)(timeLevels('test', process)(Float64Array.from(at)))
  expect([...B.shape(y)]).toEqual([at.length, width])
  const numbers = [...(await B.read(y))]
  return at.map((_, i) => numbers.slice(i * width, (i + 1) * width))
}

describe('the scaled log-SNR', () => {
  it('lies in [−1, 1], decreases in t, and is linear in the log-SNR within the range', async () => {
    const cases = forwardProcesses().chain((process) => fc.tuple(fc.constant(process), times(process), times(process)))
    await fc.assert(
      fc.asyncProperty(cases, async ([process, s, t]) => {
        const [early, late] = [Math.min(s, t), Math.max(s, t)]
        const [[u], [v]] = (await featuresAt(process, 'logSnr', [early, late])) as [[number], [number]]
        expect(u).toBeLessThanOrEqual(1)
        expect(v).toBeGreaterThanOrEqual(-1)
        expect(u).toBeGreaterThanOrEqual(v)
        const [[a], [b]] = (await featuresAt(process, 'logSnr', [early, late], [-40, 40])) as [[number], [number]]
        expect(40 * a).toBeCloseTo(Math.max(-40, Math.min(40, process.logSnr(early))), 12)
        expect(40 * b).toBeCloseTo(Math.max(-40, Math.min(40, process.logSnr(late))), 12)
      }),
    )
  })

  it('is 1 at σ = 0 and −1 at α = 0, and at the ends of a process whose range is finite', async () => {
    expect(await featuresAt(rectifiedFlow(), 'logSnr', [0, 1])).toEqual([[1], [-1]])
    const process = edm()
    expect(await featuresAt(process, 'logSnr', [...process.timeRange])).toEqual([[1], [-1]])
    const [[end]] = (await featuresAt(ornsteinUhlenbeck(), 'logSnr', [10])) as [[number]]
    expect(end).toBe(-1)
  })

  it('refuses a range that is none, or a process that lies beyond ±15', () => {
    for (const range of [
      [1, 1],
      [2, 1],
      [Number.NEGATIVE_INFINITY, 1],
      [0, Number.NaN],
    ] as const)
      expect(() => timeFeatures('f', ornsteinUhlenbeck(), 'logSnr', range)).toThrow(/f: log-SNR range.*logSnrRange/)
    const quiet = forwardProcess({
      name: 'quiet',
      timeRange: [0, 1],
      alpha: () => 1,
      sigma: (t) => 1e-6 * (1 + t),
      alphaDerivative: () => 0,
      varianceDerivative: (t) => 2e-12 * (1 + t),
    })
    expect(() => timeFeatures('f', quiet, 'logSnr')).toThrow(/for quiet/)
    expect(timeFeatures('f', quiet, 'raw').width).toBe(1)
    expect(timeFeatures('f', quiet, 'logSnr', [20, 30]).width).toBe(1)
  })
})

describe('Fourier features', () => {
  const process = ornsteinUhlenbeck()

  it('are cos and sin of geometric frequencies: the angles of a row grow by the same factor', async () => {
    const [[u]] = (await featuresAt(process, 'logSnr', [0.4])) as [[number]]
    const [row] = (await featuresAt(process, { fourier: 3, lowest: 0.5, highest: 2 }, [0.4])) as [number[]]
    const angles = [0.5, 1, 2].map((frequency) => 2 * Math.PI * frequency * u)
    ;[...angles.map(Math.cos), ...angles.map(Math.sin)].forEach((value, k) => expect(row[k]).toBeCloseTo(value, 13))
  })

  it('have unit length in pairs, whatever the frequencies', async () => {
    const features: fc.Arbitrary<TimeFeature> = fc.oneof(
      fc.integer({ min: 1, max: 6 }).map((fourier) => ({ fourier })),
      fc.record({
        fourier: fc.integer({ min: 1, max: 6 }),
        deviation: fc.double({ min: 0.1, max: 10, noNaN: true }),
        key: fc.nat().map(key),
      }),
    )
    await fc.assert(
      fc.asyncProperty(features, fc.double({ min: 0, max: 10, noNaN: true }), async (feature, t) => {
        const [row] = (await featuresAt(process, feature, [t])) as [number[]]
        const half = row.length / 2
        for (let k = 0; k < half; k++) expect((row[k] as number) ** 2 + (row[half + k] as number) ** 2).toBeCloseTo(1, 13)
      }),
      { numRuns: 50 },
    )
  })

  it('of a key are the same each time, differ between keys, and scale with the deviation', async () => {
    const small = async (deviation: number, seed?: number): Promise<number[]> => {
      const feature = seed === undefined ? { fourier: 400, deviation } : { fourier: 400, deviation, key: key(seed) }
      // sin 2πfu ≈ 2πfu for a small u, so the sines tell the frequencies.
      const [row] = (await featuresAt(process, feature, [process.timeOfLogSnr(1e-6)], [-1, 1])) as [number[]]
      return row.slice(400).map((sine) => Math.asin(sine) / (2 * Math.PI * 1e-6))
    }
    expect(await small(1)).toEqual(await small(1, 0))
    expect(await small(1)).not.toEqual(await small(1, 1))
    const frequencies = await small(3)
    // Five standard errors of a variance of 400 normals: 5 √(2/400) = 0.35.
    expect(Math.abs(frequencies.reduce((sum, f) => sum + f * f, 0) / 400 / 9 - 1)).toBeLessThan(0.36)
  })

  it('stand beside other features in their order', async () => {
    const { width, name } = timeFeatures('f', process, ['raw', 'logSnr', { fourier: 2 }])
    expect([width, name]).toEqual([6, 'raw + logSnr + 2 fourier'])
    const [row] = (await featuresAt(process, ['raw', 'logSnr', { fourier: 2 }], [0.7])) as [number[]]
    const [[u]] = (await featuresAt(process, 'logSnr', [0.7])) as [[number]]
    const [fourier] = (await featuresAt(process, { fourier: 2 }, [0.7])) as [number[]]
    expect(row).toEqual([0.7, u, ...fourier])
  })

  it('refuse counts, frequencies and names that are none', () => {
    const wrong: [unknown, RegExp][] = [
      [[], /no time features/],
      ['sine', /'sine'.*'logSnr'/],
      [{ fourier: 0 }, /0 Fourier/],
      [{ fourier: 1.5 }, /1\.5 Fourier/],
      [{ fourier: 2, lowest: 0 }, /from 0 to 4/],
      [{ fourier: 2, lowest: 3, highest: 1 }, /from 3 to 1/],
      [{ fourier: 2, deviation: 0 }, /deviation 0/],
      [{ fourier: 2, deviation: Number.NaN }, /deviation NaN/],
    ]
    for (const [feature, message] of wrong) expect(() => timeFeatures('f', process, feature as TimeFeature)).toThrow(message)
  })
})

describe('timeLevels', () => {
  it('refuses times that the process does not have', () => {
    expect(() => timeLevels('f', ornsteinUhlenbeck())(Float64Array.of(1, -1))).toThrow(/f: .*ornstein-uhlenbeck at t = -1.*0 to 10/)
    expect(() => timeLevels('f', rectifiedFlow())(1.5)).toThrow(expect.objectContaining({ _tag: 'InvalidArgument' }))
  })
})
