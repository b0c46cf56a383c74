import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { key, normalArray } from '@tweedie/core'
import { cpu } from '@tweedie/core/cpu'
import { bestSettings } from '@tweedie/density'
import * as E from 'fp-ts/lib/Either.js'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { main } from './main.js'
import { readModelFolder } from './model/model-folder.js'
import { collect } from './test-streams.js'

const root = mkdtempSync(join(tmpdir(), 'tweedie-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))

/** Runs the command in the test folder. */
const tweedie = async (...args: string[]): Promise<{ status: number; out: string; err: string }> => {
  const [stdout, stderr] = [collect(), collect()]
  const status = await main(args, { stdout: stdout.stream, stderr: stderr.stream })
  return { status, out: stdout.text(), err: stderr.text() }
}

const at = (name: string): string => join(root, name)
const write = (name: string, content: string | Uint8Array): string => {
  writeFileSync(at(name), content)
  return at(name)
}
const csv = (rows: readonly (readonly (number | string)[])[]): string => rows.map((row) => `${row.join(',')}\n`).join('')

// A noisy circle: 80 rows, two columns.
const noise = normalArray(key(1), 160)
const circle = Array.from({ length: 80 }, (_, i) => [
  Math.cos(i) + 0.1 * (noise[2 * i] as number),
  Math.sin(i) + 0.1 * (noise[2 * i + 1] as number),
])
const table = (): string => write('circle.csv', csv([['x', 'y'], ...circle]))
const quick = ['--labels', '100', '--training-steps', '30', '--steps', '5', '--hidden', '8', '--batch', '16', '--quiet']

const files = [
  'cloud.safetensors',
  'config.json',
  'model.safetensors',
  'picture.svg',
  'report.html',
  'report.json',
  'samples.csv',
  'test.csv',
  'train.csv',
]
/** Nothing but what is named may be left in the test folder. */
const leftovers = (): string[] => readdirSync(root).filter((name) => name.includes('.tweedie-'))

describe('fit', () => {
  test('writes the whole folder, and the numbers say what was done', async () => {
    const { status, err, out } = await tweedie('fit', table(), '--out', at('model'), ...quick)
    expect({ status, err }).toEqual({ status: 0, err: '' })
    expect(out).toMatch(/80 new rows/)
    expect(readdirSync(at('model')).sort()).toEqual(files)
    const report = JSON.parse(readFileSync(at('model/report.json'), 'utf8'))
    expect(report.metrics.generated.marginalKl).toHaveLength(2)
    expect(report.metrics.floor.energyDistance).toBeGreaterThanOrEqual(0)
    expect(report.timings.labels.count).toBe(100)
    const config = JSON.parse(readFileSync(at('model/config.json'), 'utf8'))
    expect(config).toMatchObject({
      columns: ['x', 'y'],
      rows: { training: 64, heldOut: 16 },
      settings: { preset: 'best', seed: 0, labels: 100 },
    })
    // Of so few rows none can be spared to choose by.
    expect(config.chosen).toEqual({ spread: bestSettings.spread, step: bestSettings.step })
    expect(readFileSync(at('model/samples.csv'), 'utf8').trim().split('\n')).toHaveLength(81)
    const split = ['train.csv', 'test.csv'].flatMap((name) =>
      readFileSync(at(`model/${name}`), 'utf8')
        .trim()
        .split('\n')
        .slice(1),
    )
    expect(split.sort()).toEqual(circle.map((row) => row.join(',')).sort())
    expect(readFileSync(at('model/report.html'), 'utf8')).toMatch(/^<!doctype html>/i)
  })

  test('the same seed gives the same bytes, whatever the chunk; another seed does not', async () => {
    for (const [name, ...more] of [['a'], ['b', '--chunk', '7'], ['c', '--seed', '1']] as const)
      expect((await tweedie('fit', table(), '--out', at(name), ...quick, ...more)).status).toBe(0)
    for (const file of ['samples.csv', 'model.safetensors', 'train.csv', 'test.csv'])
      expect(readFileSync(at(`b/${file}`))).toEqual(readFileSync(at(`a/${file}`)))
    expect(readFileSync(at('c/samples.csv'))).not.toEqual(readFileSync(at('a/samples.csv')))
  })

  test('options reach the model: columns, scaling, solver, grid, mini-batch, samples', async () => {
    const path = write('three.csv', csv([['x', 'name', 'y'], ...circle.map(([x, y]) => [x as number, 'text', y as number])]))
    const args = [
      '--preset',
      'plain',
      '--columns',
      'y',
      '--scaling',
      'standard',
      '--solver',
      'heun',
      '--grid',
      'linear',
      '--mini-batch',
      '10',
      '--samples',
      '7',
      '--floor',
      '0.05',
      '--activation',
      'relu',
    ]
    expect(await tweedie('fit', path, '--out', at('options'), ...quick, ...args)).toMatchObject({ status: 0, err: '' })
    const { columns, settings } = JSON.parse(readFileSync(at('options/config.json'), 'utf8'))
    expect(columns).toEqual(['y'])
    expect(settings).toMatchObject({
      scaling: 'standard',
      solver: 'heun',
      grid: 'linear',
      miniBatch: 10,
      samples: 7,
      floor: 0.05,
      activation: 'relu',
    })
    expect(readFileSync(at('options/samples.csv'), 'utf8').trim().split('\n')).toHaveLength(8)
  })

  test('preset paper, with tiny sizes: z-scores, Euler, mini-batches with replacement', async () => {
    const args = ['--preset', 'paper', ...quick, '--mini-batch', '70']
    for (const name of ['paper', 'paper-again'])
      expect(await tweedie('fit', table(), '--out', at(name), ...args)).toMatchObject({ status: 0, err: '' })
    const { settings, chosen } = JSON.parse(readFileSync(at('paper/config.json'), 'utf8'))
    expect(settings).toMatchObject({
      preset: 'paper',
      scaling: 'standard',
      solver: 'euler',
      grid: 'linear',
      miniBatch: 70,
      steps: 5,
      hidden: [8],
    })
    expect(chosen).toBeUndefined()
    expect(readFileSync(at('paper-again/samples.csv'))).toEqual(readFileSync(at('paper/samples.csv')))
  })

  test('preset best chooses spread and step on validation rows where neither is given', async () => {
    const many = normalArray(key(2), 260)
    const path = write(
      'chosen.csv',
      csv([['x', 'y'], ...Array.from({ length: 130 }, (_, i) => [many[2 * i] as number, many[2 * i + 1] as number])]),
    )
    expect(await tweedie('fit', path, '--out', at('chosen'), ...quick)).toMatchObject({ status: 0, err: '' })
    const { chosen, settings } = JSON.parse(readFileSync(at('chosen/config.json'), 'utf8'))
    const { tried } = JSON.parse(readFileSync(at('chosen/report.json'), 'utf8')).chosen
    expect(tried.length).toBeGreaterThan(5)
    expect(tried).toContainEqual(expect.objectContaining(chosen))
    expect([settings.spread, settings.step]).toEqual([undefined, undefined])
  })

  test('the labels to start from and the calibration are in the folder; --step network keeps no labels', async () => {
    const B = cpu()
    for (const step of ['0.2', 'network']) {
      const folder = at(`step-${step}`)
      expect(await tweedie('fit', table(), '--out', folder, ...quick, '--spread', '0.5', '--step', step)).toMatchObject({
        status: 0,
        err: '',
      })
      const model = await readModelFolder(B, folder)()
      if (E.isLeft(model)) throw model.left
      const { config, generator } = model.right
      expect(config.chosen).toEqual({ spread: 0.5, step: step === 'network' ? step : 0.2 })
      expect(generator.anchors?.step).toBe(step === 'network' ? undefined : 0.2)
      // Of 100 labels a row keeps at most two.
      if (generator.anchors) expect(generator.anchors.noise.rows).toBeGreaterThan(30)
      expect(generator.outputs).toHaveLength(2)
    }
  })

  test('free text is left out with a word, and .gz is read', async () => {
    const path = write(
      'text.csv.gz',
      gzipSync(csv([['x', 'day', 'y'], ...circle.map(([x, y], i) => [x as number, `day ${i}`, y as number])])),
    )
    const { status, err } = await tweedie('fit', path, '--out', at('text'), ...quick.slice(0, -1))
    expect(status).toBe(0)
    expect(err).toMatch(/left out: day \(text with 64 different cells in 64 rows, for example "day \d+"\)/)
    expect(err).toMatch(/labels: 100 pairs in/)
  })
})

test('demo fits the earthquakes, and again with other settings into the same folder', async () => {
  for (const seed of ['1', '2'])
    expect(await tweedie('demo', '--out', at('demo'), ...quick, '--seed', seed)).toMatchObject({ status: 0, err: '' })
  const config = JSON.parse(readFileSync(at('demo/config.json'), 'utf8'))
  expect(config).toMatchObject({ columns: ['longitude', 'latitude', 'depth', 'magnitude'], settings: { seed: 2 } })
  expect(readFileSync(at('demo/samples.csv'), 'utf8').trim().split('\n').length).toBeGreaterThan(1_000)
})

describe('sample', () => {
  beforeAll(async () => {
    await tweedie('fit', table(), '--out', at('sampled'), ...quick)
  })

  test.each(['csv', 'npy', 'parquet'])('writes .%s; the same seed the same bytes', async (format) => {
    for (const name of ['one', 'two'])
      expect(
        await tweedie('sample', at('sampled'), '--count', '50', '--out', at(`${name}.${format}`), '--seed', '3', '--quiet'),
      ).toMatchObject({ status: 0, err: '' })
    expect(readFileSync(at(`two.${format}`))).toEqual(readFileSync(at(`one.${format}`)))
    const { status, out } = await tweedie('evaluate', at('sampled/train.csv'), at(`one.${format}`), '--json')
    // An .npy has no names, so its columns do not answer to x and y.
    if (format === 'npy') expect(status).toBe(2)
    else expect(JSON.parse(out).evaluation.rows.generated).toBe(50)
  })

  test('the first rows of many are the rows of few', async () => {
    await tweedie('sample', at('sampled'), '--count', '5', '--out', at('few.csv'), '--quiet')
    await tweedie('sample', at('sampled'), '--count', '9', '--out', at('many.csv'), '--quiet')
    expect(readFileSync(at('many.csv'), 'utf8').startsWith(readFileSync(at('few.csv'), 'utf8'))).toBe(true)
  })

  describe('refuses, with status 2 and nothing written', () => {
    const attempt = async (text: RegExp) => {
      const { status, err } = await tweedie('sample', at('broken'), '--count', '5', '--out', at('never.csv'))
      expect(err).toMatch(text)
      expect(status).toBe(2)
      expect(existsSync(at('never.csv'))).toBe(false)
    }
    beforeEach(() => {
      rmSync(at('broken'), { recursive: true, force: true })
      mkdirSync(at('broken'))
      for (const name of ['config.json', 'model.safetensors', 'cloud.safetensors'])
        writeFileSync(at(`broken/${name}`), readFileSync(at(`sampled/${name}`)))
    })
    const weights = (): Buffer => readFileSync(at('sampled/model.safetensors'))

    test('a truncated model', async () => {
      writeFileSync(at('broken/model.safetensors'), weights().subarray(0, 1000))
      await attempt(/truncated, altered or of another model/)
    })
    test('one flipped bit', async () => {
      const bytes = weights()
      bytes[bytes.length - 3] = (bytes[bytes.length - 3] as number) ^ 1
      writeFileSync(at('broken/model.safetensors'), bytes)
      await attempt(/truncated, altered or of another model/)
    })
    test('the weights of another model', async () => {
      await tweedie('fit', table(), '--out', at('another'), ...quick, '--seed', '9')
      writeFileSync(at('broken/model.safetensors'), readFileSync(at('another/model.safetensors')))
      await attempt(/truncated, altered or of another model/)
    })
    test('a missing model, a missing config, a config of something else, no folder', async () => {
      rmSync(at('broken/model.safetensors'))
      await attempt(/model\.safetensors is missing/)
      writeFileSync(at('broken/config.json'), '{"name": "something"}')
      await attempt(/not the config\.json of a tweedie model/)
      writeFileSync(at('broken/config.json'), '{')
      await attempt(/not JSON/)
      rmSync(at('broken'), { recursive: true })
      await attempt(/no such folder/)
    })
  })
})

describe('evaluate', () => {
  test('prints every metric as text and as JSON', async () => {
    await tweedie('fit', table(), '--out', at('judged'), ...quick, '--samples', '64')
    const args = ['evaluate', at('judged/test.csv'), at('judged/samples.csv'), '--train', at('judged/train.csv')]
    const text = await tweedie(...args)
    expect(text.status).toBe(0)
    for (const name of ['mean marginal KL', 'KL x', 'KL y', 'energy distance', 'sliced Wasserstein', 'memorisation ratio'])
      expect(text.out).toContain(name)
    const { evaluation, columns } = JSON.parse((await tweedie(...args, '--json')).out)
    expect(columns).toEqual(['x', 'y'])
    expect(evaluation.memorisation.ratio).toBeGreaterThan(0)
    const report = JSON.parse(readFileSync(at('judged/report.json'), 'utf8'))
    // The same rows, and no more of them than training rows, so that none is left out at random.
    expect(evaluation.generated.marginalKl).toEqual(report.metrics.generated.marginalKl)
  })

  test('real rows against themselves score like their floor', async () => {
    const { out } = await tweedie('evaluate', table(), table(), '--json')
    const { generated, memorisation } = JSON.parse(out).evaluation
    expect(generated.energyDistance).toBeLessThan(0.1)
    expect(memorisation.ratio).toBeLessThan(1)
  })
})

describe('bad input: status 2, one clear line, nothing written', () => {
  const numbers = circle.map((row) => row.map(String))
  const cases: readonly (readonly [name: string, content: string | undefined, text: RegExp, options?: readonly string[]])[] = [
    ['a missing file', undefined, /there is no such file|missing\.csv/],
    ['an empty file', '', /empty/],
    ['a header alone', 'x,y\n', /no rows/],
    ['a ragged row', csv([['x', 'y'], ...numbers.slice(0, 5), ['1'], ...numbers.slice(5)]), /line 7.*1/],
    ['text in a column of numbers', csv([['x', 'y'], ...numbers.slice(0, 5), ['1', 'oops'], ...numbers.slice(5)]), /line 7.*"y".*oops/],
    ['constants alone', csv([['x', 'y'], ...numbers.map(() => ['6', '7'])]), /every column is constant/],
    [
      'free text that was named',
      csv([['x', 'y'], ...numbers.map(([x], i) => [x as string, `row ${i}`])]),
      /"y".*text with 64 different/,
      ['--columns', 'x,y'],
    ],
    ['NaN', csv([['x', 'y'], ...numbers.slice(0, 5), ['NaN', '1'], ...numbers.slice(5)]), /line 7.*"x".*NaN/],
    ['infinity', csv([['x', 'y'], ...numbers.slice(0, 5), ['1', '-Infinity'], ...numbers.slice(5)]), /line 7.*"y".*Infinity/],
    [
      'one row',
      csv([
        ['x', 'y'],
        ['1', '2'],
      ]),
      /1 row/,
    ],
    ['too few rows', csv([['x', 'y'], ...numbers.slice(0, 6)]), /6 rows/],
    [
      'fewer rows than the mini-batch',
      csv([['x', 'y'], ...numbers]),
      /mini-batch of 65 out of 64 training rows/,
      ['--preset', 'plain', '--mini-batch', '65'],
    ],
    ['an unknown option', csv([['x', 'y'], ...numbers]), /unknown option '--colour'/, ['--colour', 'red']],
    ['an unknown preset', csv([['x', 'y'], ...numbers]), /"better" is not one of best, plain, paper/, ['--preset', 'better']],
    ['an option of another preset', csv([['x', 'y'], ...numbers]), /--mini-batch: it means nothing to preset best/, ['--mini-batch', '9']],
    ['a step beyond 1', csv([['x', 'y'], ...numbers]), /--step: "2"/, ['--step', '2']],
    ['an unknown column', csv([['x', 'y'], ...numbers]), /no column "z"/, ['--columns', 'z']],
    ['an unknown backend', csv([['x', 'y'], ...numbers]), /"abacus" is not one of wasm, cpu/, ['--backend', 'abacus']],
    ['a rate that is no number', csv([['x', 'y'], ...numbers]), /--rate: "fast"/, ['--rate', 'fast']],
    ['a floor of one', csv([['x', 'y'], ...numbers]), /--floor: "1"/, ['--floor', '1']],
  ]

  test.each(cases.map((each) => ({ name: each[0], each })))('$name', async ({ each: [name, content, text, options = []] }) => {
    const path = content === undefined ? at('missing.csv') : write('bad.csv', content)
    const { status, err, out } = await tweedie('fit', path, '--out', at('refused'), ...quick, ...options)
    expect(err, name).toMatch(text)
    expect(err.trim().split('\n')).toHaveLength(1)
    expect({ status, out }).toEqual({ status: 2, out: '' })
    expect(existsSync(at('refused'))).toBe(false)
    expect(leftovers()).toEqual([])
  })

  test('no command, an unknown command, a missing argument', async () => {
    expect(await tweedie()).toMatchObject({ status: 2, err: expect.stringMatching(/no command/) })
    expect(await tweedie('frobnicate')).toMatchObject({ status: 2, err: expect.stringMatching(/unknown command 'frobnicate'/) })
    expect(await tweedie('fit', '--out', at('x'))).toMatchObject({ status: 2, err: expect.stringMatching(/missing required argument/) })
    expect(await tweedie('fit', table())).toMatchObject({ status: 2, err: expect.stringMatching(/--out/) })
    expect(await tweedie('--version')).toMatchObject({ status: 0, err: '' })
    expect(await tweedie('--help')).toMatchObject({ status: 0, err: '', out: expect.stringMatching(/evaluate/) })
  })

  test('a folder that cannot be written, that is a file, or that holds something else', async () => {
    write('file', 'text')
    mkdirSync(at('full'))
    writeFileSync(at('full/notes.txt'), 'mine')
    for (const [folder, text] of [
      ['/proc/tweedie', /\/proc\/tweedie/],
      [at('file/inside'), /file/],
      [at('file'), /it is a file/],
      [at('full'), /holds other files \("notes\.txt"\)/],
    ] as const) {
      const { status, err } = await tweedie('fit', table(), '--out', folder, ...quick)
      expect({ status, err }).toEqual({ status: 2, err: expect.stringMatching(text) })
    }
    expect(readdirSync(at('full'))).toEqual(['notes.txt'])
    expect(leftovers()).toEqual([])
  })

  test('a folder of another model is kept, unless --force; the same run may be repeated', async () => {
    const fit = (...more: string[]) => tweedie('fit', table(), '--out', at('kept'), ...quick, ...more)
    expect(await fit()).toMatchObject({ status: 0 })
    const before = readFileSync(at('kept/model.safetensors'))
    expect(await fit('--seed', '5')).toMatchObject({ status: 2, err: expect.stringMatching(/holds another model/) })
    expect(readFileSync(at('kept/model.safetensors'))).toEqual(before)
    expect(await fit('--chunk', '3')).toMatchObject({ status: 0 })
    expect(readFileSync(at('kept/model.safetensors'))).toEqual(before)
    expect(await fit('--seed', '5', '--force')).toMatchObject({ status: 0 })
    expect(readFileSync(at('kept/model.safetensors'))).not.toEqual(before)
    writeFileSync(at('kept/notes.txt'), 'mine')
    expect(await fit('--force')).toMatchObject({ status: 2, err: expect.stringMatching(/other files/) })
  })
})

test('an interrupted fit leaves nothing and gives status 130', async () => {
  const controller = new AbortController()
  const [stdout, stderr] = [collect(), collect()]
  const running = main(['fit', table(), '--out', at('stopped'), '--labels', '100000', '--quiet'], {
    stdout: stdout.stream,
    stderr: stderr.stream,
    signal: controller.signal,
  })
  setTimeout(() => controller.abort(), 300)
  expect(await running).toBe(130)
  expect(stderr.text()).toBe('tweedie: interrupted; nothing was written\n')
  expect(existsSync(at('stopped'))).toBe(false)
  expect(leftovers()).toEqual([])
})
