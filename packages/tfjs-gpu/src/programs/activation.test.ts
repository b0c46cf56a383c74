import { cpu } from '@tweedie/core/cpu'
import { expect, test } from 'vitest'
import { onWebgpu, vector } from './test-gpu.js'

const { NaN: nan, POSITIVE_INFINITY: inf } = Number
const exact = cpu()
const activations = ['identity', 'tanh', 'relu', 'silu', 'gelu'] as const
const xs = Float32Array.from({ length: 4_001 }, (_, k) => (k - 2_000) / 200 + Math.sin(k) / 400)
const specials = [nan, inf, -inf, 0, 1]

/** The largest difference in units of 2⁻²⁴ of a scale: of the value, and of the number that it is a product with. */
const most = (found: ArrayLike<number>, values: ArrayLike<number>, scales: ArrayLike<number>): number =>
  Array.from(values).reduce((worst, value, k) => {
    if (!Number.isFinite(value)) return Object.is(found[k], value) ? worst : inf
    const scale = Number.isFinite(scales[k]) ? Math.abs(scales[k] as number) : 0
    return Math.max(worst, Math.abs((found[k] as number) - value) / (2 ** -24 * Math.max(Math.abs(value), scale, 2 ** -100)))
  }, 0)

await onWebgpu('activations in WGSL', ({ ours, run }) => {
  // 1 + erf cancels for negative numbers, so gelu is exact to a few units of its operand, not of itself.
  test.each(activations)('%s and its slope', async (activation) => {
    for (const numbers of [xs, Float32Array.from(specials)]) {
      const x = exact.tensor(numbers, [numbers.length])
      const adjoint = Float32Array.from(numbers, (_, k) => Math.cos(k))
      const given = (t: { clone: () => unknown }) => (activation === 'identity' ? t.clone() : t)
      const value = await run((t) => given(ours.activate(t, activation)) as never, vector(numbers))
      expect(most(value.data, await exact.read(exact.activate(x, activation)), numbers)).toBeLessThanOrEqual(8)
      const slope = await run((v, t) => given(ours.activationGradient(v, t, activation)) as never, vector(adjoint), vector(numbers))
      const slopes = await exact.read(exact.activationGradient(exact.tensor(adjoint, [numbers.length]), x, activation))
      const scales = adjoint.map((v, k) => v * Math.max(1, Math.abs(numbers[k] as number)) ** 2)
      expect(most(slope.data, slopes, scales)).toBeLessThanOrEqual(16)
    }
  })

  test.each(activations)('a layer with %s', async (activation) => {
    const [x, weight, bias] = [xs.slice(0, 12), xs.slice(1_900, 1_915), Float32Array.of(0.5, -1, 0, 2, nan)]
    const found = await run(
      (a, w, b) => ours.affine(a, w, b, activation),
      { shape: [4, 3], data: x },
      { shape: [3, 5], data: weight },
      { shape: [5], data: bias },
    )
    const value = exact.affine(exact.tensor(x, [4, 3]), exact.tensor(weight, [3, 5]), exact.tensor(bias, [5]), activation)
    expect(found.shape).toEqual([4, 5])
    // Three products of up to 10 and a bias, rounded one after the other.
    const scales = new Float32Array(20).fill(30)
    expect(most(found.data, await exact.read(value), scales)).toBeLessThanOrEqual(8)
  })

  test('a step of Adam', async () => {
    const length = 1_003
    const part = (phase: number): Float32Array => Float32Array.from({ length }, (_, k) => Math.sin(phase * (k + 1)))
    const [parameter, first, second, gradient] = [part(1), part(2), part(3).map((x) => x * x), part(4)]
    const settings = { rate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, step: 3 }
    const on = (x: Float32Array) => exact.tensor(x, [length])
    const state = { parameter: on(parameter), first: on(first), second: on(second) }
    const values = exact.adamUpdate(state, on(gradient), settings)
    for (const name of ['parameter', 'first', 'second'] as const) {
      const found = await run(
        (p, m, v, g) => {
          const next = ours.adamUpdate({ parameter: p, first: m, second: v } as never, g as never, settings)
          for (const other of ['parameter', 'first', 'second'] as const) if (other !== name) next[other].dispose()
          return next[name]
        },
        ...[parameter, first, second, gradient].map(vector),
      )
      expect(most(found.data, await exact.read(values[name]), new Float32Array(length).fill(1))).toBeLessThanOrEqual(4)
    }
  })
})
