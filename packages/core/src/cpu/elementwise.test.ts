import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { untyped } from '../backend/backend.js'
import { expectTensor } from '../testing/expect-tensor.js'
import { broadcastable, inLayout, type Laid, laid, laidAny, zip } from '../testing/host-tensor.js'
import { hasReference, needs, referenceLines } from '../testing/reference-files.js'
import { cpu } from './cpu.js'
import { erf } from './erf.js'

const B = cpu()
const P = untyped(B)
const put = (x: Laid) => inLayout(B, x, x.layout)

const unary = {
  neg: (x: number) => -x,
  abs: (x: number) => (x < 0 ? -x : x === 0 ? 0 : x),
  exp: Math.exp,
  log: Math.log,
  sqrt: Math.sqrt,
  square: (x: number) => x * x,
  sin: Math.sin,
  cos: Math.cos,
  tanh: Math.tanh,
  sigmoid: (x: number) => (x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x))),
  erf,
} as const

const nanOr = (choose: (a: number, b: number) => number) => (a: number, b: number) =>
  Number.isNaN(a) || Number.isNaN(b) ? Number.NaN : choose(a, b)
const positive = (x: number): boolean => Object.is(x, 0)

const binary = {
  add: (a: number, b: number) => a + b,
  sub: (a: number, b: number) => a - b,
  mul: (a: number, b: number) => a * b,
  div: (a: number, b: number) => a / b,
  maximum: nanOr((a, b) => (a > b || (a === b && positive(a)) ? a : b)),
  minimum: nanOr((a, b) => (a < b || (a === b && !positive(a)) ? a : b)),
  greater: (a: number, b: number) => (a > b ? 1 : 0),
  equal: (a: number, b: number) => (a === b ? 1 : 0),
} as const

describe('elementwise operations of the cpu backend', () => {
  test.each(Object.keys(unary) as (keyof typeof unary)[])('%s, on any shape, layout and number', async (name) => {
    await fc.assert(
      fc.asyncProperty(laidAny(), async (x) => {
        await expectTensor(B, P[name](put(x)), zip(unary[name], x))
      }),
    )
  })

  test.each(Object.keys(binary) as (keyof typeof binary)[])('%s, broadcasting', async (name) => {
    const pairs = broadcastable(2).chain(([a, b]) => fc.tuple(laid(a as number[]), laid(b as number[])))
    await fc.assert(
      fc.asyncProperty(pairs, async ([a, b]) => {
        await expectTensor(B, P[name](put(a), put(b)), zip(binary[name], a, b))
      }),
    )
  })

  test.each(Object.keys(binary) as (keyof typeof binary)[])('%s, with a number on either side or both', async (name) => {
    await fc.assert(
      fc.asyncProperty(laidAny(), fc.double(), async (x, number) => {
        const scalar = { shape: [], data: [number] }
        await expectTensor(B, P[name](put(x), number), zip(binary[name], x, scalar))
        await expectTensor(B, P[name](number, put(x)), zip(binary[name], scalar, x))
        await expectTensor(B, P[name](number, 2), zip(binary[name], scalar, { shape: [], data: [2] }))
      }),
      { numRuns: 40 },
    )
  })

  test('where, broadcasting, whatever is not chosen', async () => {
    const choose = (c: number, a: number, b: number): number => (c !== 0 ? a : b)
    const flags = fc.constantFrom(0, -0, 1, -3, Number.NaN)
    const triples = broadcastable(3).chain(([c, a, b]) => fc.tuple(laid(c as number[], flags), laid(a as number[]), laid(b as number[])))
    await fc.assert(
      fc.asyncProperty(triples, fc.double(), async ([c, a, b], number) => {
        const scalar = { shape: [], data: [number] }
        await expectTensor(B, P.where(put(c), put(a), put(b)), zip(choose, c, a, b))
        await expectTensor(B, P.where(put(c), number, put(b)), zip(choose, c, scalar, b))
        await expectTensor(B, P.where(put(c), put(a), number), zip(choose, c, a, scalar))
      }),
    )
  })

  test('shapes that do not broadcast are refused by name', () => {
    const [a, b] = [P.full([3, 2], 1), P.full([4], 1)]
    for (const name of Object.keys(binary) as (keyof typeof binary)[])
      expect(() => P[name](a, b)).toThrow(
        expect.objectContaining({ _tag: 'ShapeMismatch', where: name, what: expect.stringContaining('[3, 2]') as unknown }),
      )
    expect(() => P.where(a, b, 1)).toThrow(expect.objectContaining({ _tag: 'ShapeMismatch', where: 'where' }))
  })

  test('operations leave their operands alone', async () => {
    await fc.assert(
      fc.asyncProperty(laidAny(), async (x) => {
        const tensor = put(x)
        for (const name of Object.keys(unary) as (keyof typeof unary)[]) P[name](tensor)
        for (const name of Object.keys(binary) as (keyof typeof binary)[]) P[name](tensor, tensor)
        await expectTensor(B, tensor, x)
      }),
      { numRuns: 20 },
    )
  })
})

// The numpy/glibc test vectors: inputs and correctly rounded outputs as bits, with a tolerance in units in the last place.
describe('elementary functions against published vectors', () => {
  const bits = new DataView(new ArrayBuffer(8))
  const parse = (type: string, hex: string): number => {
    if (type === 'np.float32') {
      bits.setUint32(0, Number(hex))
      return bits.getFloat32(0)
    }
    bits.setBigUint64(0, BigInt(hex))
    return bits.getFloat64(0)
  }
  /** Whole numbers in the order of the floats, neighbours one apart. */
  const ordinal = (type: string, value: number): bigint => {
    if (type === 'np.float32') {
      bits.setFloat32(0, value)
      const word = BigInt(bits.getInt32(0))
      return word < 0n ? -(word & 0x7fffffffn) : word
    }
    bits.setFloat64(0, value)
    const word = bits.getBigInt64(0)
    return word < 0n ? -(word & 0x7fffffffffffffffn) : word
  }

  for (const name of ['exp', 'log', 'sin', 'cos', 'tanh'] as const) {
    const file = `umath/${name}.csv.gz`
    test.skipIf(!hasReference(file))(`${name} ${needs(file)}`, async () => {
      const cases = referenceLines(file)
        .map((line) => line.split(','))
        .filter(([type, input, output]) => /^np\.float(32|64)$/.test(type ?? '') && input !== undefined && output !== undefined)
        .map(([type, input, output, units]) => ({
          type: type as string,
          x: parse(type as string, input as string),
          y: parse(type as string, output as string),
          units: Number(units),
        }))
      expect(cases.length).toBeGreaterThan(100)
      const results = await B.read(
        B[name](
          B.tensor(
            cases.map(({ x }) => x),
            [cases.length],
          ),
        ),
      )
      const wrong = cases.flatMap(({ type, x, y, units }, k) => {
        const result = type === 'np.float32' ? Math.fround(results[k] as number) : (results[k] as number)
        if (Number.isNaN(y) || Number.isNaN(result)) return Number.isNaN(y) && Number.isNaN(result) ? [] : [{ type, x, y, result }]
        const apart = ordinal(type, result) - ordinal(type, y)
        return (apart < 0n ? -apart : apart) <= BigInt(units) ? [] : [{ type, x, y, result }]
      })
      expect(wrong).toEqual([])
    })
  }
})
