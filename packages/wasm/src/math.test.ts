import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'
import { cpu } from '@tweedie/core/cpu'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bestBuild } from './machine/load.js'
import { makeMachine } from './machine/machine.js'
import { wasmMemory } from './memory/memory.js'
import { elementwise } from './operations/elementwise.js'

/** The elementary functions of assembly/math, in units in the last place. */
const names = ['exp', 'log', 'tanh', 'sigmoid', 'erf', 'sin', 'cos'] as const
type Name = (typeof names)[number]

const exact = cpu()
/** In float64, by the reference backend: within a unit of float64, which is nothing beside one of float32. */
const truth = async (name: Name, xs: ArrayLike<number>) => exact.read(exact[name](exact.tensor(xs, [xs.length])))

const evaluate = (build: 'plain' | 'relaxed', dtype: 'float32' | 'float64') => {
  const memory = wasmMemory(makeMachine({ build, threads: 1 }), dtype)
  const P = elementwise(memory)
  return (name: Name, xs: ArrayLike<number>): Float64Array =>
    memory.scope(() => {
      const x = memory.make([xs.length])
      memory.numbers(x).set(xs)
      return Float64Array.from(memory.numbers(P[name](x)))
    })
}

/** Distance in units in the last place of the true value, those of the least number where it is not normal. 0 where both are NaN or the same. */
const units = (found: number, value: number, digits: number, least: number): number => {
  if (Object.is(found, value)) return 0
  if (Number.isNaN(found) || Number.isNaN(value)) return Number.POSITIVE_INFINITY
  const exponent = Math.max(Math.floor(Math.log2(Math.abs(value))), least)
  return Math.abs(found - value) / 2 ** (exponent - digits)
}
const units32 = (found: number, value: number): number => {
  const rounded = Math.fround(value)
  if (Math.abs(rounded) === Number.POSITIVE_INFINITY || Math.abs(found) === Number.POSITIVE_INFINITY || (found === 0 && rounded === 0))
    return Object.is(found, rounded) ? 0 : Number.POSITIVE_INFINITY
  return units(found, value, 23, -126)
}

// The worst found by a scan of every 211th float32 number, in the plain and the relaxed build:
//   exp 0.96 0.99, log 0.80 0.81, tanh 1.16 1.15, sigmoid 1.62 1.60, erf 1.27 1.14, sin and cos 0.501 0.501.
// The bounds are a little above; none may pass 2.
const bounds: Readonly<Record<Name, number>> = { exp: 1.05, log: 1, tanh: 1.25, sigmoid: 1.6, erf: 1.35, sin: 0.51, cos: 0.51 }

const everyBits = (step: number, from: number): Float32Array => {
  const bits = new Uint32Array(Math.floor(2 ** 32 / step))
  for (let k = 0; k < bits.length; k++) bits[k] = from + k * step
  return new Float32Array(bits.buffer)
}

describe.each(bestBuild() === 'relaxed' ? (['plain', 'relaxed'] as const) : (['plain'] as const))(
  'float32 functions of the %s build',
  (build) => {
    const f = evaluate(build, 'float32')
    const worst = async (name: Name, xs: ArrayLike<number>): Promise<{ readonly worst: number; readonly at: number }> => {
      const [found, values] = [f(name, xs), await truth(name, xs)]
      let [most, at] = [0, 0]
      for (let k = 0; k < xs.length; k++) {
        const x = xs[k] as number
        const apart = units32(found[k] as number, values[k] as number)
        if (apart > most) [most, at] = [apart, x]
      }
      return { worst: most, at }
    }

    // 40009 is prime: all exponents and signs, NaN and infinities, with mantissas that do not repeat.
    test.each(names)('%s is within its bound over all float32 numbers, by a sample', async (name) => {
      const { worst: most, at } = await worst(name, everyBits(name === 'sin' || name === 'cos' ? 160_001 : 40_009, 12_345))
      expect(most, `${name}(${at})`).toBeLessThanOrEqual(bounds[name])
    })

    test.each(names)('%s is within its bound where it varies', async (name) => {
      const near = fc.array(fc.float({ min: name === 'log' ? 0 : -100, max: 100, noNaN: true }), { minLength: 200, maxLength: 200 })
      const even = Float32Array.from({ length: 20_000 }, (_, k) => (k - (name === 'log' ? 0 : 10_000)) / 1000 + Math.sin(k) / 2000)
      expect((await worst(name, even)).worst).toBeLessThanOrEqual(bounds[name])
      await fc.assert(
        fc.asyncProperty(near, async (xs) => {
          expect((await worst(name, xs)).worst).toBeLessThanOrEqual(bounds[name])
        }),
        { numRuns: 10 },
      )
    })

    test('a number gives the same wherever it stands', () => {
      for (const name of names)
        for (const x of [0.3, -1.7, 25]) expect(new Set(f(name, new Array<number>(7).fill(x))).size, `${name}(${x})`).toBe(1)
    })
  },
)

const inf = Number.POSITIVE_INFINITY
const specials: Readonly<Record<Name, readonly (readonly [x: number, y: number])[]>> = {
  exp: [
    [-inf, 0],
    [inf, inf],
    [0, 1],
    [-0, 1],
    [1000, inf],
    [-1000, 0],
  ],
  log: [
    [0, -inf],
    [-0, -inf],
    [1, 0],
    [-1, Number.NaN],
    [-inf, Number.NaN],
    [inf, inf],
  ],
  tanh: [
    [-inf, -1],
    [inf, 1],
    [0, 0],
    [-0, -0],
    [50, 1],
    [-50, -1],
  ],
  sigmoid: [
    [-inf, 0],
    [inf, 1],
    [0, 0.5],
    [-1000, 0],
    [1000, 1],
  ],
  erf: [
    [-inf, -1],
    [inf, 1],
    [0, 0],
    [-0, -0],
    [7, 1],
    [-7, -1],
  ],
  sin: [
    [-inf, Number.NaN],
    [inf, Number.NaN],
    [0, 0],
    [-0, -0],
  ],
  cos: [
    [-inf, Number.NaN],
    [inf, Number.NaN],
    [0, 1],
    [-0, 1],
  ],
}
const builds = bestBuild() === 'relaxed' ? (['plain', 'relaxed'] as const) : (['plain'] as const)
const cases = builds.flatMap((build) => (['float32', 'float64'] as const).map((dtype) => [build, dtype] as const))

describe.each(cases)('of the %s build in %s', (build, dtype) => {
  const f = evaluate(build, dtype)
  test.each(names)('%s has its special values exactly', (name) => {
    const pairs = [...specials[name], [Number.NaN, Number.NaN] as const]
    expect([
      ...f(
        name,
        pairs.map(([x]) => x),
      ),
    ]).toEqual(pairs.map(([, y]) => y))
  })
})

describe.each(builds)('float64 functions of the %s build', (build) => {
  const f = evaluate(build, 'float64')
  // musl's functions are within a unit and so are V8's, except that both tanh go through expm1; erf adds a series and an exponential.
  const bounds64: Readonly<Record<Name, number>> = { exp: 2, log: 2, tanh: 3, sigmoid: 4, erf: 8, sin: 2, cos: 2 }
  test.each(names)('%s agrees with the reference backend', async (name) => {
    const numbers = fc.array(fc.oneof(fc.double({ min: name === 'log' ? 0 : -30, max: 30, noNaN: true }), fc.double({ min: -6, max: 6 })), {
      minLength: 1,
      maxLength: 300,
    })
    await fc.assert(
      fc.asyncProperty(numbers, async (xs) => {
        const [found, values] = [f(name, xs), await truth(name, xs)]
        xs.forEach((x, k) =>
          expect(units(found[k] as number, values[k] as number, 52, -1022), `${name}(${x})`).toBeLessThanOrEqual(bounds64[name]),
        )
      }),
      { numRuns: 30 },
    )
  })
})

// numpy's and glibc's test vectors: arguments and correctly rounded results as bits, with a tolerance in units in the last place.
describe.each(cases)('published vectors of the %s build in %s', (build, dtype) => {
  const f = evaluate(build, dtype)
  const bits = new DataView(new ArrayBuffer(8))
  const parse = (hex: string): number => {
    if (dtype === 'float32') bits.setUint32(0, Number(hex))
    else bits.setBigUint64(0, BigInt(hex))
    return dtype === 'float32' ? bits.getFloat32(0) : bits.getFloat64(0)
  }
  for (const name of ['exp', 'log', 'sin', 'cos', 'tanh'] as const) {
    const file = `umath/${name}.csv.gz`
    const path = fileURLToPath(new URL(`../../../../shared/reference/${file}`, import.meta.url))
    test.skipIf(!existsSync(path))(`${name} (needs ../shared/reference/${file})`, () => {
      const rows = gunzipSync(readFileSync(path))
        .toString('utf8')
        .split(/\r?\n/)
        .map((line) => line.split(','))
        .filter(([type]) => type === `np.${dtype}`)
      expect(rows.length).toBeGreaterThan(100)
      const [xs, ys] = [1, 2].map((k) => rows.map((row) => parse(row[k] as string))) as [number[], number[]]
      const found = f(name, xs)
      const apart = xs.map((_, k) =>
        units(found[k] as number, ys[k] as number, dtype === 'float32' ? 23 : 52, dtype === 'float32' ? -126 : -1022),
      )
      const wrong = apart.flatMap((distance, k) =>
        distance <= Math.min(2, Number(rows[k]?.[3])) ? [] : [{ x: xs[k], y: ys[k], found: found[k], distance }],
      )
      expect(wrong).toEqual([])
    })
  }
})
