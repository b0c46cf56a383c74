import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { untyped } from '../backend/backend.js'
import { deriveKernels } from '../backend/derive-kernels.js'
import { expectClose, expectTensor } from '../testing/expect-tensor.js'
import { build, fold, inLayout, type Laid, laid, ordinaryNumbers, shapesOf, zip } from '../testing/host-tensor.js'
import { cpu } from './cpu.js'
import { erf } from './erf.js'

const B = cpu()
const P = untyped(B)
const derived = deriveKernels(P)
const put = (x: Laid) => inLayout(B, x, x.layout)
const numbers = fc.double({ min: -3, max: 3, noNaN: true })

describe.each([
  ['derived', derived],
  ['of the cpu backend', P],
] as const)('kernels, %s', (_, K) => {
  test('squaredDistances', async () => {
    const pairs = fc
      .tuple(fc.nat(3), fc.nat(3), fc.nat(3))
      .chain(([m, d, n]) => fc.tuple(laid([m, d], ordinaryNumbers), laid([n, d], ordinaryNumbers)))
    await fc.assert(
      fc.asyncProperty(pairs, async ([x, y]) => {
        const d = x.shape[1] as number
        const expected = build([x.shape[0] as number, y.shape[0] as number], ([i, j]) =>
          Array.from(
            { length: d },
            (_, k) => ((x.data[(i as number) * d + k] as number) - (y.data[(j as number) * d + k] as number)) ** 2,
          ).reduce((s, v) => s + v, 0),
        )
        await expectClose(B, K.squaredDistances(put(x), put(y)), expected, 1e-14)
      }),
    )
    // By differences: two points 1e-9 apart around 1 are 1e-18 apart squared, which |x|² + |y|² − 2x·y cannot see.
    const close = await P.read(K.squaredDistances(P.tensor([1 + 1e-9], [1, 1]), P.tensor([1], [1, 1])))
    expect(Math.abs((close[0] as number) / 1e-18 - 1)).toBeLessThan(1e-6)
    expect(() => K.squaredDistances(P.full([2, 3], 0), P.full([2, 2], 0))).toThrow(
      expect.objectContaining({ _tag: 'ShapeMismatch', where: 'squaredDistances' }),
    )
  })

  test('squaredDistances are of differences: a shift that is exact changes no bit', async () => {
    // Multiples of 2⁻²⁰ below 4, moved by whole numbers below 2³⁰, are numbers still, so x − y is the same to the bit. Expanded squares are
    // 2⁶⁰ there and leave none of their digits.
    const grid = (size: number) => fc.array(fc.integer({ min: -(2 ** 22), max: 2 ** 22 }), { minLength: size, maxLength: size })
    await fc.assert(
      fc.asyncProperty(grid(6), grid(4), fc.integer({ min: -(2 ** 30), max: 2 ** 30 }), async (x, y, shift) => {
        const distances = (by: number) =>
          P.read(
            K.squaredDistances(
              P.tensor(
                x.map((k) => k / 2 ** 20 + by),
                [3, 2],
              ),
              P.tensor(
                y.map((k) => k / 2 ** 20 + by),
                [2, 2],
              ),
            ),
          )
        expect(await distances(shift)).toEqual(await distances(0))
      }),
    )
  })

  test('the posterior is of differences too: moved exactly with its cloud, a query has the same density, spread and sample size', async () => {
    const grid = (size: number) => fc.array(fc.integer({ min: -(2 ** 22), max: 2 ** 22 }), { minLength: size, maxLength: size })
    await fc.assert(
      fc.asyncProperty(grid(4), grid(6), fc.integer({ min: -(2 ** 30), max: 2 ** 30 }), async (x, y, shift) => {
        const moments = async (by: number) => {
          const at = (values: readonly number[]) =>
            P.tensor(
              values.map((k) => k / 2 ** 20 + by),
              [values.length / 2, 2],
            )
          const { logDensity, effectiveSampleSize } = K.posteriorMoments(at(x), { points: at(y) }, { alpha: 1, sigma: 0.25 })
          return [await P.read(logDensity), await P.read(effectiveSampleSize)]
        }
        expect(await moments(shift)).toEqual(await moments(0))
      }),
    )
  })

  test('the posterior of two equally distant points is theirs by their weights, however small one is', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: -6000, max: 0 }).map((k) => k / 100),
        async (weight) => {
          const cloud = { points: P.tensor([0, 1], [2, 1]), logWeights: P.tensor([0, weight], [2]) }
          const mean = await P.read(K.posteriorMean(P.tensor([0.5], [1, 1]), cloud, { alpha: 1, sigma: 0.5 }))
          const exact = Math.exp(weight) / (1 + Math.exp(weight))
          // The logits, up to 61, are rounded.
          expect(Math.abs((mean[0] as number) / exact - 1)).toBeLessThan(1e-13)
        },
      ),
    )
  })

  test('logSumExp, without overflow, empty axes and infinities included', async () => {
    const plain = (values: readonly number[]): number => {
      if (values.some(Number.isNaN)) return Number.NaN
      const top = Math.max(...values)
      return Number.isFinite(top) ? top + Math.log(values.reduce((sum, x) => sum + Math.exp(x - top), 0)) : top
    }
    const wild = fc.oneof(
      numbers,
      fc.double({ min: -1e300, max: 1e300, noNaN: true }),
      fc.constantFrom(Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, Number.NaN, 1000),
    )
    const cases = shapesOf({ min: 1 }).chain((shape) =>
      fc.tuple(laid(shape, wild), fc.integer({ min: -shape.length, max: shape.length - 1 }), fc.boolean()),
    )
    await fc.assert(
      fc.asyncProperty(cases, async ([x, axis, keep]) => {
        const resolved = axis < 0 ? axis + x.shape.length : axis
        await expectClose(B, K.logSumExp(put(x), axis, keep), fold(plain, x, resolved, keep), 1e-15)
      }),
    )
  })

  test('softmaxExpectation is a weighted mean of the rows', async () => {
    const cases = fc
      .tuple(fc.nat(3), fc.integer({ min: 1, max: 4 }), fc.nat(3))
      .chain(([m, n, d]) => fc.tuple(laid([m, n], fc.double({ min: -800, max: 800, noNaN: true })), laid([n, d], numbers)))
    await fc.assert(
      fc.asyncProperty(cases, async ([logits, values]) => {
        const [m, n] = logits.shape as [number, number]
        const d = values.shape[1] as number
        const expected = build([m, d], ([i, j]) => {
          const row = logits.data.slice((i as number) * n, ((i as number) + 1) * n)
          const top = Math.max(...row)
          const weights = row.map((l) => Math.exp(l - top))
          const total = weights.reduce((s, w) => s + w, 0)
          return weights.reduce((s, w, k) => s + (w / total) * (values.data[k * d + (j as number)] as number), 0)
        })
        // exp(l − L) has the rounding of L, up to 800 · 1.1e-16, times |values| ≤ 3.
        await expectClose(B, K.softmaxExpectation(put(logits), put(values)), expected, 2e-12)
      }),
    )
  })

  test('activations', async () => {
    const activations = {
      identity: (x: number) => x,
      tanh: Math.tanh,
      relu: (x: number) => Math.max(x, 0),
      silu: (x: number) => x / (1 + Math.exp(-x)),
      gelu: (x: number) => 0.5 * x * (1 + erf(x / Math.SQRT2)),
    }
    const x = laid([3, 2], fc.oneof(numbers, fc.constantFrom(-0, 0, Number.NaN, 40, -40)))
    // 1 + erf loses digits towards −1: its rounding times |x| ≤ 40.
    for (const name of ['identity', 'tanh', 'relu', 'silu', 'gelu'] as const)
      await fc.assert(
        fc.asyncProperty(x, async (input) => expectClose(B, K.activate(put(input), name), zip(activations[name], input), 1e-14)),
        { numRuns: 30 },
      )
  })

  test('affine is activation(x · weight + bias)', async () => {
    const cases = fc
      .tuple(fc.nat(3), fc.nat(3), fc.nat(3), fc.constantFrom('identity', 'tanh', 'relu', 'silu', 'gelu'))
      .chain(([m, i, o, activation]) => fc.tuple(laid([m, i], numbers), laid([i, o], numbers), laid([o], numbers), fc.constant(activation)))
    await fc.assert(
      fc.asyncProperty(cases, async ([x, weight, bias, activation]) => {
        const expected = P.activate(P.add(P.matMul(put(x), put(weight)), put(bias)), activation)
        await expectClose(
          B,
          K.affine(put(x), put(weight), put(bias), activation),
          { shape: P.shape(expected), data: [...(await P.read(expected))] },
          1e-14,
        )
      }),
    )
    expect(() => K.affine(P.full([2, 3], 0), P.full([2, 3], 0), P.full([3], 0), 'tanh')).toThrow(
      expect.objectContaining({ _tag: 'ShapeMismatch' }),
    )
  })

  test('adamUpdate is algorithm 1 of Kingma & Ba, number by number', async () => {
    const settings = { rate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 }
    let [theta, m, v] = [0.5, 0, 0]
    let state = { parameter: P.full([1], theta), first: P.full([1], 0), second: P.full([1], 0) }
    for (let step = 1; step <= 20; step++) {
      const g = 2 * theta + Math.sin(step)
      state = K.adamUpdate(state, P.full([1], g), { ...settings, step })
      m = settings.beta1 * m + (1 - settings.beta1) * g
      v = settings.beta2 * v + (1 - settings.beta2) * g * g
      theta -= (settings.rate * (m / (1 - settings.beta1 ** step))) / (Math.sqrt(v / (1 - settings.beta2 ** step)) + settings.epsilon)
      await expectClose(B, state.parameter, { shape: [1], data: [theta] }, 1e-14)
      await expectClose(B, state.first, { shape: [1], data: [m] }, 1e-14)
      await expectClose(B, state.second, { shape: [1], data: [v] }, 1e-14)
    }
  })

  test("the posterior over a cloud is Bayes' rule", async () => {
    await fc.assert(
      fc.asyncProperty(clouds, async ([x, points, logWeights, alpha, sigma]) => {
        const cloud = { points: put(points), ...(logWeights && { logWeights: put(logWeights) }) }
        const expected = bayes(x, points, logWeights, alpha, sigma)
        const moments = K.posteriorMoments(put(x), cloud, { alpha, sigma })
        // Logits reach |x − αy|²/(2σ²) ≤ 54/(2 · 0.01); their rounding, 3e-13, is the relative error of the weights.
        await expectClose(B, K.posteriorMean(put(x), cloud, { alpha, sigma }), expected.mean, 1e-11)
        await expectClose(B, moments.mean, expected.mean, 1e-11)
        await expectClose(B, moments.logDensity, expected.logDensity, 1e-12)
        await expectClose(B, moments.covarianceTrace, expected.covarianceTrace, 1e-10)
        await expectClose(B, moments.effectiveSampleSize, expected.effectiveSampleSize, 1e-11)
      }),
    )
  })

  test('a cloud of one point is that point, however small the noise', async () => {
    const moments = K.posteriorMoments(P.tensor([5, -3], [1, 2]), { points: P.tensor([1, 2], [1, 2]) }, { alpha: 0.5, sigma: 1e-6 })
    await expectTensor(B, moments.mean, { shape: [1, 2], data: [1, 2] })
    await expectTensor(B, moments.effectiveSampleSize, { shape: [1], data: [1] })
    await expectTensor(B, moments.covarianceTrace, { shape: [1], data: [0] })
  })

  test('noise that is not positive and finite, a wrong width and an empty cloud are refused', () => {
    const x = P.full([2, 2], 0)
    const cloud = { points: P.full([3, 2], 0) }
    for (const name of ['posteriorMean', 'posteriorMoments'] as const) {
      for (const sigma of [0, -1, Number.NaN, Number.POSITIVE_INFINITY])
        expect(() => K[name](x, cloud, { alpha: 1, sigma })).toThrow(expect.objectContaining({ _tag: 'InvalidArgument', where: name }))
      expect(() => K[name](P.full([2, 3], 0), cloud, { alpha: 1, sigma: 1 })).toThrow(expect.objectContaining({ _tag: 'ShapeMismatch' }))
      expect(() => K[name](x, { ...cloud, logWeights: P.full([2], 0) }, { alpha: 1, sigma: 1 })).toThrow(
        expect.objectContaining({ _tag: 'ShapeMismatch' }),
      )
      expect(() => K[name](x, { points: P.full([0, 2], 0) }, { alpha: 1, sigma: 1 })).toThrow(
        expect.objectContaining({ _tag: 'InvalidArgument', where: name }),
      )
    }
  })

  test('a query that is not finite gives NaN, not a number', async () => {
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY]) {
      const mean = await P.read(K.posteriorMean(P.tensor([bad, 1], [2, 1]), { points: P.tensor([0, 1], [2, 1]) }, { alpha: 1, sigma: 1 }))
      expect(mean[0]).toBeNaN()
      expect(mean[1]).toBeGreaterThan(0.5)
    }
  })
})

const clouds = fc
  .tuple(fc.nat(3), fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 3 }))
  .chain(([m, n, d]) =>
    fc.tuple(
      laid([m, d], numbers),
      laid([n, d], numbers),
      fc.option(laid([n], fc.double({ min: -5, max: 5, noNaN: true })), { nil: undefined }),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.double({ min: 0.1, max: 5, noNaN: true }),
    ),
  )

/** Bayes' rule with normalised weights, in plain loops: p(y_i | x) ∝ π_i N(x; αy_i, σ²I). */
const bayes = (x: Laid, points: Laid, logWeights: Laid | undefined, alpha: number, sigma: number) => {
  const [m, d] = x.shape as [number, number]
  const n = points.shape[0] as number
  const prior = Array.from({ length: n }, (_, i) => Math.exp(logWeights?.data[i] ?? 0))
  const total = prior.reduce((s, w) => s + w, 0)
  const y = (i: number, j: number): number => points.data[i * d + j] as number
  const rows = Array.from({ length: m }, (_, q) => {
    const logits = prior.map((w, i) => {
      let squared = 0
      for (let j = 0; j < d; j++) squared += ((x.data[q * d + j] as number) - alpha * y(i, j)) ** 2
      return Math.log(w / total) - squared / (2 * sigma * sigma) - 0.5 * d * Math.log(2 * Math.PI * sigma * sigma)
    })
    const top = Math.max(...logits)
    const evidence = top + Math.log(logits.reduce((s, l) => s + Math.exp(l - top), 0))
    const weights = logits.map((l) => Math.exp(l - evidence))
    const mean = Array.from({ length: d }, (_, j) => weights.reduce((s, w, i) => s + w * y(i, j), 0))
    const trace = mean.reduce((s, c, j) => s + weights.reduce((t, w, i) => t + w * (y(i, j) - c) ** 2, 0), 0)
    return { mean, evidence, trace, size: 1 / weights.reduce((s, w) => s + w * w, 0) }
  })
  return {
    mean: { shape: [m, d], data: rows.flatMap((row) => row.mean) },
    logDensity: { shape: [m], data: rows.map((row) => row.evidence) },
    covarianceTrace: { shape: [m], data: rows.map((row) => row.trace) },
    effectiveSampleSize: { shape: [m], data: rows.map((row) => row.size) },
  }
}
