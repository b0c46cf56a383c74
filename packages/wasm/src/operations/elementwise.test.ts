import { broadcastShapes, type Shape, sizeOf } from '@tweedie/core'
import { evenly, specialNumbers } from '@tweedie/testing'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { bestBuild } from '../machine/load.js'
import { makeMachine } from '../machine/machine.js'
import { wasmMemory } from '../memory/memory.js'
import { elementwise } from './elementwise.js'

interface Host {
  readonly shape: Shape
  readonly data: readonly number[]
  /** Whether it is put there as the transpose of its transpose. */
  readonly turned?: boolean
}

const entries = fc.oneof({ weight: 3, arbitrary: evenly(-10, 10) }, { weight: 1, arbitrary: fc.constantFrom(...specialNumbers) })
const flags = fc.constantFrom(0, -0, 1, -3, Number.NaN)
const hosts = (shape: Shape, numbers = entries): fc.Arbitrary<Host> =>
  fc.record({
    shape: fc.constant(shape),
    data: fc.array(numbers, { minLength: sizeOf(shape), maxLength: sizeOf(shape) }),
    turned: fc.boolean(),
  })
// Sizes below, at and above the lanes of a vector and the 16 columns from which rows are taken one by one, and none.
const sizes = fc.oneof({ weight: 6, arbitrary: fc.constantFrom(1, 2, 3, 4, 5) }, { weight: 1, arbitrary: fc.constantFrom(0, 16, 21) })
const shapesUpTo = (rank: number): fc.Arbitrary<number[]> => fc.array(sizes, { maxLength: rank }).filter((shape) => sizeOf(shape) < 2000)
/** Shapes that broadcast together: each is the end of one shape with some sizes made 1. */
const broadcastable = (count: number): fc.Arbitrary<number[][]> =>
  shapesUpTo(4).chain((shape) =>
    fc.array(
      fc
        .tuple(fc.nat(shape.length), fc.array(fc.boolean(), { minLength: shape.length, maxLength: shape.length }))
        .map(([drop, ones]) => shape.map((size, k) => (ones[k] ? 1 : size)).slice(drop)),
      { minLength: count, maxLength: count },
    ),
  )

const same = (a: number, b: number): boolean => a === b || (Number.isNaN(a) && Number.isNaN(b))
const choose = (c: number, a: number, b: number): number => (c !== 0 ? a : b)
const unary = { neg: (x: number) => -x, abs: Math.abs, sqrt: Math.sqrt, square: (x: number) => x * x } as const
const binary = {
  add: (a: number, b: number) => a + b,
  sub: (a: number, b: number) => a - b,
  mul: (a: number, b: number) => a * b,
  div: (a: number, b: number) => a / b,
  maximum: Math.max,
  minimum: Math.min,
  greater: (a: number, b: number) => (a > b ? 1 : 0),
  equal: (a: number, b: number) => (a === b ? 1 : 0),
} as const
const unaryNames = Object.keys(unary) as (keyof typeof unary)[]
const binaryNames = Object.keys(binary) as (keyof typeof binary)[]
const builds = bestBuild() === 'relaxed' ? (['plain', 'relaxed'] as const) : (['plain'] as const)
const cases = builds.flatMap((build) => (['float32', 'float64'] as const).map((dtype) => [build, dtype] as const))

describe.each(cases)('elementwise operations of the %s build in %s', (build, dtype) => {
  const machine = makeMachine({ build, threads: 1 })
  const memory = wasmMemory(machine, dtype)
  const P = elementwise(memory)
  const round = dtype === 'float32' ? Math.fround : (x: number) => x

  const put = ({ shape, data, turned = false }: Host) => {
    const [rows, columns] = shape as [number, number]
    if (!turned || shape.length !== 2) {
      const out = memory.make(shape)
      memory.numbers(out).set(data)
      return out
    }
    const transposed = memory.make([columns, rows])
    memory.numbers(transposed).set(data.map((_, k) => data[(k % rows) * columns + Math.floor(k / rows)] as number))
    return memory.transposedView(transposed)
  }
  /** f over broadcast operands in float64, from numbers and to results that are rounded: for one operation that is the operation in float32. */
  const zip = (f: (...values: number[]) => number, ...operands: readonly Host[]): Host => {
    const shape = operands.reduceRight<Shape>((all, x) => broadcastShapes('reference', x.shape, all), [])
    const strides = operands.map(({ shape: own }) =>
      shape.map((_, axis) => {
        const at = axis - shape.length + own.length
        return at < 0 || own[at] === 1 ? 0 : sizeOf(own.slice(at + 1))
      }),
    )
    const index = shape.map(() => 0)
    const places = operands.map(() => 0)
    const values = operands.map(() => 0)
    const data: number[] = []
    for (let k = sizeOf(shape); k > 0; k--) {
      for (let n = 0; n < operands.length; n++) values[n] = round((operands[n] as Host).data[places[n] as number] as number)
      data.push(round(f(...values)))
      for (let axis = shape.length - 1; axis >= 0; axis--) {
        const wraps = ++index[axis]! === shape[axis]
        const steps = wraps ? 1 - (shape[axis] as number) : 1
        for (let n = 0; n < operands.length; n++) places[n]! += steps * (strides[n]![axis] as number)
        if (!wraps) break
        index[axis] = 0
      }
    }
    return { shape, data }
  }
  /** The very same numbers and shape; the sign of a zero that the array API leaves open is not looked at. */
  const expectSame = (actual: ReturnType<typeof put>, expected: Host, signs = true): void => {
    expect(actual.shape).toEqual(expected.shape)
    const numbers = memory.numbers(actual)
    expect(numbers.length).toBe(expected.data.length)
    expected.data.forEach((value, k) => {
      const found = numbers[k] as number
      if (!(signs ? Object.is(found, value) : same(found, value))) expect(found, `element ${k}`).toBe(value)
    })
  }
  /** Whatever a body makes is freed, and it makes nothing but its result outside of scopes. */
  const check = (body: () => void): void => memory.scope(body)

  test.each(unaryNames)('%s, exactly, on any shape', (name) => {
    fc.assert(
      fc.property(shapesUpTo(4).chain(hosts), (x) => check(() => expectSame(P[name](put(x)), zip(unary[name], x)))),
      { numRuns: 50 },
    )
  })

  test.each(binaryNames)('%s, exactly, broadcasting', (name) => {
    const pairs = broadcastable(2).chain(([a, b]) => fc.tuple(hosts(a as number[]), hosts(b as number[])))
    const signs = name !== 'maximum' && name !== 'minimum'
    fc.assert(
      fc.property(pairs, entries, ([a, b], number) =>
        check(() => {
          const scalar = { shape: [], data: [number] }
          const [left, right] = [put(a), put(b)]
          const live = memory.liveTensors()
          expectSame(P[name](left, right), zip(binary[name], a, b), signs)
          expectSame(P[name](left, number), zip(binary[name], a, scalar), signs)
          expectSame(P[name](number, right), zip(binary[name], scalar, b), signs)
          expectSame(P[name](number, 2), zip(binary[name], scalar, { shape: [], data: [2] }), signs)
          expect(memory.liveTensors()).toBe(live + 4)
          expectSame(
            left,
            zip((x) => x as number, a),
          )
          expectSame(
            right,
            zip((x) => x as number, b),
          )
        }),
      ),
      { numRuns: 100 },
    )
  })

  test('where, broadcasting, whatever is not chosen', () => {
    const triples = broadcastable(3).chain(([c, a, b]) => fc.tuple(hosts(c as number[], flags), hosts(a as number[]), hosts(b as number[])))
    fc.assert(
      fc.property(triples, entries, ([c, a, b], number) =>
        check(() => {
          const scalar = { shape: [], data: [number] }
          expectSame(P.where(put(c), put(a), put(b)), zip(choose as never, c, a, b))
          expectSame(P.where(put(c), number, put(b)), zip(choose as never, c, scalar, b))
          expectSame(P.where(put(c), put(a), number), zip(choose as never, c, a, scalar))
          expectSame(P.where(put(c), number, 3), zip(choose as never, c, scalar, { shape: [], data: [3] }))
        }),
      ),
      { numRuns: 200 },
    )
  })

  // Beyond 65536 numbers a result is cut into chunks; beyond 480 of few columns it is made of blocks.
  test.each([
    [[70_001], [70_001]],
    [[700, 101], [101]],
    [
      [700, 101],
      [700, 1],
    ],
    [[24_001, 3], [3]],
    [
      [24_001, 3],
      [24_001, 1],
    ],
    [
      [1, 3],
      [24_001, 1],
    ],
    [[35_001, 2], [1]],
    [
      [41, 1, 43],
      [1, 42, 1],
    ],
  ])('of %j and %j, large', (a, b) => {
    const ramp = (shape: Shape, from: number): Host => ({
      shape,
      data: Array.from({ length: sizeOf(shape) }, (_, k) => from + ((k * 31) % 997) - 300),
    })
    const [x, y] = [ramp(a, 0), ramp(b, 5)]
    check(() => {
      expectSame(P.sub(put(x), put(y)), zip(binary.sub, x, y))
      expectSame(P.where(put(x), 0.3, put(y)), zip(choose as never, x, { shape: [], data: [0.3] }, y))
      if (sizeOf(a) > 65536) expectSame(P.sqrt(put(x)), zip(unary.sqrt, x))
    })
  })

  test('shapes that do not broadcast are refused by name, and tensors that are not there', () => {
    check(() => {
      const [a, b] = [put({ shape: [3, 2], data: [1, 2, 3, 4, 5, 6] }), put({ shape: [4], data: [1, 2, 3, 4] })]
      for (const name of binaryNames)
        expect(() => P[name](a, b)).toThrow(
          expect.objectContaining({ _tag: 'ShapeMismatch', where: name, what: expect.stringContaining('[3, 2]') as unknown }),
        )
      expect(() => P.where(a, b, 1)).toThrow(expect.objectContaining({ _tag: 'ShapeMismatch', where: 'where' }))
      memory.free(b)
      for (const f of [() => P.exp(b), () => P.add(b, 1), () => P.where(b, b, 1)])
        expect(f).toThrow(expect.objectContaining({ _tag: 'InvalidArgument' }))
    })
  })
})

test('any number of threads gives the same bytes', async () => {
  const machines = [1, 3].map((threads) => makeMachine({ build: 'plain', threads }))
  const [alone, crew] = machines.map((machine) => {
    const memory = wasmMemory(machine, 'float32')
    const P = elementwise(memory)
    return (): Buffer[] =>
      memory.scope(() => {
        const [x, column] = [memory.make([50_001, 3]), memory.make([50_001, 1])]
        for (const tensor of [x, column]) memory.numbers(tensor).forEach((_, k, all) => (all[k] = ((k * 7919) % 1009) / 100 - 5))
        const results = [P.erf(x), P.sub(x, column), P.where(P.greater(x, 1), P.sin(x), 0.1), P.div(2, x), P.add(x, 0.5)]
        return results.map((result) => {
          const numbers = memory.numbers(result)
          return Buffer.from(new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength))
        })
      })
  }) as [() => Buffer[], () => Buffer[]]
  try {
    const expected = alone()
    // A round is worth more than a millisecond of one thread, and workers are started after five.
    for (let round = 0; round < 10; round++) {
      crew().forEach((found, k) => expect(Buffer.compare(found, expected[k] as Buffer)).toBe(0))
      await new Promise((resolve) => setTimeout(resolve, round === 6 ? 150 : 0))
    }
  } finally {
    await machines[1]?.dispose()
  }
})
