import { key, normalArray, ornsteinUhlenbeck } from '@tweedie/core'
import { cpu } from '@tweedie/core/cpu'
import { adam } from '@tweedie/nn'
import { evenly } from '@tweedie/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rawNet } from '../network/raw-net.js'
import { cem, ddpm, sgm } from '../objective/objectives.js'
import { importanceTimes } from '../times/importance-times.js'
import { logUniformTimes } from '../times/log-uniform-times.js'
import { lossMoments } from '../times/loss-moments.js'
import { rowLosses } from './row-losses.js'
import { trainModel } from './train-model.js'

const B = cpu()
const process = ornsteinUhlenbeck()
const network = rawNet({ dimension: 2, hidden: [4] })
const data = { data: normalArray(key(1), 200), rows: 100, columns: 2 }
const times = logUniformTimes({ epsilon: 0.01 })

describe('rowLosses', () => {
  it('are those that training takes the mean of', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(cem, ddpm, sgm), fc.nat(1e6), async (objective, seed) => {
        const model = { process, objective, network, times, data }
        const parameters = network.initialise(B, key(seed))
        const { losses } = await rowLosses(B, { ...model, key: key(seed) }, parameters)
        const mean = losses.reduce((sum, loss) => sum + loss, 0) / losses.length
        // The same law of draws: the loss of the first step of a training that begins with such parameters is of the same size.
        const { history } = await trainModel(B, {
          ...model,
          optimiser: adam({ rate: 1e-9 }),
          steps: 40,
          batch: 100,
          key: key(seed),
          lookEvery: 40,
        })
        expect(Math.abs(Math.log(mean / (history[0]?.loss as number)))).toBeLessThan(1.5)
        expect(losses.every((loss) => loss >= 0)).toBe(true)
      }),
      { numRuns: 6 },
    )
  })

  it('do not depend on the scale of a ratio, and give importance times that stay in the range', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(1e6), evenly(0.01, 0.5), async (seed, baseShare) => {
        const drawn = await rowLosses(
          B,
          { process, objective: cem, network, times, data, key: key(seed) },
          network.initialise(B, key(seed)),
        )
        const bins = 2
        const { secondMoments } = lossMoments(times.under(process), bins, drawn.times, drawn.losses)
        const law = importanceTimes({ base: times, secondMoments, baseShare })
        const again = await rowLosses(
          B,
          { process, objective: cem, network, times: law, data, key: key(seed) },
          network.initialise(B, key(seed)),
        )
        expect(again.times.every((t) => t >= 0.01 && t <= 10)).toBe(true)
        expect(again.losses.every(Number.isFinite)).toBe(true)
      }),
      { numRuns: 10 },
    )
  })

  it('frees what it makes and refuses what does not fit', async () => {
    const parameters = network.initialise(B, key(1))
    const before = B.liveTensors()
    const options = { process, objective: cem, network, times, data, key: key(2) }
    await rowLosses(B, { ...options, chunk: 7 }, parameters)
    expect(B.liveTensors()).toBe(before)
    await expect(rowLosses(B, { ...options, data: { data: new Float64Array(0), rows: 0, columns: 2 } }, parameters)).rejects.toThrow(
      /without rows/,
    )
    await expect(rowLosses(B, { ...options, chunk: 0 }, parameters)).rejects.toThrow(/chunk = 0/)
  })
})
