import { type Backend, key, type Operations, operationRows, untyped } from '@tweedie/core'
import { cpu } from '@tweedie/core/cpu'
import { describe, expect, test } from 'vitest'
import type { WasmBackend, WasmTensor } from './index.js'
import { wasm } from './index.js'

describe('a backend says what it is', () => {
  test('name, type, build, threads, and what tensors hold', () => {
    const B = wasm({ build: 'plain', threads: 1 })
    expect(B).toMatchObject({ name: 'wasm', dtype: 'float32' })
    expect(wasm({ dtype: 'float64' })).toMatchObject({ name: 'wasm(float64)', dtype: 'float64' })
    const x = B.full([100, 3], 1)
    expect(B.describe()).toMatchObject({ dtype: 'float32', build: 'plain', threads: 1, memoryBytes: 1200 })
    expect(B.describe().reservedBytes).toBeGreaterThan(1200)
    B.free(x)
    expect(B.describe().memoryBytes).toBe(0)
  })

  test('what cannot be made is refused', () => {
    const refused = expect.objectContaining({ _tag: 'InvalidArgument', where: 'wasm' }) as Error
    expect(() => wasm({ threads: 0 })).toThrow(refused)
    expect(() => wasm({ dtype: 'float16' as 'float32' })).toThrow(refused)
  })

  test('after dispose it goes on with one thread', async () => {
    const B = wasm({ threads: 2 })
    const x = B.normal(key(1), [300, 300])
    const before = await B.read(B.matMul(x, x))
    await B.dispose()
    const after = await B.read(B.matMul(x, x))
    expect(after.every((value, k) => value === before[k])).toBe(true)
    expect(B.describe().threads).toBe(1)
  })
})

describe('numbers go in and out', () => {
  test.each(['float32', 'float64'] as const)('rounded to the nearest, from arrays of any type, in %s', async (dtype) => {
    const B = wasm({ dtype })
    const numbers = [0.1, -0, Number.NaN, Number.NEGATIVE_INFINITY, 1e300, 1e-300, 5e-324]
    const wanted = Float64Array.from(dtype === 'float32' ? Float32Array.from(numbers) : numbers)
    for (const data of [numbers, Float64Array.from(numbers), { ...numbers, length: 7 }])
      expect(B.readNow?.(B.tensor(data, [7]))).toEqual(wanted)
    expect(await B.read(B.tensor(Int8Array.of(1, -2), [2]))).toEqual(Float64Array.of(1, -2))
  })

  test('a tensor keeps the numbers and the shape that it was given', () => {
    const B = wasm()
    const [data, shape] = [Float32Array.of(1, 2), [1, 2]]
    const x = untyped(B).tensor(data, shape)
    data.fill(0)
    shape[0] = 7
    expect([x.shape, B.readNow?.(x as never)]).toEqual([[1, 2], Float64Array.of(1, 2)])
  })

  test.each(['float32', 'float64'] as const)('allFinite finds what is not, wherever it stands, in %s', (dtype) => {
    const B = wasm({ dtype })
    for (const count of [0, 1, 3, 4, 9, 64]) {
      expect(B.allFinite?.(B.full([count], -1e30))).toBe(true)
      for (let k = 0; k < count; k++)
        for (const value of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY])
          expect(
            B.allFinite?.(
              B.tensor(
                Array.from({ length: count }, (_, j) => (j === k ? value : 1)),
                [count],
              ),
            ),
          ).toBe(false)
    }
  })
})

const bytesOf = (P: unknown): number => (P as WasmBackend).describe().memoryBytes

type Call = (P: Operations<WasmTensor>, x: WasmTensor, y: WasmTensor) => unknown

const level = { alpha: 1, sigma: 1 }
const adam = { rate: 0.1, beta1: 0.9, beta2: 0.9, epsilon: 1e-8, step: 1 }

/** A call of every operation that takes tensors, on matrices [2, 2]: x is what is wrong. */
const calls: Readonly<Record<string, Call>> = {
  reshape: (P, x) => P.reshape(x, [4]),
  transpose: (P, x) => P.transpose(x),
  broadcastTo: (P, x) => P.broadcastTo(x, [3, 2, 2]),
  slice: (P, x) => [P.slice(x, 0, 0, 1), P.slice(x, 1, 0, 1)],
  concat: (P, x, y) => P.concat([y, x], 1),
  takeRows: (P, x) => P.takeRows(x, [0]),
  scatterRows: (P, x) => P.scatterRows(x, [0, 1], 3),
  where: (P, x, y) => P.where(y, x, 0),
  affine: (P, x, y) => P.affine(y, y, P.reshape(x, [4, 1]), 'tanh'),
  activate: (P, x) => P.activate(x, 'gelu'),
  activationGradient: (P, x, y) => P.activationGradient(y, x, 'tanh'),
  adamUpdate: (P, x, y) => P.adamUpdate({ parameter: y, first: y, second: x }, y, adam),
  squaredDistances: (P, x, y) => P.squaredDistances(y, x),
  logSumExp: (P, x) => P.logSumExp(x, 1),
  softmaxExpectation: (P, x, y) => P.softmaxExpectation(y, x),
  posteriorMean: (P, x, y) => P.posteriorMean(y, { points: x }, level),
  posteriorMoments: (P, x, y) => P.posteriorMoments(x, { points: y }, level),
  matMul: (P, x, y) => P.matMul(y, x),
  ...Object.fromEntries((['sum', 'max', 'min'] as const).map((name) => [name, (P, x) => P[name](x, 0)] as const satisfies [string, Call])),
  ...Object.fromEntries(
    (['neg', 'abs', 'exp', 'log', 'sqrt', 'square', 'sin', 'cos', 'tanh', 'sigmoid', 'erf'] as const).map((name): [string, Call] => [
      name,
      (P, x) => P[name](x),
    ]),
  ),
  ...Object.fromEntries(
    (['add', 'sub', 'mul', 'div', 'maximum', 'minimum', 'greater', 'equal'] as const).map((name): [string, Call] => [
      name,
      (P, x, y) => P[name](y, x),
    ]),
  ),
}

describe('a tensor that cannot be used', () => {
  test('every operation that takes tensors is tried', () => {
    const takes = operationRows().map(([name]) => name)
    expect(Object.keys(calls).sort()).toEqual(takes.filter((name) => !['tensor', 'full', 'normal'].includes(name)).sort())
  })

  const other = untyped(cpu()).full([2, 2], 1) as unknown as WasmTensor
  const P = untyped(wasm({ threads: 1 }))
  const y = P.full([2, 2], 1)
  test.each(Object.entries(calls))('is refused by %s, which leaves nothing behind', (_, call) => {
    const freed = P.full([2, 2], 1)
    P.free(freed)
    const [live, bytes] = [P.liveTensors(), bytesOf(P)]
    for (const x of [freed, other, untyped(wasm({ threads: 1 })).full([2, 2], 1)])
      expect(() => call(P, x, y)).toThrow(expect.objectContaining({ _tag: 'InvalidArgument' }))
    expect([P.liveTensors() - live, bytesOf(P) - bytes]).toEqual([0, 0])
  })

  test('cannot be read either', async () => {
    const freed = P.full([2], 1)
    P.free(freed)
    await expect(P.read(freed)).rejects.toMatchObject({ _tag: 'InvalidArgument' })
    expect(() => P.readNow?.(freed)).toThrow(expect.objectContaining({ _tag: 'InvalidArgument' }))
  })
})

describe('when there is no room', () => {
  const outOfMemory = expect.objectContaining({ _tag: 'OutOfMemory', where: 'wasm' }) as Error

  // 17,000² numbers are 1.16 GB, and a tensor holds less than 1.07 GB: nothing is reserved or written.
  const size = 17_000
  const P = untyped(wasm({ threads: 1 }))
  const [column, row] = [P.full([size, 1], 1), P.full([1, size], 1)]
  const bias = P.full([size], 0)
  test.each<readonly [string, () => unknown]>([
    ['full', () => P.full([size, size], 0)],
    ['normal', () => P.normal(key(1), [size, size])],
    ['add', () => P.add(column, row)],
    ['where', () => P.where(column, row, 0)],
    ['matMul', () => P.matMul(column, row)],
    ['affine', () => P.affine(column, row, bias, 'tanh')],
    ['broadcastTo', () => P.broadcastTo(row, [size, size])],
    ['takeRows', () => P.takeRows(row, new Uint8Array(size))],
    ['scatterRows', () => P.scatterRows(row, [0], size)],
    [
      'concat',
      () =>
        P.concat(
          Array.from({ length: size }, () => row),
          0,
        ),
    ],
    ['squaredDistances', () => P.squaredDistances(column, column)],
  ])('%s says so, leaves nothing behind, and the backend goes on', async (_, call) => {
    const [live, bytes] = [P.liveTensors(), bytesOf(P)]
    expect(call).toThrow(outOfMemory)
    expect([P.liveTensors(), bytesOf(P)]).toEqual([live, bytes])
    const product = P.matMul(row, column)
    expect(await P.read(product)).toEqual(Float64Array.of(size))
    P.free(product)
  })
})

describe('it computes what the reference does', () => {
  test('a posterior over a cloud, on one thread and on two', async () => {
    const run = async <N>(B: Backend<N>): Promise<Float64Array> => {
      const points = B.normal(key(2), [500, 3])
      return B.read(B.posteriorMean(B.normal(key(3), [200, 3]), { points }, { alpha: 0.9, sigma: 0.4 }))
    }
    const expected = await run(cpu())
    for (const B of [wasm({ threads: 1 }), wasm({ threads: 2 })]) {
      const given = await run(B)
      // 4 units of float32 of numbers up to 4, and the logits' rounding through weights that the scale of the conformance suite bounds.
      given.forEach((value, k) => expect(Math.abs(value - (expected[k] as number))).toBeLessThan(2e-5))
    }
  })
})
