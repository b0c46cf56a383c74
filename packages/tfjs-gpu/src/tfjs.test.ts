import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm'
import { asyncScope, isTweedieError, key, normalArray, untyped } from '@tweedie/core'
import { beforeAll, describe, expect, it } from 'vitest'
import { type TfjsBackend, type TfTensor, tfjs } from './index.js'

setWasmPaths(`${dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm'))}/`)

const refusal = (body: () => unknown): readonly [tag: string, where: string] | unknown => {
  try {
    return body()
  } catch (error) {
    return isTweedieError(error) ? [error._tag, error.where] : error
  }
}

describe.each(['cpu', 'wasm'])('tfjs on %s', (name) => {
  let B: TfjsBackend

  beforeAll(async () => {
    await tf.setBackend(name)
    B = await tfjs(tf)
  })
  const live = (): number => tf.memory().numTensors

  it('leaves nothing of its probe, and says what it found', async () => {
    const before = live()
    const { backend, declared, findings, significandBits, guarded, sumError, largestTensor } = (await tfjs(tf)).describe()
    expect(live()).toBe(before)
    expect(B.name).toBe(`tfjs(${name})`)
    // The sigmoid of tfjs-wasm is 0 below the smallest normal number.
    expect([backend, significandBits, declared.nonFinite]).toEqual([name, 24, 'propagates'])
    expect(declared.denormals).toBe(name === 'wasm' ? 'flushed' : 'kept')
    expect(findings.some((each) => each.startsWith('erf of TensorFlow.js is an approximation'))).toBe(true)
    expect(largestTensor).toBe(2 ** 30)
    // What tfjs-wasm 4.22 gets wrong; tfjs-cpu computes with Math.
    expect(guarded).toEqual(name === 'wasm' ? ['maximum', 'minimum'] : [])
    expect(sumError > 1e-4).toBe(name === 'wasm')
  })

  it('copies what it is given, and moves numbers with all their bits', async () => {
    const numbers = [Number.NaN, -0, Number.NEGATIVE_INFINITY, 1e-40, 0.1, 3]
    const data = Float32Array.from(numbers)
    const x = B.tensor(data, [2, 3])
    data.fill(7)
    const float = numbers.map(Math.fround)
    expect([...(await B.read(x))]).toEqual(float)
    const back = B.scope(() => B.reshape(B.transpose(B.transpose(B.concat([B.slice(x, 0, 0, 1), B.slice(x, 0, 1, 2)], 0))), [6]))
    expect([...(await B.read(back))]).toEqual(float)
    const drawn = B.normal(key(1), [5], 3)
    expect([...(await B.read(drawn))]).toEqual(Array.from(normalArray(key(1), 5, 3), Math.fround))
    for (const each of [x, back, drawn]) B.free(each)
  })

  it('adds 65,536 numbers to within a few units, and rows to where many go', async () => {
    const count = 65536
    const values = Float32Array.from({ length: count }, (_, k) => Math.fround((0.3 + k * 0.6180339887498949) % 1))
    const x = B.tensor(values, [count])
    const total = values.reduce((sum, value) => sum + value, 0)
    const [sum] = await B.read(B.sum(x))
    // Blocks of 16, four deep: 4 · 8 units at the very most, and a unit is 2⁻²⁴ of the sum.
    expect(Math.abs((sum as number) - total) / total).toBeLessThan(32 * 2 ** -24)
    const indices = Array.from(values, (_, k) => (k % 3 === 0 ? 5 : 0))
    const scattered = await B.read(B.scatterRows(B.reshape(x, [count, 1]), indices, 7))
    const wanted = new Float64Array(7)
    indices.forEach((target, k) => {
      wanted[target] = (wanted[target] as number) + (values[k] as number)
    })
    scattered.forEach((value, k) => {
      expect(Math.abs(value - (wanted[k] as number))).toBeLessThanOrEqual(64 * 2 ** -24 * (wanted[k] as number))
    })
  })

  it('nests with tf.tidy either way', async () => {
    const before = live()
    const inside = tf.tidy(() => {
      B.full([2], 1)
      return B.scope(() => B.add(B.full([2], 1), 1)) as unknown as TfTensor
    })
    expect(live() - before).toBe(1)
    const around = B.scope(() => {
      tf.add(tf.scalar(1), 2)
      return { kept: tf.tidy(() => tf.mul(tf.ones([2]), 3)), typed: new Float32Array(1000) }
    })
    expect(live() - before).toBe(2)
    expect([...(await around.kept.data()), ...(await inside.data())]).toEqual([3, 3, 2, 2])
    B.scope(() => inside)
    tf.dispose([inside, around.kept])
    expect(live()).toBe(before)
  })

  it('takes tensors of tf as they are, and gives such', async () => {
    const P = untyped<TfTensor>(B)
    const x = tf.tensor2d([[1, 2]])
    const y = P.transpose(P.exp(x))
    expect(y).toBeInstanceOf(tf.Tensor)
    expect(y.shape).toEqual([2, 1])
    tf.dispose([x, y])
  })

  it('frees everything when an operation or a body throws', () => {
    const P = untyped<TfTensor>(B)
    const [x, y] = [P.full([2, 3], 1), P.full([2, 2], 1)]
    const before = live()
    for (const body of [
      () => P.matMul(x, y),
      () => P.where(x, y, 1),
      () => P.takeRows(x, [2]),
      () => P.squaredDistances(x, y),
      () =>
        P.scope(() => {
          P.mul(x, 2)
          throw new Error('inside')
        }),
    ])
      expect(body).toThrow()
    expect(live()).toBe(before)
    tf.dispose([x, y])
    P.free(x)
  })

  it('refuses what it cannot compute with, by the name of the operation', async () => {
    const P = untyped<TfTensor>(B)
    const freed = P.full([2], 1)
    P.free(freed)
    const whole = tf.tensor1d([1, 2], 'int32')
    const truth = tf.tensor1d([true, false], 'bool')
    const before = live()
    for (const bad of [freed, whole, truth, [1, 2], undefined] as TfTensor[]) {
      expect(refusal(() => P.exp(bad))).toEqual(['InvalidArgument', 'exp'])
      expect(refusal(() => P.concat([bad], 0))).toEqual(['InvalidArgument', 'concat'])
      await expect(P.read(bad)).rejects.toMatchObject({ _tag: 'InvalidArgument', where: 'read' })
    }
    expect(refusal(() => P.full([2 ** 16, 2 ** 15], 0))).toEqual(['OutOfMemory', 'full'])
    const [tall, wide] = [P.full([2 ** 16, 1], 0), P.full([1, 2 ** 15], 0)]
    expect(refusal(() => P.add(tall, wide))).toEqual(['OutOfMemory', 'add'])
    expect(refusal(() => P.matMul(tall, wide))).toEqual(['OutOfMemory', 'matMul'])
    tf.dispose([tall, wide])
    expect(live()).toBe(before)
    tf.dispose([whole, truth])
  })

  it('keeps an asyncScope apart from another that runs meanwhile', async () => {
    const before = live()
    const wait = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 1))
    const job = (value: number) =>
      asyncScope(B, async (S) => {
        const x = S.full([3], value)
        await wait()
        const [sum] = await S.read(S.sum(S.mul(x, 2)))
        await wait()
        return S.add(x, sum as number)
      })
    const results = await Promise.all([job(1), job(2)])
    expect(live() - before).toBe(2)
    expect((await Promise.all(results.map((x) => B.read(x)))).map(([x]) => x)).toEqual([7, 14])
    for (const x of results) B.free(x)
  })
})

describe('tfjs', () => {
  it('throws rather than compute on another backend of TensorFlow.js than its own', async () => {
    await tf.setBackend('cpu')
    const B = await tfjs(tf)
    const x = B.full([2], 1)
    await tf.setBackend('wasm')
    try {
      expect(refusal(() => B.exp(x))).toEqual(['InvalidArgument', 'exp'])
      expect(() => B.full([2], 1)).toThrow("Go back with await tf.setBackend('cpu'), or make another backend with await tfjs(tf)")
      await expect(B.read(x)).rejects.toMatchObject({ _tag: 'InvalidArgument' })
    } finally {
      await tf.setBackend('cpu')
    }
    expect([...(await B.read(B.exp(x)))]).toEqual([Math.fround(Math.E), Math.fround(Math.E)])
  })
})
