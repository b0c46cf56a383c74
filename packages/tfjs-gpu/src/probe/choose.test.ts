import * as tf from '@tensorflow/tfjs-core'
import '@tensorflow/tfjs-backend-cpu'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Arithmetic, Ways } from '../operations/names.js'
import { plain } from '../operations/plain.js'
import { runOn } from '../operations/run.js'
import { ways } from '../operations/ways.js'
import type { TfTensor } from '../tf.js'
import { choose } from './choose.js'

type Plain = ReturnType<typeof plain>

/** A device is played by TensorFlow.js on the CPU, with kernels that are wrong in a way that devices have. */
const chosenWith = async (wrong: Partial<Plain>, change: (all: Ways) => Partial<Ways> = () => ({})) => {
  const R = runOn(tf)
  const O = {} as Arithmetic
  const all = ways(R, O, {}, { ...plain(R), ...wrong })
  const choices = await choose(R, { ...all, ...change(all) }, O, 1, true)
  return { choices, O, R }
}
const read = async (x: TfTensor): Promise<number[]> => Array.from(await x.data())

beforeAll(async () => {
  await tf.setBackend('cpu')
})

describe('choose', () => {
  it('takes what TensorFlow.js has where it is right, and leaves no tensor', async () => {
    const before = tf.memory().numTensors
    const { choices } = await chosenWith({})
    expect(tf.memory().numTensors).toBe(before)
    for (const [name, { how, verdict }] of Object.entries(choices)) {
      expect(how, name).toBe(name === 'erf' ? 'composed' : 'plain')
      expect(verdict.wrong, name).toEqual([])
    }
  })

  it('guards a function that answers NaN and infinities with numbers', async () => {
    const { choices, O, R } = await chosenWith({ exp: (x) => tf.exp(tf.where(tf.isFinite(x), x, 1)) })
    expect(choices.exp.tried.map(({ how, verdict }) => [how, [...verdict.wrong].sort()])).toEqual([
      ['plain', ['NaN', 'infinity']],
      ['guarded', []],
    ])
    const x = R.numbers(Float32Array.of(Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0), [4])
    expect(await read(O.exp(x))).toEqual([Number.NaN, Number.POSITIVE_INFINITY, 0, 1])
  })

  it('computes by a formula what loses its digits near 0 or at large angles', async () => {
    const { choices } = await chosenWith({
      tanh: (x) => tf.sub(1, tf.div(2, tf.add(tf.exp(tf.mul(x, 2)), 1))),
      sin: (x) => tf.sin(tf.sub(tf.add(x, 100), 100)),
      cos: (x) => tf.cos(tf.sub(tf.add(x, 100), 100)),
      sigmoid: (x) => tf.sub(1, tf.sigmoid(tf.neg(x))),
    })
    for (const name of ['tanh', 'sin', 'cos', 'sigmoid'] as const) {
      expect(choices[name].how).toBe('composed')
      // A few roundings, and in each at most one of a polynomial that is near the function.
      expect(choices[name].verdict.ulp).toBeLessThan(3)
    }
  })

  it('adds in blocks where a sum drifts, and halves where a maximum begins at a finite number', async () => {
    const oneByOne = (values: Float32Array): number => values.reduce((sum, value) => Math.fround(sum + value), 0)
    const { choices } = await chosenWith({
      sum: (x, axis) => {
        if (x.rank !== 2 || axis !== 1) return tf.sum(x, axis)
        const data = x.dataSync() as Float32Array
        const [rows, length] = x.shape as [number, number]
        return tf.tensor1d(Array.from({ length: rows }, (_, k) => oneByOne(data.subarray(k * length, (k + 1) * length))))
      },
      max: (x, axis) => tf.maximum(tf.max(x, axis), -1e20),
    })
    expect(choices.sum.how).toBe('composed')
    expect(choices.sum.tried[0]?.verdict.ulp).toBeGreaterThan(100)
    expect(choices.sum.verdict.ulp).toBeLessThan(2)
    expect(choices.max.how).toBe('composed')
    expect(choices.max.verdict).toEqual({ ulp: 0, wrong: [] })
  })

  it('takes the best there is where nothing is right, and goes on when a kernel is not there', async () => {
    const { choices } = await chosenWith({}, (all) => ({
      log: [
        { how: 'plain', run: (x) => tf.mul(tf.log(x), 1.1) },
        { how: 'guarded', run: (x) => tf.mul(tf.log(x), 1.0001) },
      ],
      sqrt: [{ how: 'program', run: () => tf.engine().runKernel('Missing', {}) }, ...all.sqrt],
    }))
    expect(choices.log.how).toBe('guarded')
    expect(choices.log.verdict.ulp).toBeGreaterThan(100)
    expect(choices.sqrt.how).toBe('plain')
  })
})
