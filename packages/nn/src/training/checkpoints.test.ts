import { type Key, key, normalArray, type TweedieError } from '@tweedie/core'
import { type CpuTensor, cpu } from '@tweedie/core/cpu'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mlp } from '../layers/mlp.js'
import { strict } from '../testing/strict-backend.js'
import { mapTree } from '../tree.js'
import { decodeTrainingState, encodeTrainingState } from './encode-state.js'
import { freeLeaves, namedLeaves } from './leaves.js'
import { adam, type Optimiser } from './optimiser.js'
import type { TrainOptions } from './options.js'
import { storedParameters } from './stored.js'
import { train } from './train.js'
import type { TrainingState } from './training-state.js'

const B = cpu()
const ROWS = 24
const STEPS = 12

const inputs = B.tensor(normalArray(key(1), 2 * ROWS), [ROWS, 2])
const targets = B.tensor(normalArray(key(2), ROWS), [ROWS, 1])

const options = (changes: Partial<TrainOptions<CpuTensor>> = {}): TrainOptions<CpuTensor> => ({
  network: mlp([2, 3, 1]),
  inputs,
  targets,
  // High, so that the best parameters are others than the last.
  optimiser: adam({ rate: 0.3 }),
  steps: STEPS,
  batch: 6,
  key: key(3) as Key,
  validateEvery: 3,
  validationFraction: 0.25,
  checkpointEvery: 1,
  ...changes,
})

/** A run as numbers, and the states it passed through, each as the bytes of a file. */
const run = async (changes: Partial<TrainOptions<CpuTensor>> = {}) => {
  const files: Uint8Array[] = []
  const {
    parameters,
    seconds: _,
    ...record
  } = await train(B, {
    ...options(changes),
    onCheckpoint: (state) => void files.push(encodeTrainingState(state, 'a run')),
  })
  const numbers = await Promise.all(namedLeaves(parameters).map(async ([, x]) => [...(await B.read(x))]))
  freeLeaves(B, parameters)
  return { numbers, record, files }
}

const decoded = (file: Uint8Array): TrainingState => {
  const state = decodeTrainingState(file, 'a run')
  if (state._tag === 'Left') throw state.left
  return state.right
}

const state = async (at: number, changes: Partial<TrainOptions<CpuTensor>> = {}): Promise<TrainingState> =>
  decoded((await run(changes)).files[at - 1] as Uint8Array)

const refusal = (changes: Partial<TrainOptions<CpuTensor>>): Promise<TweedieError> =>
  train(B, options(changes)).then(
    () => Promise.reject(new Error('was not refused')),
    (error: TweedieError) => error,
  )

describe('a run that goes on from a checkpoint', () => {
  const settings = fc.record({
    seed: fc.nat(1e6),
    batch: fc.constantFrom(5, 'full' as const),
    validateEvery: fc.integer({ min: 1, max: 5 }),
    validated: fc.constantFrom({ validationFraction: 0.25 }, { validationFraction: 0.25, patience: 2 }, { validationFraction: 0 }),
  })

  it('has the bits of one that was never interrupted, and passes through the same states, wherever it was interrupted', async () => {
    await fc.assert(
      fc.asyncProperty(settings, fc.nat(1e6), async ({ seed, batch, validateEvery, validated }, where) => {
        const changes = { key: key(seed), batch, validateEvery, ...validated }
        const whole = await run(changes)
        expect(whole.files).toHaveLength(whole.record.steps)
        const at = where % whole.files.length
        const rest = await run({ ...changes, resume: decoded(whole.files[at] as Uint8Array) })
        expect(rest).toEqual({ ...whole, files: whole.files.slice(at + 1) })
      }),
      { numRuns: 8 },
    )
  })

  it('is what a run without checkpoints is', async () => {
    const watched = await run()
    const { parameters, seconds: _, ...record } = await train(B, options())
    expect(record).toEqual(watched.record)
    expect(await Promise.all(namedLeaves(parameters).map(async ([, x]) => [...(await B.read(x))]))).toEqual(watched.numbers)
    freeLeaves(B, parameters)
  })

  it('gets a checkpoint every so many steps and after the last, where patience ended it too', async () => {
    const steps = async (changes: Partial<TrainOptions<CpuTensor>>) => (await run(changes)).files.map((file) => decoded(file).step)
    expect(await steps({ checkpointEvery: 5 })).toEqual([5, 10, 12])
    expect(await steps({ checkpointEvery: 6 })).toEqual([6, 12])
    expect(await steps({ checkpointEvery: undefined })).toEqual([12])
    expect(await steps({ optimiser: adam({ rate: 0 }), patience: 2, checkpointEvery: 4 })).toEqual([4, 8, 9])
  })

  it('takes no step more where the run was over', async () => {
    const whole = await run({ optimiser: adam({ rate: 0 }), patience: 1 })
    const never: Optimiser = {
      ...adam({ rate: 0 }),
      update: () => {
        throw new Error('a step was made')
      },
    }
    const over = decoded(whole.files.at(-1) as Uint8Array)
    const again = await run({ optimiser: never, patience: 1, resume: over })
    expect(again).toEqual({ ...whole, files: [] })
  })

  it('frees what it made, however it ends, and uses nothing after that', async () => {
    const resume = await state(7)
    const before = B.liveTensors()
    await run({ resume })
    const fail = () => Promise.reject(new Error('the disk is full'))
    await expect(train(B, options({ resume, onCheckpoint: fail }))).rejects.toThrow('the disk is full')
    expect(B.liveTensors()).toBe(before)

    const S = strict()
    const { inputs: _, targets: __, initial: ___, ...rest } = options({ resume })
    const there = { inputs: S.tensor(await B.read(inputs), [ROWS, 2]), targets: S.tensor(await B.read(targets), [ROWS, 1]) }
    const { parameters } = await train(S, { ...rest, ...there, onCheckpoint: () => {} })
    expect(S.liveTensors()).toBe(2 + 4)
    const numbers = await Promise.all(namedLeaves(parameters).map(async ([, x]) => [...(await S.read(x))]))
    expect(numbers).toEqual((await run()).numbers)
  })
})

describe('a checkpoint', () => {
  it('is taken whole or not at all: a rejection waits for what is still being read', async () => {
    let reading = 0
    const S = {
      ...cpu(),
      read: async (x: CpuTensor) => {
        if (B.shape(x).length === 2) throw new Error('this one cannot be read')
        reading++
        await new Promise((resolve) => setTimeout(resolve, 5))
        reading--
        return B.read(x)
      },
    }
    await expect(storedParameters(S, ['it', mlp([2, 3, 1]).initialise(S, key(1))])).rejects.toThrow('this one cannot be read')
    expect(reading).toBe(0)
  })

  it('is refused where a number is not finite, though the loss is', async () => {
    const plain = adam({ rate: 1e-3 })
    const spoilt: Optimiser = {
      ...plain,
      update: (S, before, gradients, step) => {
        const next = plain.update(S, before, gradients, step)
        const times = (x: unknown) => (S.isTensor(x) ? S.mul(x, step === 3 ? Number.NaN : 1) : x)
        return { ...next, memory: next.memory.map((tree) => mapTree('test', S.isTensor, tree, times) as typeof tree) }
      },
    }
    const steps: number[] = []
    const before = B.liveTensors()
    const error = await refusal({ optimiser: spoilt, onCheckpoint: ({ step }) => void steps.push(step) })
    expect([error._tag, error.where, error.what]).toEqual([
      'NotFinite',
      'train, checkpoint of step 3',
      'number 0 of memory.0.0.weight is NaN',
    ])
    expect(steps).toEqual([1, 2])
    expect(B.liveTensors()).toBe(before)
  })

  it('of another run is not gone on from', async () => {
    const good = await state(7)
    const edited = (name: string, edit: (data: Float64Array) => Float64Array): TrainingState => ({
      ...good,
      tensors: good.tensors.map((each) => (each.name === name ? { ...each, data: edit(each.data) } : each)),
    })
    const without = (gone: string): TrainingState => ({ ...good, tensors: good.tensors.filter(({ name }) => !name.startsWith(gone)) })
    const cases: readonly (readonly [Partial<TrainOptions<CpuTensor>>, TweedieError['_tag'], RegExp])[] = [
      [{ resume: { ...good, step: 13 } }, 'InvalidArgument', /after step 13 of 12/],
      [{ resume: { ...good, step: -1 } }, 'InvalidArgument', /after step -1/],
      [{ resume: { ...good, step: 8 } }, 'InvalidModel', /1 losses.*step 8/],
      [
        { resume: edited('parameters.0.bias', (data) => data.map(() => Number.NaN)) },
        'InvalidModel',
        /number 0 of parameters.0.bias is NaN/,
      ],
      [{ resume: edited('losses', () => new Float64Array(3)) }, 'InvalidModel', /3 losses/],
      [{ resume: without('losses') }, 'InvalidModel', /no losses/],
      [{ resume: without('memory.1') }, 'InvalidModel', /no tensor memory\.1\.0\.weight/],
      [{ resume: without('parameters.1.bias') }, 'InvalidModel', /no tensor parameters\.1\.bias/],
      [{ resume: good, network: mlp([2, 4, 1]) }, 'InvalidModel', /parameters\.0\.weight of shape \[2, 3\] where \[2, 4\]/],
      [{ resume: good, validationFraction: 0 }, 'InvalidModel', /with validation losses for a training without/],
      [{ resume: { ...good, history: [...good.history].reverse() } }, 'InvalidModel', /history/],
      [{ checkpointEvery: 0 }, 'InvalidArgument', /checkpointEvery = 0/],
    ]
    const before = B.liveTensors()
    for (const [changes, tag, text] of cases) {
      const error = await refusal(changes)
      expect([error._tag, text.test(error.message)], error.message).toEqual([tag, true])
    }
    expect(B.liveTensors()).toBe(before)
  })

  it('as a file is refused where it is cut short, or belongs to another run', async () => {
    const file = (await run()).files[6] as Uint8Array
    expect(decodeTrainingState(file, 'another run')).toMatchObject({
      left: { _tag: 'InvalidModel', what: 'the checkpoint belongs to a run with other settings' },
    })
    expect(decodeTrainingState(file.subarray(0, file.length - 1), 'a run')).toMatchObject({ left: { _tag: 'InvalidModel' } })
    const odd = encodeTrainingState({ ...decoded(file), history: [{ step: 3, loss: 1 }] }, 'a run')
    expect(decodeTrainingState(odd, 'a run')).toMatchObject({ left: { _tag: 'InvalidModel', what: 'no step or history in it' } })
  })
})
