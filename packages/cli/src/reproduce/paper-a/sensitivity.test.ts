import type { ExperimentContext, ExperimentResult } from '@tweedie/cem'
import { key } from '@tweedie/core'
import { cpu } from '@tweedie/core/cpu'
import { describe, expect, test } from 'vitest'
import { checkResult } from '../check-result.js'
import { figureSvg } from '../figure/index.js'
import { reproductions } from '../list.js'
import { flowOf, labelsOf, rms } from './sensitivity/errors.js'
import { exponentOf } from './sensitivity/exponents.js'
import { laws, ringLaw } from './sensitivity/laws.js'
import type { SensitivitySettings } from './sensitivity/settings.js'
import { sensitivity } from './sensitivity.js'

const B = cpu()
const tiny: SensitivitySettings = {
  ...sensitivity.settings.quick,
  rows: 60,
  steps: 5,
  miniBatches: [5, 20],
  trainedMiniBatches: [5],
  draws: 2,
  labels: [20, 40],
  labelsForMiniBatches: 40,
  group: 20,
  noiseRatios: [0.2, 0.8],
  compared: 10,
  samples: 20,
  hidden: [3],
  trainingSteps: 4,
}
const memory = () => {
  const files = new Map<string, Uint8Array>()
  return {
    files,
    load: async (name: string) => files.get(name),
    save: async (name: string, bytes: Uint8Array) => void files.set(name, bytes.slice()),
  }
}
const run = (more: Partial<ExperimentContext> = {}): Promise<ExperimentResult> =>
  sensitivity.run(B, tiny, 'tiny', { seeds: [1, 2], store: memory(), ...more })

describe('the known laws', () => {
  test.each(laws)('$name: mean 0 and variance 1 exactly, and draws have its covariance', ({ columns, components, draw }) => {
    const rows = 20_000
    const { data } = draw(key(5), rows)
    const mean = (of: (i: number) => number): number => {
      let sum = 0
      for (let i = 0; i < rows; i++) sum += of(i)
      return sum / rows
    }
    for (let j = 0; j < columns; j++) {
      const average = components.reduce((sum, each) => sum + (each.mean[j] as number), 0) / components.length
      expect(average).toBeCloseTo(0, 12)
      for (let k = 0; k <= j; k++) {
        const exact =
          components.reduce(
            (sum, { mean: m, covariance }) => sum + (covariance.data[j * columns + k] as number) + (m[j] as number) * (m[k] as number),
            0,
          ) / components.length
        if (j === k) expect(exact).toBeCloseTo(1, 12)
        const product = (i: number): number => (data[i * columns + j] as number) * (data[i * columns + k] as number)
        const found = mean(product)
        const error = Math.sqrt(mean((i) => (product(i) - found) ** 2) / rows)
        // Five standard errors: one of the 36 fails with probability 2e-5.
        expect(Math.abs(found - exact)).toBeLessThan(5 * error)
      }
    }
  })

  test('labels of the law’s own flow are the limit of those of large clouds', async () => {
    const settings = { floor: 0.05, steps: 8 }
    const keys = { noise: key(1), draws: key(2) }
    const of = async (rows: number, exact?: typeof ringLaw) =>
      (await labelsOf(B, flowOf(settings), ringLaw.draw(key(3), rows), exact === undefined ? {} : { exact }, keys, 40, undefined)).targets
    const own = await of(1, ringLaw)
    const [few, many] = [rms(await of(50), own), rms(await of(5_000), own)]
    // A hundred times the rows: a tenth of the error by N^−½, and a third for what the tail of it is worth.
    expect(many).toBeLessThan(few / 3)
    expect(many).toBeLessThan(0.1)
  })
})

describe('exponents', () => {
  test('of a power law are exact; of one seed the standard error is that of the line; of several, that over seeds', () => {
    const xs = [1, 2, 4, 8, 20]
    const power = exponentOf(xs, [xs.map((x) => 3 * x ** -0.5)])
    expect(power.mean).toBeCloseTo(-0.5, 13)
    expect(power.standardError).toBeLessThan(1e-13)
    // scipy.stats.linregress of the logarithms.
    const one = exponentOf(xs, [[3, 1.9, 1.7, 0.9, 0.8]])
    expect(one.mean).toBeCloseTo(-0.4551963885092365, 12)
    expect(one.standardError).toBeCloseTo(0.06750752100970726, 12)
    const two = exponentOf(xs, [xs.map((x) => x ** -0.4), xs.map((x) => x ** -0.6)])
    expect(two.mean).toBeCloseTo(-0.5, 13)
    expect(two.standardError).toBeCloseTo(0.1, 13)
  })
})

describe('sensitivity', () => {
  test('is in the list, gives figures and claims, leaves no tensor, and is a function of the seeds', async () => {
    expect(reproductions.map(({ name }) => name)).toContain('sensitivity')
    const before = B.liveTensors()
    const result = await run()
    expect(B.liveTensors()).toBe(before)
    checkResult(result)
    expect(result.claims).toHaveLength(8)
    expect(result.figures.map(({ id, panels }) => [id, panels.length])).toEqual([
      ['posterior-mean', 2],
      ['labels', 2],
      ['network', 2],
      ['distance-mini-batch', 2],
      ['distance-labels', 2],
    ])
    for (const figure of result.figures) expect(figureSvg(figure)).not.toMatch(/NaN|undefined|Infinity/)
    const named = result.measures.map(({ quantity, variant }) => `${quantity} of ${variant}`)
    expect(new Set(named).size).toBe(named.length)
    expect(JSON.stringify(await run())).toBe(JSON.stringify(result))
    const [alone] = (await run({ seeds: [2] })).measures
    expect(alone?.ours).toBe(result.measures[0]?.perSeed?.[1])
  })

  test('goes on from the store, to the same bytes', async () => {
    const whole = JSON.stringify(await run({ seeds: [1] }))
    const store = memory()
    const stop = new AbortController()
    const onProgress = ({ stage, done }: { readonly stage: string; readonly done: number }): void =>
      void (stage.startsWith('8') && done > 3 && stop.abort())
    await expect(run({ seeds: [1], store, signal: stop.signal, onProgress })).rejects.toMatchObject({ _tag: 'Aborted' })
    expect(Array.from(store.files.keys())).toEqual(['sensitivity-2-columns-seed-1'])
    const stages = new Set<string>()
    expect(JSON.stringify(await run({ seeds: [1], store, onProgress: ({ stage }) => stages.add(stage) }))).toBe(whole)
    expect(Array.from(stages)).toEqual(['8 columns, seed 1'])
  })
})
