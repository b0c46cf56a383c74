import { fold, type Key, key, type Matrix, normalArray, TweedieError, uniformArray } from '@tweedie/core'
import { type CpuTensor, cpu } from '@tweedie/core/cpu'
import { describe, expect, it } from 'vitest'
import { autodiff } from '../autodiff/autodiff.js'
import type { Traced } from '../autodiff/traced.js'
import { mlp, type Parameters } from '../layers/mlp.js'
import { meanSquaredError, meanSquaredErrorPerElement } from '../loss.js'
import { type Cell, strict } from '../testing/strict-backend.js'
import { batches, splitRows } from './batches.js'
import { adam } from './optimiser.js'
import type { Progress, TrainOptions } from './options.js'
import { cosineDecay } from './schedule.js'
import { train } from './train.js'

const B = cpu()

/** Pairs of y = (sin 2x₁ + x₂, x₁ x₂) on [−1, 1]². */
const pairs = (rows: number, source: Key): { inputs: Matrix<CpuTensor>; targets: Matrix<CpuTensor> } => {
  const x = uniformArray(source, 2 * rows).map((u) => 2 * u - 1)
  const y = Float64Array.from(x, (_, e) => {
    const [a, b] = [x[e - (e % 2)] as number, x[e - (e % 2) + 1] as number]
    return e % 2 === 0 ? Math.sin(2 * a) + b : a * b
  })
  return { inputs: B.tensor(x, [rows, 2]), targets: B.tensor(y, [rows, 2]) }
}

const quick = (more: Partial<TrainOptions<CpuTensor>> = {}): TrainOptions<CpuTensor> => ({
  network: mlp([2, 8, 2]),
  ...pairs(120, key(1)),
  optimiser: adam({ rate: 1e-2 }),
  steps: 40,
  batch: 32,
  key: key(5),
  validateEvery: 10,
  ...more,
})

const weights = async (parameters: Parameters<CpuTensor>): Promise<number[]> =>
  (await Promise.all(parameters.flatMap(({ weight, bias }) => [B.read(weight), B.read(bias)]))).flatMap((each) => [...each])

const rejection = async (promise: Promise<unknown>): Promise<TweedieError> => {
  const thrown: unknown = await promise.then(
    () => undefined,
    (error: unknown) => error,
  )
  expect(thrown).toBeInstanceOf(TweedieError)
  return thrown as TweedieError
}

describe('train', () => {
  it('fits a smooth function to 1 % of its variance, on points that it has not seen', async () => {
    const steps = 500
    const network = mlp([2, 24, 24, 2])
    const { parameters, history } = await train(B, {
      network,
      ...pairs(1000, key(1)),
      optimiser: adam({ rate: cosineDecay(1e-2, steps) }),
      steps,
      batch: 64,
      key: key(2),
    })
    const fresh = pairs(500, key(3))
    const error = (await B.read(meanSquaredError(B)(network.apply(B)(parameters, fresh.inputs), fresh.targets)))[0] as number
    const y = await B.read(fresh.targets)
    const variance = [0, 1].reduce((sum, column) => {
      const values = y.filter((_, e) => e % 2 === column)
      const mean = values.reduce((a, b) => a + b) / values.length
      return sum + values.reduce((a, b) => a + (b - mean) ** 2, 0) / values.length
    }, 0)
    expect(error).toBeLessThan(0.01 * variance)
    expect(history).toHaveLength(50)
    expect(history.at(-1)?.trainLoss).toBeLessThan(0.05 * (history[0]?.trainLoss as number))
  })

  it('gives the same bits for the same key, whatever is looked at on the way, and others for another', async () => {
    const options = quick({ validationFraction: 0 })
    const plain = await train(B, options)
    const watched = await train(B, { ...options, validateEvery: 1, onProgress: () => {} })
    expect(await weights(watched.parameters)).toEqual(await weights(plain.parameters))
    const other = await train(B, { ...options, key: key(6) })
    expect(await weights(other.parameters)).not.toEqual(await weights(plain.parameters))
  })

  it('takes the steps that its parts take by hand', async () => {
    const { inputs, targets, network, optimiser, steps, batch, key: source } = quick({ steps: 3, validationFraction: 0 })
    const { parameters } = await train(B, quick({ steps: 3, validationFraction: 0 }))
    const D = autodiff(B)
    const rowsOf = batches(fold(source, 2), splitRows(fold(source, 1), 120, 0).training, batch as number)
    let state = optimiser.init(B, network.initialise(B, fold(source, 0)))
    for (let step = 1; step <= steps; step++) {
      const rows = rowsOf(step)
      const [x, y] = [D.lift(B.takeRows(inputs, rows)), D.lift(B.takeRows(targets, rows))]
      const gradient = D.gradient((p: Parameters<Traced<CpuTensor>>) => meanSquaredError(D)(network.apply(D)(p, x), y))(state.parameters)
      state = optimiser.update(B, state, gradient, step)
    }
    expect(await weights(parameters)).toEqual(await weights(state.parameters))
  })

  it('returns the parameters of the best validation loss', async () => {
    // A rate far too high: the loss goes up and down.
    const { network, inputs, targets } = quick()
    const result = await train(B, quick({ optimiser: adam({ rate: 0.5 }), validateEvery: 1, validationFraction: 0.25 }))
    const losses = result.history.map(({ validationLoss }) => validationLoss as number)
    const best = Math.min(...losses)
    expect(result.bestValidationLoss).toBe(best)
    expect(result.bestStep).toBe(losses.indexOf(best) + 1)
    expect(result.bestStep).toBeLessThan(result.steps)
    const { validation } = splitRows(fold(key(5), 1), 120, 0.25)
    const again = meanSquaredError(B)(network.apply(B)(result.parameters, B.takeRows(inputs, validation)), B.takeRows(targets, validation))
    expect((await B.read(again))[0]).toBe(best)
  })

  it('stops early, after as many looks without a new best as it was given patience', async () => {
    const result = await train(B, quick({ optimiser: adam({ rate: 0.5 }), steps: 400, validateEvery: 1, patience: 5 }))
    expect(result.stoppedEarly).toBe(true)
    expect(result.steps).toBe(result.bestStep + 5)
    expect(result.history).toHaveLength(result.steps)
    // With a rate of 0 nothing gets better: the first look stays the best.
    const still = await train(B, quick({ optimiser: adam({ rate: 0 }), patience: 2 }))
    expect([still.bestStep, still.steps, still.stoppedEarly]).toEqual([10, 30, true])
    const patient = await train(B, quick({ patience: 1000 }))
    expect([patient.stoppedEarly, patient.steps]).toEqual([false, 40])
  })

  it('goes on from given parameters, which stay as they are and alive', async () => {
    const { network } = quick()
    const initial = network.initialise(B, key(77))
    const before = await weights(initial)
    const live = B.liveTensors()
    const options = quick({ initial, steps: 1 })
    const after = await train(B, options)
    // Inputs and targets of the options, and the result.
    expect(B.liveTensors()).toBe(live + 2 + 4)
    expect(await weights(initial)).toEqual(before)
    // One Adam step moves a parameter by at most the rate.
    ;(await weights(after.parameters)).forEach((value, k) => expect(Math.abs(value - (before[k] as number))).toBeLessThan(1.001e-2))
  })

  it('trains on all rows at once with a full batch, and by another loss', async () => {
    const { history } = await train(
      B,
      quick({ batch: 'full', validationFraction: 0, loss: meanSquaredErrorPerElement, steps: 3, validateEvery: 1 }),
    )
    const summed = await train(B, quick({ batch: 120, validationFraction: 0, steps: 1, validateEvery: 1 }))
    expect(history.map(({ step }) => step)).toEqual([1, 2, 3])
    expect(history[0]?.trainLoss).toBeCloseTo((summed.history[0]?.trainLoss as number) / 2, 14)
    expect(history[0]).not.toHaveProperty('validationLoss')
    expect((await train(B, quick({ validationFraction: 0, steps: 7 }))).bestStep).toBe(7)
  })
})

describe('memory', () => {
  it('does not grow over training, and only the result is left', async () => {
    const options = quick({ steps: 60, validateEvery: 3 })
    const before = B.liveTensors()
    const live: number[] = []
    const { parameters } = await train(B, { ...options, onProgress: () => live.push(B.liveTensors()) })
    expect(live.length).toBeGreaterThanOrEqual(20)
    // Parameters, two moments and the best so far: 4 tensors each; 2 of validation rows; up to 2 losses not yet looked at.
    expect(Math.max(...live) - before).toBeLessThanOrEqual(4 * 4 + 2 + 2)
    expect(B.liveTensors()).toBe(before + 4)
    for (const { weight, bias } of parameters) for (const x of [weight, bias]) B.free(x)
    expect(B.liveTensors()).toBe(before)
  })

  it('nothing is used after it was freed', async () => {
    const S = strict()
    const { inputs, targets, ...options } = quick({ optimiser: adam({ rate: 0.3 }), validateEvery: 1 })
    const there = async (x: Matrix<CpuTensor>): Promise<Matrix<Cell>> => S.tensor(await B.read(x), B.shape(x))
    const { initial: _, ...rest } = options
    const strictly = await train(S, { ...rest, inputs: await there(inputs), targets: await there(targets) })
    const plainly = await train(B, { ...options, inputs, targets })
    expect(S.liveTensors()).toBe(2 + 4)
    const read = await Promise.all(strictly.parameters.flatMap(({ weight, bias }) => [S.read(weight), S.read(bias)]))
    expect(read.flatMap((each) => [...each])).toEqual(await weights(plainly.parameters))
  })

  it('is all freed when training fails', async () => {
    for (const more of [
      { optimiser: adam({ rate: 1e300 }), steps: 400 },
      { signal: AbortSignal.abort() },
      {
        onProgress: () => {
          throw new Error('no more')
        },
      },
    ]) {
      const options = quick(more)
      const before = B.liveTensors()
      await expect(train(B, options)).rejects.toThrow()
      expect(B.liveTensors()).toBe(before)
    }
  })
})

describe('abort and progress', () => {
  it('rejects soon after the signal fires, from a timer too', async () => {
    const before = B.liveTensors()
    const controller = new AbortController()
    const options = quick({ steps: 1_000_000, signal: controller.signal })
    const began = performance.now()
    setTimeout(() => controller.abort(), 100)
    const error = await rejection(train(B, options))
    expect(error._tag).toBe('Aborted')
    // A timer gets its turn about every 30 ms; the rest is a busy machine.
    expect(performance.now() - began).toBeLessThan(5000)
    expect(B.liveTensors()).toBe(before + 2)
  })

  it('reports steps in order, and the last look at the losses', async () => {
    const seen: Progress[] = []
    const { history } = await train(B, quick({ onProgress: (progress) => seen.push(progress) }))
    expect(seen.map(({ step }) => step)).toEqual([...seen.map(({ step }) => step)].sort((a, b) => a - b))
    expect(seen.at(-1)).toMatchObject({ step: 40, steps: 40, last: history.at(-1) })
    expect(history.map(({ step }) => step)).toEqual([10, 20, 30, 40])
  })
})

describe('refusals', () => {
  it('a loss that is not finite, by its step, with the mend', async () => {
    const error = await rejection(train(B, quick({ optimiser: adam({ rate: (step) => (step === 4 ? 1e200 : 1e-3) }) })))
    expect(error._tag).toBe('NotFinite')
    // Step 4 throws the weights far away, so the loss of step 5 overflows.
    expect(error.what).toMatch(/loss of step 5 is (Infinity|NaN)/)
    expect(error.mend).toMatch(/Lower the rate/)
  })

  it('inputs and targets that are not finite, by row and column', async () => {
    const y = normalArray(key(1), 240)
    y[2 * 17 + 1] = Number.NaN
    const error = await rejection(train(B, quick({ targets: B.tensor(y, [120, 2]) })))
    expect([error._tag, error.where, error.what]).toEqual(['NotFinite', 'train, targets', 'row 17, column 1 is NaN'])
  })

  it.each<[string, Partial<TrainOptions<CpuTensor>>, string, RegExp]>([
    ['columns of inputs', { inputs: B.full([120, 3], 0) }, 'ShapeMismatch', /inputs of shape \[120, 3\]/],
    ['columns of targets', { targets: B.full([120, 1], 0) }, 'ShapeMismatch', /targets of shape \[120, 1\]/],
    ['rows', { targets: B.full([119, 2], 0) }, 'ShapeMismatch', /120 rows of inputs and 119/],
    ['steps', { steps: 0 }, 'InvalidArgument', /steps = 0/],
    ['batch', { batch: 109 }, 'InvalidArgument', /109 of 108 training rows/],
    ['batch that is no count', { batch: 2.5 }, 'InvalidArgument', /batch = 2.5/],
    ['fraction', { validationFraction: 1 }, 'InvalidArgument', /validationFraction = 1/],
    ['fraction that leaves nothing', { validationFraction: 0.999 }, 'InvalidArgument', /leave none to train on/],
    ['patience without validation', { patience: 3, validationFraction: 0 }, 'InvalidArgument', /patience without validation/],
    ['validateEvery', { validateEvery: 0 }, 'InvalidArgument', /validateEvery = 0/],
    ['no rows', { inputs: B.full([0, 2], 0), targets: B.full([0, 2], 0) }, 'InvalidArgument', /0 rows/],
    ['initial', { initial: mlp([2, 9, 2]).initialise(B, key(1)) }, 'ShapeMismatch', /\[2, 9\]/],
  ])('%s', async (_, more, tag, text) => {
    const error = await rejection(train(B, quick(more)))
    expect(error._tag).toBe(tag)
    expect(error.message).toMatch(text)
  })
})

describe('batches', () => {
  it('walk through each epoch without repeats, and through all rows in time', () => {
    const rows = Uint32Array.from({ length: 10 }, (_, k) => 100 + k)
    const rowsOf = batches(key(3), rows, 3)
    const seen = new Set<number>()
    for (let epoch = 0; epoch < 20; epoch++) {
      const of = [1, 2, 3].flatMap((k) => [...rowsOf(3 * epoch + k)])
      expect(new Set(of).size).toBe(9)
      for (const row of of) seen.add(row)
    }
    expect([...seen].sort()).toEqual([...rows])
    // A batch is a function of the step.
    expect([...rowsOf(2)]).toEqual([...batches(key(3), rows, 3)(2)])
    expect([...rowsOf(1)]).not.toEqual([...rowsOf(4)])
  })

  it('validation rows and training rows are a partition', () => {
    const { training, validation } = splitRows(key(1), 25, 0.1)
    expect(validation).toHaveLength(3)
    expect([...training, ...validation].sort((a, b) => a - b)).toEqual(Array.from({ length: 25 }, (_, k) => k))
    expect(splitRows(key(1), 3, 0.01).validation).toHaveLength(1)
    expect(splitRows(key(1), 3, 0).validation).toHaveLength(0)
  })
})
