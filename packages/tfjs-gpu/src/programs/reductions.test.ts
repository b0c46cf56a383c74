import { cpu } from '@tweedie/core/cpu'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { units32 } from './test-accuracy.js'
import { type Numbers, onWebgpu, sizeOfShape, vector } from './test-gpu.js'

const { NaN: nan, POSITIVE_INFINITY: inf } = Number
const exact = cpu()
const small = fc.float({ min: -9, max: 9, noNaN: true })
const special = fc.oneof({ weight: 6, arbitrary: small }, fc.constantFrom(nan, inf, -inf, 0))

const layouts = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 4 }).chain((shape) =>
  fc.record({
    x: fc
      .array(special, { minLength: sizeOfShape(shape), maxLength: sizeOfShape(shape) })
      .map((data): Numbers => ({ shape, data: Float32Array.from(data, (v) => (Math.abs(v) < 1e-30 ? 0 : v)) })),
    axis: fc.option(fc.integer({ min: -shape.length, max: shape.length - 1 }), { nil: undefined }),
    keepDims: fc.boolean(),
  }),
)

await onWebgpu('reductions in WGSL', ({ ours, run }) => {
  test.each(['sum', 'max', 'min', 'logSumExp'] as const)('%s over any axis, with NaN and infinities', async (name) => {
    await fc.assert(
      fc.asyncProperty(layouts, async ({ x, axis, keepDims }) => {
        const along = name === 'logSumExp' ? (axis ?? 0) : axis
        const found = await run((t) => ours[name](t, along as number, keepDims), x)
        const value = exact[name](exact.tensor(x.data, [...x.shape]) as never, along as never, keepDims as never)
        const values = await exact.read(value)
        expect(found.shape).toEqual(exact.shape(value))
        // Summands up to 9, few of them: units of their size, 16. Extremes are exact.
        const bound = name === 'max' || name === 'min' ? 0 : 4 * 2 ** -20
        for (let k = 0; k < values.length; k++) {
          if (Number.isFinite(values[k])) expect(Math.abs((found.data[k] as number) - (values[k] as number))).toBeLessThanOrEqual(bound)
          else expect(found.data[k]).toBe(values[k])
        }
      }),
      { numRuns: 25 },
    )
  })

  // Each of three passes rounds about once, and what is lost is carried along: two units are room for its own rounding.
  test.each([
    [[65_536], undefined],
    [[3, 20_000], 1],
    [[20_000, 3], 0],
    [[2, 5_000, 3], 1],
  ] as const)('a sum over %j along %j is rounded once or twice', async (sizes, axis) => {
    const shape: readonly number[] = sizes
    const data = Float32Array.from({ length: sizeOfShape(shape) }, (_, k) => 1 + Math.sin(k * k) / 3)
    const found = await run((t) => ours.sum(t, axis), { shape, data })
    const values = await exact.read(exact.sum(exact.tensor(data, [...shape]) as never, axis as never))
    expect(found.data.length).toBe(values.length)
    for (let k = 0; k < values.length; k++) expect(units32(found.data[k] as number, values[k] as number)).toBeLessThanOrEqual(2)
  })

  // Chunks' sums are rounded relative to themselves, so where terms cancel the error is relative to Σ|x|: one rounding in each of three passes.
  test('a sum of 65,536 numbers that cancel is off by 3 · 2⁻²⁴ Σ|x| at most', async () => {
    const data = Float32Array.from({ length: 65_536 }, (_, k) => Math.sin(k * k))
    const { data: found } = await run((t) => ours.sum(t), vector(data))
    const size = data.reduce((total, x) => total + Math.abs(x), 0)
    const value = Float64Array.from(data).reduce((total, x) => total + x, 0)
    expect(Math.abs((found[0] as number) - value)).toBeLessThanOrEqual(3 * 2 ** -24 * size)
  })

  test('max, min and ln Σ exp over long axes', async () => {
    const data = Float32Array.from({ length: 20_000 }, (_, k) => 90 * Math.sin(k))
    const x = { shape: [1, 20_000], data }
    expect([...(await run((t) => ours.max(t, 1), x)).data]).toEqual([Math.max(...data)])
    expect([...(await run((t) => ours.min(t), x)).data]).toEqual([Math.min(...data)])
    const top = Math.max(...data)
    const value = top + Math.log(data.reduce((total, v) => total + Math.exp(v - top), 0))
    expect(units32((await run((t) => ours.logSumExp(t, 1), x)).data[0] as number, value)).toBeLessThanOrEqual(2)
    const lost = data.slice()
    lost[12_345] = nan
    for (const name of ['sum', 'max', 'min'] as const) expect((await run((t) => ours[name](t), vector(lost))).data[0]).toBeNaN()
  })
})
