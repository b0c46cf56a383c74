import { key, normalArray } from '@tweedie/core'
import { cpu } from '@tweedie/core/cpu'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { makeMachine } from '../machine/machine.js'
import { panelKernel } from './posterior-panel.js'

const machine = makeMachine({ build: 'plain', threads: 1 })
const oracle = cpu()
const DIMENSIONS = [4, 5, 7, 8, 13, 16, 43, 64, 100]
/** Unit roundoff of float32. */
const U = 2 ** -24

interface Problem {
  readonly x: Float32Array
  readonly y: Float32Array
  readonly d: number
  readonly logWeights?: Float32Array
  readonly alpha: number
  readonly sigma: number
}

interface Summary {
  readonly mean: Float32Array
  readonly logDensity: Float32Array
  readonly trace: Float32Array
  readonly ess: Float32Array
}

/** Runs the kernel over the given cuts of the queries, with a mark behind its scratch that it must leave. */
const panel = ({ x, y, d, logWeights, alpha, sigma }: Problem, cuts: readonly number[] = [], moments = true): Summary => {
  const [m, n] = [x.length / d, y.length / d]
  const { kernel, split } = panelKernel(n, d)
  const scratchBytes = split.scratch as number
  const blocks: number[] = []
  const block = (count: number): number => {
    const pointer = machine.allocate(4 * count)
    blocks.push(pointer)
    machine.f32().fill(Number.NaN, pointer / 4, pointer / 4 + count)
    return pointer
  }
  const put = (numbers: Float32Array): number => {
    const pointer = block(numbers.length)
    machine.f32().set(numbers, pointer / 4)
    return pointer
  }
  const [queries, points, weights] = [put(x), put(y), logWeights === undefined ? 0 : put(logWeights)]
  const [mean, logDensity, trace, ess, scratch] = [block(m * d), block(m), block(m), block(m), block(scratchBytes / 4 + 16)]
  machine.u8().fill(77, scratch + scratchBytes, scratch + scratchBytes + 64)
  const rest = moments ? [logDensity, trace, ess] : [0, 0, 0]
  const ends = [...cuts, m]
  ends.forEach((to, k) => {
    machine.call(kernel, queries, mean, ...rest, points, n, d, weights, alpha, sigma, k === 0 ? 0 : (ends[k - 1] as number), to, scratch)
  })
  expect(
    machine
      .u8()
      .subarray(scratch + scratchBytes, scratch + scratchBytes + 64)
      .every((byte) => byte === 77),
  ).toBe(true)
  const take = (pointer: number, count: number): Float32Array => machine.f32().slice(pointer / 4, pointer / 4 + count)
  const out = { mean: take(mean, m * d), logDensity: take(logDensity, m), trace: take(trace, m), ess: take(ess, m) }
  blocks.forEach(machine.release)
  return out
}

const exact = async ({ x, y, d, logWeights, alpha, sigma }: Problem) => {
  const [m, n] = [x.length / d, y.length / d]
  const cloud = { points: oracle.tensor(y, [n, d]), ...(logWeights === undefined ? {} : { logWeights: oracle.tensor(logWeights, [n]) }) }
  const out = oracle.posteriorMoments(oracle.tensor(x, [m, d]), cloud, { alpha, sigma })
  const [mean, logDensity, trace, ess] = await Promise.all(
    [out.mean, out.logDensity, out.covarianceTrace, out.effectiveSampleSize].map((tensor) => oracle.read(tensor as never)),
  )
  return { mean, logDensity, trace, ess } as { mean: Float64Array; logDensity: Float64Array; trace: Float64Array; ess: Float64Array }
}

/** Length of the difference of two rows. */
const distance = (a: ArrayLike<number>, at: number, b: ArrayLike<number>, bAt: number, d: number, scale = 1): number =>
  Math.sqrt(Array.from({ length: d }, (_, j) => ((a[at + j] as number) - scale * (b[bAt + j] as number)) ** 2).reduce((s, v) => s + v, 0))

/** The diagonal of the box around the points: no point is farther from the kernel's centre, which lies in the box. */
const diagonal = ({ y, d }: Problem): number =>
  Math.hypot(
    ...Array.from({ length: d }, (_, j) => {
      const column = Array.from({ length: y.length / d }, (_, i) => y[i * d + j] as number)
      return Math.max(...column) - Math.min(...column)
    }),
  )

/**
 * How wrong the logits may be, in nats. In the dot form (d + 14) u (2 s α|p| (|x'| + α|p|) + |log₂ π|) bits, which is used where
 * (√d + 6) u (…) ≤ 2⁻¹⁰; and 4e-7 for the exponential (polynomial and its rounding, 2.4e-7, and the argument's).
 */
const logitError = (problem: Problem): number => {
  const { x, y, d, alpha, sigma, logWeights } = problem
  const radius = Math.abs(alpha) * diagonal(problem)
  const reach = Math.max(...Array.from({ length: x.length / d }, (_, q) => distance(x, q * d, y, 0, d, alpha))) + radius
  const weight = logWeights === undefined ? 0 : Math.max(...[...logWeights].filter(Number.isFinite).map(Math.abs), 0) * Math.LOG2E
  const unit = U * ((Math.LOG2E / sigma ** 2) * radius * (reach + radius) + weight)
  return Math.min((d + 14) * unit, (2 ** -10 * (d + 14)) / (Math.sqrt(d) + 6)) * Math.LN2 + 4e-7
}

/** Compares with float64 within what the arithmetic allows. */
const check = async (problem: Problem): Promise<void> => {
  const { x, y, d } = problem
  const [got, want, delta, wide] = [panel(problem), await exact(problem), logitError(problem), diagonal(problem)]
  // Float32 sums of at most 1024 terms of size |p|: √1024 roundings at four standard deviations.
  const sums = 4 * U * (Math.sqrt(Math.min(1024, y.length / d)) + 4)
  for (let q = 0; q < x.length / d; q++) {
    const [trace, ess] = [want.trace[q] as number, want.ess[q] as number]
    const size = Math.hypot(...Array.from(want.mean.subarray(q * d, q * d + d)))
    // |Σ w δ (y − m)| ≤ max |δ| √trace; p and the result are rounded.
    expect(distance(got.mean, q * d, want.mean, q * d, d)).toBeLessThanOrEqual(delta * Math.sqrt(trace) + sums * wide + 2 * U * size)
    const density = want.logDensity[q] as number
    expect(Math.abs((got.logDensity[q] as number) - density)).toBeLessThanOrEqual(delta + sums + 2 * U * Math.abs(density))
    // tr Cov is stationary in m; its own sum, of |p|², is taken in float32 where the dot form is.
    expect(Math.abs((got.trace[q] as number) - trace)).toBeLessThanOrEqual(
      3 * delta * trace + 2 * sums * Math.min(wide ** 2, wideWhereUsed(problem)) + 1e-9 * wide ** 2 + U * trace,
    )
    expect(Math.abs((got.ess[q] as number) / ess - 1)).toBeLessThanOrEqual(4 * delta + 3 * sums)
  }
}

/** |p|² where the dot form is used: (√d + 6) u 2 s α²|p|² ≤ 2⁻¹⁰. */
const wideWhereUsed = ({ d, alpha, sigma }: Problem): number =>
  alpha === 0 ? Number.POSITIVE_INFINITY : (2 ** -10 / ((Math.sqrt(d) + 6) * U)) * Math.LN2 * (sigma / alpha) ** 2

/** Queries α y + σ z about points y, every second of which is near its predecessor, so that several matter at any noise. */
const problemOf = (d: number, n: number, m: number, alpha: number, sigma: number, seed: number, weighted = false): Problem => {
  const z = normalArray(key(seed), (2 * n + m) * d)
  const y = Float32Array.from(z.subarray(0, n * d))
  for (let k = d; k < n * d; k++)
    if (Math.floor(k / d) % 2 === 1) y[k] = (y[k - d] as number) + (sigma / Math.sqrt(d)) * (z[n * d + k] as number)
  const x = Float32Array.from({ length: m * d }, (_, k) => {
    const near = (Math.floor(k / d) * 7) % n
    return alpha * (y[near * d + (k % d)] as number) + sigma * (z[2 * n * d + k] as number)
  })
  const problem = { x, y, d, alpha, sigma }
  if (!weighted) return problem
  const logWeights = Float32Array.from(normalArray(key(seed + 1), n), (w, i) => (i % 5 === 3 ? Number.NEGATIVE_INFINITY : 2 * w))
  return { ...problem, logWeights }
}

describe('the panel kernel', () => {
  test('any sizes, weights and noise from 1e-6 to 10 are within the bounds of the arithmetic', async () => {
    const sizes = fc.tuple(fc.constantFrom(...DIMENSIONS), fc.integer({ min: 1, max: 300 }), fc.integer({ min: 1, max: 21 }))
    const noise = fc.tuple(fc.double({ min: 0, max: 1.5, noNaN: true }), fc.double({ min: -6, max: 1, noNaN: true }))
    await fc.assert(
      fc.asyncProperty(sizes, noise, fc.nat(10000), fc.boolean(), async ([d, n, m], [alpha, power], seed, weighted) => {
        await check(problemOf(d, n, m, alpha, 10 ** power, seed, weighted))
      }),
      { numRuns: 80 },
    )
  })

  test.each([...DIMENSIONS, 784])('in %d columns the score at σ = 0.01 is within 1e-4 of float64, and at σ = 0.3 too', async (d) => {
    for (const sigma of [0.01, 0.3]) {
      const alpha = Math.sqrt(1 - sigma ** 2)
      const problem = problemOf(d, 400, 11, alpha, sigma, d)
      const [got, want] = [panel(problem), await exact(problem)]
      for (let q = 0; q < 11; q++) {
        const score = distance(problem.x, q * d, want.mean, q * d, d, alpha)
        expect(alpha * distance(got.mean, q * d, want.mean, q * d, d)).toBeLessThanOrEqual(1e-4 * score)
      }
    }
  })

  test.each(DIMENSIONS)('clouds of %d columns: equal points, one point, a far offset, one far outlier', async (d) => {
    for (const sigma of [1e-3, 0.1, 2]) {
      const base = problemOf(d, 150, 9, 1, sigma, 3)
      const equal = { ...base, y: base.y.map((_, k) => base.y[k % d] as number) }
      const one = { ...base, y: base.y.slice(0, d) }
      const far = { ...base, x: base.x.map((v) => v + 1000), y: base.y.map((v) => v + 1000) }
      const outlier = { ...base, y: base.y.map((v, k) => (Math.floor(k / d) === 77 ? 1000 : v)) }
      for (const problem of [equal, one, far, outlier]) await check(problem)
      const { mean, trace } = panel(equal)
      expect([...mean]).toEqual([...mean].map((_, k) => equal.y[k % d]))
      expect([...trace].every((value) => value === 0)).toBe(true)
    }
  })

  test('a thousand points, more than a run of float32 sums holds, and a maximum that rises all the way', async () => {
    const base = problemOf(8, 3000, 10, 1, 0.7, 5)
    await check(base)
    const order = Array.from({ length: 3000 }, (_, i) => i).sort(
      (a, b) => distance(base.x, 0, base.y, b * 8, 8) - distance(base.x, 0, base.y, a * 8, 8),
    )
    for (const sigma of [0.05, 0.7])
      await check({ ...base, sigma, y: Float32Array.from(order.flatMap((i) => [...base.y.subarray(8 * i, 8 * i + 8)])) })
  })

  test('cuts at multiples of 8 queries change no byte, nor does leaving the moments out', () => {
    for (const d of [4, 13, 43])
      for (const sigma of [0.01, 0.5, 3]) {
        const problem = problemOf(d, 500, 83, 0.9, sigma, d)
        const whole = panel(problem)
        for (const cuts of [[8], [16, 32, 48, 64, 80], [72, 80]]) expect(panel(problem, cuts)).toEqual(whole)
        expect(panel(problem, [16], false).mean).toEqual(whole.mean)
      }
  })

  test('queries that are not finite, weights that are −Infinity or NaN, and points that are not finite', () => {
    const base = problemOf(5, 60, 10, 1, 0.5, 9)
    const whole = panel(base)
    const x = base.x.slice()
    x[7] = Number.NaN
    x[21] = Number.NEGATIVE_INFINITY
    x[48] = Number.POSITIVE_INFINITY
    const bad = panel({ ...base, x })
    for (let q = 0; q < 10; q++) {
      const rows = [bad.mean.subarray(5 * q, 5 * q + 5), bad.trace.subarray(q, q + 1), bad.ess.subarray(q, q + 1)]
      if (![1, 4, 9].includes(q)) expect(rows[0]).toEqual(whole.mean.subarray(5 * q, 5 * q + 5))
      else rows.forEach((row) => expect(row.every(Number.isNaN)).toBe(true))
    }
    expect([bad.logDensity[1], bad.logDensity[4], bad.logDensity[9]]).toEqual([
      Number.NaN,
      Number.NEGATIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
    ])
    const all = (problem: Problem): boolean => Object.values(panel(problem)).every((part: Float32Array) => part.every(Number.isNaN))
    expect(all({ ...base, logWeights: new Float32Array(60).fill(Number.NEGATIVE_INFINITY) })).toBe(true)
    expect(all({ ...base, logWeights: new Float32Array(60).map((_, i) => (i === 59 ? Number.NaN : 0)) })).toBe(true)
    expect(all({ ...base, y: base.y.map((v, k) => (k === 299 ? Number.POSITIVE_INFINITY : v)) })).toBe(true)
  })

  test('noise so small that float32 could not hold a logit', async () => {
    for (const sigma of [1e-9, 1e-30]) {
      const problem = { ...problemOf(6, 40, 4, 1, 0.3, 2), sigma }
      const [got, want] = [panel(problem), await exact(problem)]
      for (let q = 0; q < 4; q++) expect(distance(got.mean, 6 * q, want.mean, 6 * q, 6)).toBeLessThanOrEqual(2 * U * 10)
    }
  })
})
