import { describe, expect, it } from 'vitest'
import { presets } from '../../setup.js'
import { distancesTo, heard, smallSetup } from '../testing.js'

const setup = { ...smallSetup, points: presets('line', { count: 300 }), steps: 12 }

describe('generator', () => {
  it('learns the map from noise to data', async () => {
    const request = { kind: 'generator', id: 1, setup, sizes: { labels: 600, training: 250, samples: 400 } } as const
    const { of, last } = await heard(request)
    expect(last).toMatchObject({ kind: 'done', liveTensors: 0 })
    const losses = of('progress').flatMap(({ stage, loss }) => (stage === 'training' && loss !== undefined ? [loss] : []))
    expect(losses.at(-1)).toBeLessThan(0.1 * (losses[0] as number))
    const [answer] = of('samples')
    if (!answer) throw last
    expect([answer.samples.length, answer.noise?.length]).toEqual([800, 800])
    // Untrained samples are 2 away from the line on average; a loss of 0.02 is a distance of 0.14.
    const sorted = [...distancesTo(setup.points, answer.samples)].sort((a, b) => a - b)
    expect(sorted[200]).toBeLessThan(0.15)
    const share = sorted.filter((distance) => distance > answer.pollutionRadius).length / 400
    expect(answer.pollution).toBeCloseTo(share, 2)
    // The noise is what the samples came from: neighbours go to neighbours, so the nearest pair of starts ends nearer than pairs do on average.
    const noise = answer.noise as Float32Array
    const gap = (of: Float32Array, i: number, j: number): number =>
      Math.hypot((of[2 * i] as number) - (of[2 * j] as number), (of[2 * i + 1] as number) - (of[2 * j + 1] as number))
    let [near, all, pairs] = [[0, Number.POSITIVE_INFINITY], 0, 0]
    for (let i = 0; i < 100; i++)
      for (let j = 0; j < i; j++) {
        all += gap(answer.samples, i, j)
        pairs++
        if (gap(noise, i, j) < (near[1] as number)) near = [gap(answer.samples, i, j), gap(noise, i, j)]
      }
    expect(near[0]).toBeLessThan((0.5 * all) / pairs)
  })
})

describe('network', () => {
  it('of each objective learns, and that of the denoiser pollutes least, as in paper B', async () => {
    const pollution: Record<string, number> = {}
    for (const objective of ['cem', 'ddpm', 'sgm'] as const) {
      const request = { kind: 'network', id: 1, setup, objective, sizes: { training: 160, samples: 300 } } as const
      const { of, last } = await heard(request)
      expect(last).toMatchObject({ kind: 'done', liveTensors: 0 })
      const losses = of('progress').flatMap(({ loss }) => (loss === undefined ? [] : [loss]))
      expect(losses.at(-1)).toBeLessThan(0.7 * (losses[0] as number))
      pollution[objective] = of('samples')[0]?.pollution as number
    }
    // 300 samples each: a share has a standard error of at most 0.03.
    expect(pollution.cem).toBeLessThan((pollution.ddpm as number) - 0.15)
    expect(pollution.cem).toBeLessThan((pollution.sgm as number) - 0.15)
  })

  it('learns from a single point, with any solver', async () => {
    for (const solver of ['heun', 'ddim'] as const) {
      const request = { kind: 'network', id: 1, setup: { ...setup, solver, points: [[1, 1]] as const }, objective: 'cem' } as const
      const { of } = await heard({ ...request, sizes: { training: 80, samples: 50 } })
      const [answer] = of('samples')
      const sorted = [...distancesTo([[1, 1]], answer?.samples ?? [])].sort((a, b) => a - b)
      expect(sorted[25]).toBeLessThan(0.1)
    }
  })
})
