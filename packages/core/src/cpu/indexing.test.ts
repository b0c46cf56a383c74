import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { untyped } from '../backend/backend.js'
import { sizeOf } from '../backend/shape.js'
import { key } from '../random/key.js'
import { normalArray } from '../random/normal.js'
import { expectClose, expectTensor } from '../testing/expect-tensor.js'
import { at, broadcastable, build, inLayout, type Laid, laid, laidAny, ordinaryNumbers, shapesOf } from '../testing/host-tensor.js'
import { cpu } from './cpu.js'

const B = cpu()
const P = untyped(B)
const put = (x: Laid) => inLayout(B, x, x.layout)
const invalid = (where: string) => expect.objectContaining({ _tag: 'InvalidArgument', where })
const mismatch = (where: string) => expect.objectContaining({ _tag: 'ShapeMismatch', where })

describe('making and reading', () => {
  test('numbers go in and come out, copied both ways', async () => {
    await fc.assert(fc.asyncProperty(laidAny(), async (x) => expectTensor(B, put(x), x)))
    const numbers = Float64Array.of(1, 2)
    const tensor = B.tensor(numbers, [2])
    numbers[0] = 9
    const out = await B.read(tensor)
    out[1] = 9
    await expectTensor(B, tensor, { shape: [2], data: [1, 2] })
  })

  test('full, and what does not fit', async () => {
    await fc.assert(
      fc.asyncProperty(shapesOf(), fc.double(), async (shape, value) =>
        expectTensor(
          B,
          P.full(shape, value),
          build(shape, () => value),
        ),
      ),
    )
    expect(() => P.tensor([1, 2, 3], [2, 2])).toThrow(mismatch('tensor'))
    expect(() => P.tensor([1, 2], [-1, -2])).toThrow(invalid('tensor'))
    for (const bad of [-1, 0.5, Number.NaN]) expect(() => P.full([2, bad], 1)).toThrow(invalid('full'))
  })

  test('knows its own tensors', () => {
    expect([P.full([], 0), P.full([2, 2], 0), P.full([0], 0), P.transpose(P.full([2, 3], 0))].every(B.isTensor)).toBe(true)
    expect([1, null, undefined, [1], new Float64Array(2), { data: [], shape: [] }].some(B.isTensor)).toBe(false)
  })

  test('float32 rounds what it stores', async () => {
    const F = cpu({ dtype: 'float32' })
    expect([F.dtype, F.name, B.dtype, B.name]).toEqual(['float32', 'cpu(float32)', 'float64', 'cpu'])
    expect([...(await F.read(F.add(F.tensor([0.1], [1]), 0.2)))]).toEqual([Math.fround(Math.fround(0.1) + Math.fround(0.2))])
  })
})

describe('shape operations', () => {
  test('transpose reverses the axes', async () => {
    await fc.assert(
      fc.asyncProperty(laidAny(), async (x) => {
        await expectTensor(
          B,
          P.transpose(put(x)),
          build([...x.shape].reverse(), (index) => at(x, [...index].reverse())),
        )
        await expectTensor(B, P.transpose(P.transpose(put(x))), x)
      }),
    )
  })

  test('reshape keeps the row-major order', async () => {
    const pairs = laidAny().chain((x) =>
      fc.tuple(fc.constant(x), fc.constantFrom([sizeOf(x.shape)], [1, ...x.shape], [...x.shape].reverse(), [...x.shape, 1])),
    )
    await fc.assert(fc.asyncProperty(pairs, async ([x, shape]) => expectTensor(B, P.reshape(put(x), shape), { shape, data: x.data })))
    expect(() => P.reshape(P.full([2, 3], 0), [4])).toThrow(mismatch('reshape'))
    expect(() => P.reshape(P.full([2, 3], 0), [-2, -3])).toThrow(invalid('reshape'))
  })

  test('broadcastTo repeats axes of size 1 and adds axes in front', async () => {
    const pairs = broadcastable(2).chain(([a, b]) => fc.tuple(laid(a as number[]), fc.constant(b as number[])))
    await fc.assert(
      fc.asyncProperty(pairs, async ([x, other]) => {
        const target = [...other.slice(0, Math.max(0, other.length - x.shape.length)), ...x.shape.map((size) => (size === 1 ? 3 : size))]
        await expectTensor(
          B,
          P.broadcastTo(put(x), target),
          build(target, (index) => at(x, index)),
        )
      }),
    )
    expect(() => P.broadcastTo(P.full([3], 0), [2])).toThrow(mismatch('broadcastTo'))
    expect(() => P.broadcastTo(P.full([2, 3], 0), [3])).toThrow(mismatch('broadcastTo'))
    expect(() => P.broadcastTo(P.full([3], 0), [1])).toThrow(mismatch('broadcastTo'))
  })

  test('slice takes a range along an axis', async () => {
    const cases = shapesOf({ min: 1 }).chain((shape) =>
      fc.tuple(laid(shape), fc.nat(shape.length - 1), fc.boolean()).chain(([x, axis, negative]) => {
        const size = shape[axis] as number
        return fc.tuple(fc.constant(x), fc.constant(axis), fc.constant(negative ? axis - shape.length : axis), fc.nat(size), fc.nat(size))
      }),
    )
    await fc.assert(
      fc.asyncProperty(cases, async ([x, axis, given, a, b]) => {
        const [from, to] = [Math.min(a, b), Math.max(a, b)]
        const shape = x.shape.map((size, k) => (k === axis ? to - from : size))
        const whole = build(x.shape, (index) => at(x, index))
        const expected = build(shape, (index) =>
          at(
            { shape: whole.shape, data: whole.data },
            index.map((i, k) => (k === axis ? i + from : i)),
          ),
        )
        await expectTensor(B, P.slice(put(x), given, from, to), expected)
      }),
    )
    const x = P.full([2, 3], 0)
    for (const [from, to] of [
      [0, 4],
      [-1, 2],
      [2, 1],
      [0.5, 2],
    ] as const)
      expect(() => P.slice(x, 1, from, to)).toThrow(invalid('slice'))
    expect(() => P.slice(x, 2, 0, 1)).toThrow(invalid('slice'))
  })

  test('concat joins along an axis, and slicing gives the parts back', async () => {
    const cases = shapesOf({ min: 1 }).chain((shape) =>
      fc.nat(shape.length - 1).chain((axis) =>
        fc.tuple(
          fc.constant(axis),
          fc.array(
            fc.nat(3).chain((size) => laid(shape.map((each, k) => (k === axis ? size : each)))),
            { minLength: 1, maxLength: 4 },
          ),
        ),
      ),
    )
    await fc.assert(
      fc.asyncProperty(cases, async ([axis, parts]) => {
        const joined = P.concat(parts.map(put), axis)
        let start = 0
        for (const part of parts) {
          const size = part.shape[axis] as number
          await expectTensor(B, P.slice(joined, axis, start, start + size), part)
          start += size
        }
        expect(P.shape(joined)[axis]).toBe(start)
        expect(P.shape(P.concat(parts.map(put), axis - (parts[0] as Laid).shape.length))).toEqual(P.shape(joined))
      }),
    )
    expect(() => P.concat([], 0)).toThrow(invalid('concat'))
    expect(() => P.concat([P.full([2, 3], 0), P.full([2, 4], 0)], 0)).toThrow(mismatch('concat'))
    expect(() => P.concat([P.full([2, 3], 0), P.full([2], 0)], 0)).toThrow(mismatch('concat'))
    expect(() => P.concat([P.full([], 0)], 0)).toThrow(invalid('concat'))
  })
})

describe('rows', () => {
  const withIndices = (numbers?: fc.Arbitrary<number>) =>
    shapesOf({ min: 1 })
      .filter((shape) => shape[0] !== 0)
      .chain((shape) => fc.tuple(laid(shape, numbers), fc.array(fc.nat((shape[0] as number) - 1), { maxLength: 6 })))

  test('takeRows takes rows by number, repeats allowed', async () => {
    await fc.assert(
      fc.asyncProperty(withIndices(), async ([x, indices]) => {
        const expected = build([indices.length, ...x.shape.slice(1)], ([k, ...rest]) => {
          const row = x.shape[0] === 1 ? 0 : (indices[k as number] as number)
          return at(x, [row, ...rest])
        })
        await expectTensor(B, P.takeRows(put(x), indices), expected)
      }),
    )
  })

  test('scatterRows is its adjoint: ⟨takeRows x, y⟩ = ⟨x, scatterRows y⟩', async () => {
    const cases = withIndices(ordinaryNumbers).chain(([x, indices]) =>
      fc.tuple(fc.constant(x), fc.constant(indices), laid([indices.length, ...x.shape.slice(1)], ordinaryNumbers)),
    )
    await fc.assert(
      fc.asyncProperty(cases, async ([x, indices, y]) => {
        const back = P.scatterRows(put(y), indices, x.shape[0] as number)
        expect(P.shape(back)).toEqual(x.shape)
        const left = await P.read(P.sum(P.mul(P.takeRows(put(x), indices), put(y))))
        // At most 6 · 9 products below 100: rounding below 54 · 5400 · 1.1e-16.
        await expectClose(B, P.sum(P.mul(put(x), back)), { shape: [], data: [...left] }, 4e-11)
      }),
    )
  })

  test('scatterRows of a vector adds up what falls on one row', async () => {
    await expectTensor(B, P.scatterRows(P.tensor([1, 10, 100], [3]), [2, 0, 2], 4), { shape: [4], data: [10, 0, 101, 0] })
  })

  test('what is not there is refused', () => {
    const x = P.full([3, 2], 1)
    for (const i of [3, -1, 0.5, Number.NaN]) {
      expect(() => P.takeRows(x, [i])).toThrow(invalid('takeRows'))
      expect(() => P.scatterRows(P.full([1, 2], 1), [i], 3)).toThrow(invalid('scatterRows'))
    }
    expect(() => P.takeRows(P.full([], 1), [0])).toThrow(mismatch('takeRows'))
    expect(() => P.scatterRows(x, [0], 3)).toThrow(mismatch('scatterRows'))
  })
})

describe('normal', () => {
  test('element e is number first + e of the stream, whatever the shape', async () => {
    await fc.assert(
      fc.asyncProperty(shapesOf(), fc.maxSafeNat(), fc.nat(1000), async (shape, seed, first) => {
        await expectTensor(B, P.normal(key(seed), shape, first), { shape, data: [...normalArray(key(seed), sizeOf(shape), first)] })
      }),
      { numRuns: 30 },
    )
    await expectTensor(B, B.normal(key(1), [3]), { shape: [3], data: [...normalArray(key(1), 3)] })
  })
})
