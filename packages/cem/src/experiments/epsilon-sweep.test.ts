import { cpu } from '@tweedie/core/cpu'
import { describe, expect, it } from 'vitest'
import { apart } from './epsilon-sweep/findings.js'
import { runEpsilonSweep } from './epsilon-sweep/run.js'
import { type EpsilonSweepSettings, epsilonSweep } from './epsilon-sweep.js'
import { seedKeys } from './parts/seeds.js'
import { contextOf, faultsOf } from './parts/test-support.js'

const B = cpu()
const settings: EpsilonSweepSettings = { points: 6, samples: 40, steps: 12, epsilons: [0.1, 1e-4, 1e-6] }

describe('epsilon sweep', () => {
  it('gives the same bytes for the same seeds, in the form of a result, and leaves no tensor', async () => {
    const before = B.liveTensors()
    const run = () => epsilonSweep.run(B, settings, 'tiny', contextOf([3, 4]))
    const result = await run()
    expect(faultsOf(result, epsilonSweep, settings, [3, 4])).toEqual([])
    expect(JSON.stringify(await run())).toBe(JSON.stringify(result))
    expect(B.liveTensors()).toBe(before)
    expect(result.claims.length).toBe(3)
    expect(result.figures[0]?.panels.length).toBe(settings.epsilons.length + 1)
    const alone = await epsilonSweep.run(B, settings, 'tiny', contextOf([3]))
    expect(alone.figures).toEqual(result.figures)
  })

  it('at small ε the mean distance is that of the last noise: √(π/2) √(1 − e^(−ε))', async () => {
    const epsilons = [1e-4, 1e-5, 1e-6]
    const small = { ...settings, epsilons, samples: 400, steps: 60 }
    const { distances, floors } = await runEpsilonSweep(B, small, { seed: 2, keys: seedKeys(2), first: false }, contextOf([2]))
    epsilons.forEach((epsilon, k) => {
      const expected = Math.sqrt((Math.PI / 2) * -Math.expm1(-epsilon))
      // The length of a normal vector in the plane has the coefficient of variation √(4/π − 1); 4.5 standard errors, and 0.02 for a sample that the
      // steps left between two points.
      const bound = 4.5 * Math.sqrt((4 / Math.PI - 1) / small.samples) + 0.02
      for (const found of [distances[k], floors[k]]) expect(Math.abs((found as number) / expected - 1)).toBeLessThan(bound)
    })
  })

  it('fits those ε at which the points are apart', async () => {
    const run = { points: { data: new Float64Array(0), rows: 0, columns: 2 }, distances: [], floors: [], shown: [] }
    const spaced = [0.3, 0.03].map((halfSpacing) => ({ ...run, halfSpacing }))
    expect(apart({ ...settings, epsilons: [1e-1, 1.01e-2, 0.99e-2, 1e-4] }, spaced.slice(0, 1))).toEqual([0.99e-2, 1e-4])
    expect(apart({ ...settings, epsilons: [1e-1, 1.01e-2, 0.99e-2, 0.99e-4] }, spaced)).toEqual([0.99e-4])
  })

  it('stops with its signal', async () => {
    await expect(epsilonSweep.run(B, settings, 'tiny', contextOf([1], { signal: AbortSignal.abort() }))).rejects.toMatchObject({
      _tag: 'Aborted',
    })
  })
})
