import fc from 'fast-check'
import { expect, test } from 'vitest'
import { everyBits, type Name, names, truth, worst } from './test-accuracy.js'
import { onWebgpu, vector } from './test-gpu.js'

// The worst found on SwiftShader by scans of every 4001st float32 number and of 400,000 from −10 to 10, the same in WGSL and in GLSL:
//   exp 0.96, log 0.81, sqrt 0.5, tanh 1.28, sigmoid 2.33, erf 1.39, sin and cos 2.35.
// WGSL promises quotients to 2.5 ulp alone, which tanh and sigmoid take, and lets sums be fused, so there is room above.
const bounds: Readonly<Record<Name, number>> = { exp: 2, log: 2, sqrt: 1, tanh: 3, sigmoid: 5, erf: 3, sin: 4, cos: 4 }

const { NaN: nan, POSITIVE_INFINITY: inf } = Number
const special = [nan, inf, -inf, 0, -0]
const specials: Readonly<Record<Name, readonly number[]>> = {
  exp: [nan, inf, 0, 1, 1],
  log: [nan, inf, nan, -inf, -inf],
  sqrt: [nan, inf, nan, 0, -0],
  tanh: [nan, 1, -1, 0, -0],
  sigmoid: [nan, 1, 0, 0.5, 0.5],
  erf: [nan, 1, -1, 0, -0],
  sin: [nan, nan, nan, 0, -0],
  cos: [nan, nan, nan, 1, 1],
}

await onWebgpu('elementary functions in WGSL', ({ ours, run }) => {
  const worstOf = async (name: Name, xs: Float32Array) => {
    const { data } = await run(ours[name], vector(xs))
    return worst(xs, data, await truth(name, xs))
  }

  // 160,001 is coprime to 2: all exponents and signs, NaN and infinities, with significands that do not repeat.
  test.each(names)('%s is within its bound over all float32 numbers, by a sample', async (name) => {
    const { units, at } = await worstOf(name, everyBits(160_001, 12_345))
    expect(units, `${name}(${at})`).toBeLessThanOrEqual(bounds[name])
  })

  test.each(names)('%s is within its bound where it varies', async (name) => {
    const positive = name === 'log' || name === 'sqrt'
    const even = Float32Array.from({ length: 20_001 }, (_, k) => (k - (positive ? 0 : 10_000)) / 1000 + Math.sin(k) / 2000)
    expect((await worstOf(name, even)).units).toBeLessThanOrEqual(bounds[name])
    const near = fc.array(fc.float({ min: positive ? 0 : -100, max: 100, noNaN: true }), { minLength: 400, maxLength: 403 })
    await fc.assert(
      fc.asyncProperty(near, async (numbers) => {
        const xs = Float32Array.from(numbers).filter((x) => Math.abs(x) >= 2 ** -126)
        expect((await worstOf(name, xs)).units).toBeLessThanOrEqual(bounds[name])
      }),
      { numRuns: 5 },
    )
  })

  // Four numbers at once, and the fifth by itself.
  test.each(names)('%s of NaN, infinities and zeros', async (name) => {
    expect([...(await run(ours[name], vector(special))).data]).toEqual(specials[name])
    expect([...(await run(ours[name], vector(special.slice(0, 4)))).data]).toEqual(specials[name].slice(0, 4))
  })

  test('exp overflows and underflows where float32 does', async () => {
    const { data } = await run(ours.exp, vector([88.72283, 88.72284, 1000, -104, -1000, -87]))
    expect([...data].map((y) => y === inf)).toEqual([false, true, true, false, false, false])
    expect([...data.slice(3, 5)]).toEqual([0, 0])
    expect(data[5]).toBeGreaterThan(0)
  })

  test('sine and cosine of the largest numbers, and near their zeros', async () => {
    // The multiples of π/2 that float32 comes nearest to: 16367173 · 2⁷² is off by 1.6e-9 (Muller, Elementary Functions, table 11.1).
    const xs = Float32Array.of(3.4028234663852886e38, -1e38, 16367173 * 2 ** 72, 1e30, 128, 127.99999, Math.PI, 201.06193, -1.5707964)
    for (const name of ['sin', 'cos'] as const) expect((await worstOf(name, xs)).units).toBeLessThanOrEqual(bounds[name])
  })
})
