import { fold, hostMatrix, key, normalArray, ornsteinUhlenbeck, vanishingLinear } from '@tweedie/core'
import { cpu } from '@tweedie/core/cpu'
import { adam, namedLeaves } from '@tweedie/nn'
import { evenly } from '@tweedie/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rawNet } from '../network/raw-net.js'
import { cem, ddpm, sgm, withWeight } from '../objective/objectives.js'
import { weightOf } from '../objective/weights.js'
import { logUniformTimes } from '../times/log-uniform-times.js'
import { uniformGridTimes } from '../times/uniform-grid-times.js'
import { uniformTimes } from '../times/uniform-times.js'
import { denoiserOf } from './denoiser-of.js'
import { decodeTrainingState, encodeTrainingState } from './encode-state.js'
import type { TrainingState, TrainModelOptions } from './model.js'
import { trainModel } from './train-model.js'

const B = cpu()
const normals = (rows: number, columns: number, seed = 1) => hostMatrix(normalArray(key(seed), rows * columns), rows, columns)

const options = (changes: Partial<TrainModelOptions> = {}): TrainModelOptions => ({
  process: ornsteinUhlenbeck(),
  objective: cem,
  network: rawNet({ dimension: 2, hidden: [4] }),
  data: normals(24, 2),
  times: uniformGridTimes(200),
  optimiser: adam({ rate: 1e-2 }),
  steps: 12,
  batch: 8,
  key: key(3),
  lookEvery: 5,
  checkpointEvery: 4,
  ...changes,
})

const bits = async (changes: Partial<TrainModelOptions> = {}) => {
  const { parameters, history } = await trainModel(B, options(changes))
  const numbers = await Promise.all(namedLeaves(parameters).map(async ([, x]) => [...(await B.read(x))]))
  for (const [, x] of namedLeaves(parameters)) B.free(x)
  return { numbers, history }
}

describe('trainModel', () => {
  it('gives the bits of an uninterrupted run from any checkpoint, through a file, with and without an average', async () => {
    const settings = fc.record({ averaging: fc.option(fc.constantFrom(0, 0.9, 0.999), { nil: undefined }), seed: fc.nat(1e6) })
    await fc.assert(
      fc.asyncProperty(settings, fc.constantFrom(cem, ddpm, sgm), async ({ averaging, seed }, objective) => {
        const about = 'a run'
        const files: Uint8Array[] = []
        const onCheckpoint = async (state: TrainingState): Promise<void> => void files.push(encodeTrainingState(state, about))
        const whole = await bits({ averaging, key: key(seed), objective, onCheckpoint })
        expect(files.length).toBe(2)
        for (const file of files) {
          const decoded = decodeTrainingState(file, about)
          if (decoded._tag === 'Left') throw decoded.left
          expect(await bits({ averaging, key: key(seed), objective, resume: decoded.right })).toEqual(whole)
        }
      }),
      { numRuns: 10 },
    )
  })

  it('learns the closed form: the denoiser of a standard normal is α x for every objective', async () => {
    const process = ornsteinUhlenbeck({ end: 2 })
    for (const objective of [cem, ddpm, sgm]) {
      const model = { process, objective, network: rawNet({ dimension: 1, hidden: [8] }) }
      const times = uniformTimes({ start: 0.4, stop: 2 })
      const { parameters } = await trainModel(B, {
        ...options({ ...model, data: normals(2048, 1), steps: 500, batch: 128, times, averaging: 0.98, lookEvery: 500 }),
        optimiser: adam({ rate: 0.02 }),
      })
      const denoise = denoiserOf(B, model, parameters)
      const xs = [-1.5, -0.8, -0.2, 0.3, 0.9, 1.4]
      for (const t of [0.5, 1, 1.8]) {
        const m = await B.read(denoise(B.tensor(xs, [xs.length, 1]), t))
        const error = Math.sqrt(m.reduce((sum, each, k) => sum + (each - Math.exp(-t / 2) * (xs[k] as number)) ** 2, 0) / xs.length)
        // A fit of 8 units in 500 steps was seen within 0.05; a wrong sign or scale on the way back is off by 0.4 or more.
        expect(error).toBeLessThan(0.15)
      }
    }
  })

  it('frees what it made, whether it ends, is interrupted or fails', async () => {
    const before = B.liveTensors()
    await bits()
    expect(B.liveTensors()).toBe(before)
    const stop = new AbortController()
    const interrupted = trainModel(B, options({ signal: stop.signal, onProgress: () => stop.abort() }))
    await expect(interrupted).rejects.toMatchObject({ _tag: 'Aborted' })
    const infinite = withWeight(
      cem,
      weightOf('huge', () => 1e308),
    )
    await expect(trainModel(B, options({ objective: infinite, data: normals(24, 2, 9) }))).rejects.toMatchObject({ _tag: 'NotFinite' })
    expect(B.liveTensors()).toBe(before)
  })

  it('scales the loss with the weight, and nothing else at the first step', async () => {
    await fc.assert(
      fc.asyncProperty(evenly(0.1, 10), async (scale) => {
        const first = async (weight: number) =>
          (
            await bits({
              objective: withWeight(
                cem,
                weightOf(`${weight}`, () => weight),
              ),
              steps: 1,
            })
          ).history[0]
        const [one, other] = [await first(1), await first(scale)]
        // √weight is rounded once and squared: a few roundings of 2⁻⁵³.
        expect(Math.abs((other?.loss as number) / ((one?.loss as number) * scale) - 1)).toBeLessThan(1e-14)
      }),
      { numRuns: 20 },
    )
  })

  it('refuses what does not fit, each with its own message', async () => {
    const refusal = async (changes: Partial<TrainModelOptions>) => trainModel(B, options(changes)).catch((error: Error) => error.message)
    expect(await refusal({ steps: 0 })).toMatch(/steps = 0/)
    expect(await refusal({ batch: 25 })).toMatch(/batch = 25 of 24 rows/)
    expect(await refusal({ averaging: 1 })).toMatch(/averaging = 1/)
    expect(await refusal({ data: normals(24, 3) })).toMatch(/\[24, 3\].*dimension 2/)
    expect(await refusal({ data: hostMatrix(Float64Array.of(1, Number.NaN), 1, 2), batch: 1 })).toMatch(/NaN in row 0, column 1/)
    expect(await refusal({ times: logUniformTimes({ epsilon: 10 }) })).toMatch(/10/)
    expect(
      await refusal({
        objective: withWeight(
          cem,
          weightOf('negative', () => -1),
        ),
      }),
    ).toMatch(/negative/)
    expect(await refusal({ resume: { step: 12, tensors: [], history: [] } })).toMatch(/after step 12 of 12/)
    expect(await refusal({ resume: { step: 2, tensors: [], history: [] } })).toMatch(/no tensor parameters\.0\.weight/)
  })

  it('draws other rows, times and noise for another key', async () => {
    expect((await bits()).numbers).not.toEqual((await bits({ key: fold(key(3), 1) })).numbers)
    expect(
      (await bits({ process: vanishingLinear({ floor: 0.01 }), times: logUniformTimes({ epsilon: 0.1 }) })).numbers
        .flat()
        .every(Number.isFinite),
    ).toBe(true)
  })
})
