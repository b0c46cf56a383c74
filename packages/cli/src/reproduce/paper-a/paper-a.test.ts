import type { Experiment, ExperimentContext, ExperimentResult, Figure, Mark } from '@tweedie/cem'
import { column, hostMatrix, inverseNormal, key, normalArray } from '@tweedie/core'
import { cpu } from '@tweedie/core/cpu'
import { learnPaper } from '@tweedie/density'
import { describe, expect, test, vi } from 'vitest'
import { sharedFile } from '../../tables/testing.js'
import { checkResult } from '../check-result.js'
import { dataFile } from '../data-file.js'
import { figureSvg } from '../figure/index.js'
import { reproductions } from '../list.js'
import { logDensityGrid, marginalDensity, rangeOf } from './density-estimate.js'
import { estimatedLabelSeconds } from './findings.js'
import { paperA } from './index.js'
import { kept } from './kept.js'
import { labelTime } from './label-time.js'
import { noiseMap, roughness } from './map.js'
import { ringData } from './ring.js'
import { settingsOf, shapes, type TableSettings } from './settings.js'
import { fileExperiment, ring } from './table-experiment.js'

vi.mock('./presets.js', () => ({
  presets: {
    other: (B: never, table: never, options: { readonly key: never }) =>
      learnPaper(B, table, { ...options, labels: 30, steps: 3, hidden: 3, iterations: 2 }),
  },
  presetsAt: { paper: ['other'], quick: ['other'] },
}))

const B = cpu()
const tiny = {
  labels: 60,
  steps: 6,
  chunk: 30,
  miniBatch: 20,
  hidden: [4],
  iterations: 5,
  batch: 20,
  samples: 50,
  mapPoints: 40,
  others: [],
} as const
const memory = () => {
  const files = new Map<string, Uint8Array>()
  return {
    files,
    load: async (name: string) => files.get(name),
    save: async (name: string, bytes: Uint8Array) => void files.set(name, bytes.slice()),
  }
}
const run = async <S extends object>(
  experiment: Experiment<S>,
  settings: S,
  more: Partial<ExperimentContext> = {},
): Promise<ExperimentResult> => {
  const result = await experiment.run(B, settings, 'quick', { seeds: [1], store: memory(), ...more })
  checkResult(result)
  return result
}
/** A result without what depends on the clock. */
const timeless = (result: ExperimentResult): string =>
  JSON.stringify({ ...result, measures: result.measures.filter(({ unit }) => unit !== 's') })
const value = ({ measures }: ExperimentResult, quantity: string, variant: string): number =>
  measures.find((each) => each.quantity.startsWith(quantity) && each.variant.includes(variant))?.ours ?? Number.NaN

describe('ring', () => {
  const settings = { ...ring.settings.quick, ...tiny, rows: 200 }

  test('gives measures, figures and claims, leaves no tensor, and is a function of the seed', async () => {
    const before = B.liveTensors()
    const stages = new Set<string>()
    const result = await run(ring, settings, { onProgress: ({ stage }) => stages.add(stage) })
    expect(B.liveTensors()).toBe(before)
    expect(Array.from(stages)).toEqual(['labels seed 1', 'training seed 1', 'sampling seed 1'])
    expect(result.figures.map(({ id, panels }) => [id, panels.length])).toEqual([
      ['fig-1', 4],
      ['marginals', 2],
      ['contours', 3],
      ['dimensions', 3],
    ])
    for (const figure of result.figures) expect(figureSvg(figure)).not.toMatch(/NaN|undefined|Infinity/)
    // The samples are not the 100,000 that the paper times.
    expect(result.claims).toHaveLength(3)
    expect(value(result, 'mean of the marginal KL', 'generated')).toBeGreaterThan(0)
    expect(value(result, 'time of label generation', 'estimated')).toBeGreaterThan(0)
    expect(timeless(await run(ring, settings))).toBe(timeless(result))
    const other = await run(ring, settings, { seeds: [2] })
    expect(value(other, 'mean of the marginal KL', 'generated')).not.toBe(value(result, 'mean of the marginal KL', 'generated'))
  })

  test('goes on from the store, with the seconds of the first run; of other settings nothing is taken', async () => {
    const store = memory()
    const stop = new AbortController()
    const onProgress = ({ stage }: { readonly stage: string }): void => void (stage.startsWith('training') && stop.abort())
    await expect(run(ring, settings, { store, signal: stop.signal, onProgress })).rejects.toMatchObject({ _tag: 'Aborted' })
    expect(Array.from(store.files.keys())).toEqual(['ring-labels-seed-1'])
    const first = await run(ring, settings, { store })
    const stages: string[] = []
    const again = await run(ring, settings, { store, onProgress: ({ stage }) => stages.push(stage) })
    expect(stages).toEqual([])
    expect(JSON.stringify(again)).toBe(JSON.stringify(first))
    await run(ring, { ...settings, steps: 7 }, { store, onProgress: ({ stage }) => stages.push(stage) })
    expect(new Set(stages).size).toBe(3)
  })

  test('another preset stands beside the paper’s', async () => {
    const before = B.liveTensors()
    const result = await run(ring, { ...settings, others: ['other'] })
    expect(B.liveTensors()).toBe(before)
    expect(value(result, 'mean of the marginal KL', 'preset other')).toBeGreaterThan(0)
    expect(value(result, 'time of sampling', 'preset other')).toBeGreaterThan(0)
    expect(result.figures[3]?.panels[0]?.marks.map(({ label }) => label)).toContain('generated, preset other')
    expect(ring.settings.paper.others).toEqual(['other'])
  })

  test('eight modes of equal weight on a circle', () => {
    const { training } = ringData(key(3), 4_000)
    const counts = new Array<number>(8).fill(0)
    for (let i = 0; i < 4_000; i++) {
      const [x, y] = [training.data[2 * i] as number, training.data[2 * i + 1] as number]
      // A mode's radius is 8 of its deviations.
      expect(Math.abs(Math.hypot(x, y) - 4 / Math.SQRT2)).toBeLessThan(2.1)
      const mode = ((Math.round(Math.atan2(y, x) / (Math.PI / 4)) % 8) + 8) % 8
      counts[mode] = (counts[mode] as number) + 1
    }
    // Binomial with deviation 21; five of it, an error rate below 1e-5 over the eight.
    for (const count of counts) expect(Math.abs(count - 500)).toBeLessThan(105)
  })
})

describe('tables of files', () => {
  test.for([
    ['power', 'POWER', 'power_household_2006-12-16_2007-01-11.txt.gz', 6],
    ['miniboone', 'MINIBOONE', 'miniboone_maf_rows0000-1199.npy.gz', 43],
  ] as const)('%s on the extract', async ([name, title, file, columns], { skip }) => {
    const { path, absent, why } = sharedFile(`data/tabular/${file}`)
    skip(absent, why)
    const experiment = fileExperiment(name, title)
    const settings: TableSettings = { ...experiment.settings.quick, ...tiny }
    const before = B.liveTensors()
    const result = await run(experiment, settings, { data: await dataFile(path) })
    expect(B.liveTensors()).toBe(before)
    const kl = result.figures.find(({ id }) => id === 'dimensions')?.panels[0]?.marks[0] as Extract<Mark, { kind: 'line' }>
    expect(kl.points).toHaveLength(columns)
    expect(kl.points.map(([dimension]) => dimension)).toEqual(Array.from({ length: columns }, (_, j) => j + 1))
  })

  test('label-time estimates the whole from the part', async ({ skip }) => {
    const { path, absent, why } = sharedFile('data/tabular/power_household_2006-12-16_2007-01-11.txt.gz')
    skip(absent, why)
    const result = await run(labelTime, { labels: 40, steps: 5, chunk: 20, miniBatch: 10 }, { data: await dataFile(path) })
    expect(result.measures).toHaveLength(2)
    expect(result.measures[1]?.ours).toBeCloseTo(((result.measures[0]?.ours as number) * 200_000 * 500) / (40 * 5), 6)
  })

  test('without a file they say what to give; the settings are those of the paper', async () => {
    const power = fileExperiment('power', 'POWER')
    await expect(run(power, { ...power.settings.quick, ...tiny })).rejects.toMatchObject({ message: expect.stringMatching(/dataset\/235/) })
    expect(paperA.filter(({ needs }) => needs !== undefined).map(({ name }) => name)).toEqual([
      'power',
      'gas',
      'hepmass',
      'miniboone',
      'label-time',
    ])
    expect(settingsOf(shapes.miniboone).paper).toMatchObject({
      hidden: [1_400, 1_400],
      labels: 200_000,
      steps: 500,
      chunk: 2_000,
      miniBatch: 1_000,
      iterations: 20_000,
      batch: 'full',
      rate: 2e-3,
      samples: 100_000,
    })
    expect(new Set(reproductions.map(({ name }) => name)).size).toBe(reproductions.length)
    expect(estimatedLabelSeconds(3, { labels: 20_000, steps: 500 })).toBe(30)
  })
})

describe('parts', () => {
  const range = [-1, 1] as const

  test('kernel densities integrate to one, and a Gaussian’s is Gaussian', () => {
    const rows = hostMatrix(normalArray(key(2), 4_000), 2_000, 2)
    const marginal = marginalDensity(rows, 0, [-7, 7], 701)
    // A Riemann sum of a smooth function that vanishes at the ends.
    expect(marginal.reduce((sum, [, p]) => sum + p * 0.02, 0)).toBeCloseTo(1, 6)
    const { values } = logDensityGrid(
      rows,
      [0, 1],
      [
        [-6, 6],
        [-6, 6],
      ],
      61,
    )
    const step = 12 / 60
    expect(values.reduce((sum, log) => sum + (10 ** log - 1e-10) * step ** 2, 0)).toBeCloseTo(1, 4)
    expect(rangeOf(column(rows, 0))[0]).toBeLessThan(-2)
  })

  test('the density of the quantiles of a Gaussian is that of the Gaussian widened by the kernel', () => {
    const quantiles = Array.from({ length: 48 }, (_, i) => inverseNormal((i + 0.5) / 48))
    const rows = hostMatrix(
      quantiles.flatMap((x) => quantiles.flatMap((y) => [x, 3 * y])),
      2_304,
      2,
    )
    const variance = quantiles.reduce((sum, q) => sum + q * q, 0) / 48
    const { values } = logDensityGrid(rows, [0, 1], [range, range], 3)
    const wide = variance * (1 + 2_304 ** (-1 / 3))
    // Forty-eight quantiles stand for the Gaussian: their tails are short, and with them `variance`, by two per cent.
    expect(Math.abs(10 ** (values[4] as number) * 2 * Math.PI * 3 * wide - 1)).toBeLessThan(0.04)
    expect(10 ** (values[4] as number) - 10 ** (values[5] as number)).toBeGreaterThan(0)
  })

  test('a correlated pair has its ridge along the line, with the axes the right way', () => {
    const z = normalArray(key(3), 1_000)
    const rows = hostMatrix(
      Float64Array.from({ length: 1_000 }, (_, k) =>
        k % 2 === 0 ? (z[k] as number) : 0.9 * (z[k - 1] as number) + 0.4 * (z[k] as number),
      ),
      500,
      2,
    )
    const { values } = logDensityGrid(
      rows,
      [0, 1],
      [
        [-2, 2],
        [-2, 2],
      ],
      5,
    )
    // (1, 1) lies on the ridge, (1, −1) far off it.
    expect(values[3 * 5 + 3]).toBeGreaterThan((values[1 * 5 + 3] as number) + 1)
  })

  test('roughness: 0 for a smooth map of close points, 1 for none', () => {
    const rows = 900
    const noise = hostMatrix(normalArray(key(4), 2 * rows), rows, 2)
    expect(roughness(noise, { ...noise, data: noise.data.map((x) => 3 * x + 1) })).toBeLessThan(0.02)
    const free = roughness(noise, hostMatrix(normalArray(key(5), 2 * rows), rows, 2))
    // A mean of 900 squared differences, each with a deviation near 1: five standard errors are 0.17.
    expect(Math.abs(free - 1)).toBeLessThan(0.17)
  })

  test('the ODE’s map is smoother than the SDE’s, on the ring', async () => {
    const { training } = ringData(key(6), 400)
    const map = await noiseMap(B, training, { mapPoints: 300, miniBatch: 60, steps: 60 }, key(7))
    expect(roughness(map.noise, map.ode)).toBeLessThan(0.5 * roughness(map.noise, map.sde))
  })

  test('what a store holds of other work, damaged or not, is not taken', async () => {
    const store = memory()
    let count = 0
    const compute = async () => ({ bytes: Uint8Array.of(1, 10, ++count), seconds: 2 })
    const once = await kept(store, 'a', { x: 1 }, compute)
    expect(await kept(store, 'a', { x: 1 }, compute)).toEqual(once)
    expect((await kept(store, 'a', { x: 2 }, compute)).bytes[2]).toBe(2)
    for (const bytes of [new Uint8Array(0), Uint8Array.of(123), new TextEncoder().encode('{"about":1}\n')]) {
      store.files.set('a', bytes)
      expect((await kept(store, 'a', { x: 1 }, compute)).seconds).toBe(2)
    }
    expect(count).toBe(5)
  })
})

describe('contours', () => {
  const grid = { columns: 3, rows: 2, x: [0, 2], y: [10, 20], values: [0, 1, 2, 0, 1, 2] } as const
  const figure = (mark: Mark): Figure => ({
    id: 'c',
    title: 'c',
    caption: 'c',
    panels: [{ title: 'p', x: { label: 'x' }, y: { label: 'y' }, marks: [mark] }],
  })

  test('are drawn once for each level that the values reach', () => {
    const svg = figureSvg(figure({ kind: 'contours', role: 'first', label: 'density', grid, thresholds: [0.5, 1.5, 5] }))
    const filled = Array.from(svg.matchAll(/<path[^>]* d="(M[^"]*)"/g), ([, d]) => d as string).filter((d) => d.endsWith('Z'))
    expect(filled).toHaveLength(2)
    // The values rise to the right: both levels reach the right end, the higher one begins later.
    const starts = filled.map((d) => Math.min(...Array.from(d.matchAll(/[ML]([-\d.]+),/g), ([, x]) => Number(x))))
    expect(starts[1]).toBeGreaterThan(starts[0] as number)
  })

  test('a grid that is none is refused', () => {
    const of = (change: object) => () =>
      figureSvg(figure({ kind: 'contours', role: 'first', grid: { ...grid, ...change }, thresholds: [1] }))
    expect(of({ values: [1, 2] })).toThrow(/2 values on a grid of 3 × 2/)
    expect(of({ x: [1, 1] })).toThrow(/lower ends first/)
    expect(of({ values: [0, 1, Number.NaN, 0, 1, 2] })).toThrow(expect.objectContaining({ _tag: 'NotFinite' }))
  })
})
