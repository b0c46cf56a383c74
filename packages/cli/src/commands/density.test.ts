import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { key, normalArray } from '@tweedie/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { main } from '../main.js'
import { collect } from '../test-streams.js'

const root = mkdtempSync(join(tmpdir(), 'tweedie-density-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
const at = (name: string): string => join(root, name)
const write = (name: string, rows: readonly (readonly (number | string)[])[]): string => {
  writeFileSync(at(name), rows.map((row) => `${row.join(',')}\n`).join(''))
  return at(name)
}
const tweedie = async (...args: string[]): Promise<{ status: number; out: string; err: string }> => {
  const [stdout, stderr] = [collect(), collect()]
  const status = await main(args, { stdout: stdout.stream, stderr: stderr.stream })
  return { status, out: stdout.text(), err: stderr.text() }
}
const read = (name: string): { names: string[]; rows: number[][] } => {
  const [head = '', ...lines] = readFileSync(at(name), 'utf8').trim().split('\n')
  return { names: head.split(','), rows: lines.map((line) => line.split(',').map(Number)) }
}

// A correlated pair; anomalies are usual in each column and not in both together.
const z = normalArray(key(1), 600)
const pair = (i: number): [number, number] => [z[2 * i] as number, (z[2 * i] as number) + 0.2 * (z[2 * i + 1] as number)]
const usual = Array.from({ length: 200 }, (_, i) => pair(i))
const unusual = Array.from({ length: 30 }, (_, i) => {
  const [x, y] = pair(200 + i)
  return [x, -y + (x < 0 ? 1 : -1)]
})
const labelled = [
  ['y', 'kind', 'x'],
  ...Array.from({ length: 60 }, (_, i) => [pair(230 + i)[1], 'usual', pair(230 + i)[0]]),
  ...unusual.map(([x, y]) => [y as number, 'odd', x as number]),
]

beforeAll(async () => {
  const quick = [
    '--labels',
    '400',
    '--training-steps',
    '150',
    '--steps',
    '10',
    '--hidden',
    '12',
    '--batch',
    '64',
    '--quiet',
    '--backend',
    'cpu',
  ]
  const table = write('usual.csv', [['x', 'y'], ...usual])
  expect(await tweedie('fit', table, '--out', at('model'), '--preset', 'plain', ...quick)).toMatchObject({ status: 0, err: '' })
  // A spread and a step, so that none is chosen.
  const best = ['--preset', 'best', '--spread', '0.5', '--step', '0.2']
  expect(await tweedie('fit', table, '--out', at('best'), ...best, ...quick)).toMatchObject({ status: 0, err: '' })
  write('rows.csv', labelled)
}, 60_000)
const density = (...options: string[]) => densityIn('model', ...options)
const densityIn = (folder: string, ...options: string[]) =>
  tweedie('density', at(folder), at('rows.csv'), '--backend', 'cpu', '--quiet', ...options)

describe('density', () => {
  test('writes a row for every row, finds columns by name, ranks, and says how labels are told apart', async () => {
    const { status, out } = await density('--out', at('cloud.csv'), '--label', 'kind')
    expect(status).toBe(0)
    const { names, rows } = read('cloud.csv')
    expect(names).toEqual(['row', 'log_density', 'anomaly_score', 'anomaly_rank'])
    expect(rows.map(([row]) => row)).toEqual(Array.from({ length: 90 }, (_, i) => i + 1))
    const byRank = [...rows].sort((a, b) => (a[3] as number) - (b[3] as number))
    byRank.forEach(([, logDensity, score], k) => {
      expect(score).toBe(-(logDensity as number))
      if (k > 0) expect(logDensity).toBeGreaterThanOrEqual(byRank[k - 1]?.[1] as number)
    })
    expect(byRank.map((row) => row[3])).toEqual(Array.from({ length: 90 }, (_, i) => i + 1))
    // The anomalies are the rarer label, and lie off the line: the area by counting pairs.
    const [odd, others] = [rows.slice(60), rows.slice(0, 60)]
    const wins = odd.flatMap((a) => others.map((b) => ((a[2] as number) > (b[2] as number) ? 1 : 0)))
    const area = wins.reduce<number>((sum, win) => sum + win, 0) / wins.length
    expect(area).toBeGreaterThan(0.9)
    expect(out).toContain(`AUROC of −ln p for kind = odd: ${area.toFixed(4)} ±`)
    expect(out).toMatch(/least likely: line \d+/)
  })

  test('the closed form and the flow agree but for the prior; units differ by the columns', async () => {
    for (const [name, ...options] of [['flow', '--method', 'flow'], ['scores', '--units', 'scores'], ['values']] as const)
      expect((await density('--out', at(`${name}.csv`), ...options)).status).toBe(0)
    const [flow, scores, values] = ['flow', 'scores', 'values'].map((name) => read(`${name}.csv`).rows.map((row) => row[1] as number)) as [
      number[],
      number[],
      number[],
    ]
    // What is left of the data in the prior: α(1) = floor < 0.1, so ln p changes by a few hundredths where rows are usual.
    values.slice(0, 60).forEach((value, i) => expect(Math.abs(value - (flow[i] as number))).toBeLessThan(0.5))
    expect(values.some((value, i) => Math.abs(value - (scores[i] as number)) > 0.01)).toBe(true)
  })

  test('by the generator rows may be out of reach, and by importance there is a standard error', async () => {
    const generator = await density('--out', at('generator.csv'), '--method', 'generator')
    expect(generator.status).toBe(0)
    expect(generator.out).toMatch(/every row was reached|rows have none/)
    for (const row of read('generator.csv').rows) expect(row.every(Number.isFinite)).toBe(true)
    const { status, out } = await density('--out', at('importance.csv'), '--method', 'importance')
    expect(status).toBe(0)
    expect(out).toMatch(/largest standard error/)
    expect(read('importance.csv').names[2]).toBe('standard_error')
  })

  test('one row, and columns that are constant in it', async () => {
    write('one.csv', [
      ['x', 'y'],
      [0.5, 0.5],
    ])
    const { status, out } = await tweedie('density', at('model'), at('one.csv'), '--backend', 'cpu', '--quiet')
    expect(status).toBe(0)
    expect(out).toMatch(/^ln p of 1 rows/)
  })
})

describe('density of a model of preset best', () => {
  const numbers = async (...options: string[]): Promise<number[]> => {
    expect((await densityIn('best', '--out', at('best.csv'), ...options)).status).toBe(0)
    return read('best.csv').rows.map((row) => row[1] as number)
  }
  test('every method tells the anomalies, and units differ by the columns whatever the method', async () => {
    const found: Record<string, readonly [values: number[], scores: number[]]> = {}
    for (const method of ['cloud', 'flow', 'generator'])
      found[method] = [await numbers('--method', method), await numbers('--method', method, '--units', 'scores')]
    const [values, scores] = found.cloud as readonly [number[], number[]]
    for (const [method, [inValues, inScores]] of Object.entries(found)) {
      const reached = inValues.flatMap((value, i) => (value > -Number.MAX_VALUE ? [i] : []))
      expect(reached.length).toBeGreaterThan(method === 'generator' ? 20 : 89)
      // Σ ln ds/dv of the column maps, though a generator's density is in the units of its calibrated outputs; sums of a few logs round by 1e-13.
      for (const i of reached)
        expect((inValues[i] as number) - (inScores[i] as number)).toBeCloseTo((values[i] as number) - (scores[i] as number), 9)
    }
    for (const method of ['cloud', 'flow', 'importance'] as const) {
      const all = found[method]?.[0] ?? (await numbers('--method', method))
      const [usual, odd] = [all.slice(0, 60), all.slice(60)]
      const wins = odd.flatMap((a) => usual.map((b) => (a < b ? 1 : 0)))
      expect(wins.reduce<number>((sum, win) => sum + win, 0) / wins.length).toBeGreaterThan(0.85)
    }
  }, 60_000)
})

describe('refusals of density', () => {
  const refused = async (pattern: RegExp, ...args: string[]): Promise<void> => {
    const { status, err } = await tweedie('density', ...args, '--backend', 'cpu', '--quiet')
    expect(status).toBeGreaterThan(0)
    expect(err).toMatch(pattern)
  }

  test('a cell that is no number, by its line; a missing cell; a missing column; labels of one or three values', async () => {
    await refused(
      /text\.csv, line 3, column "y"/,
      at('model'),
      write('text.csv', [
        ['x', 'y'],
        [1, 2],
        [1, 'two'],
        [3, 4],
      ]),
    )
    await refused(
      /gap\.csv, line 4, column "y"/,
      at('model'),
      write('gap.csv', [
        ['x', 'y'],
        [1, 2],
        [2, 1],
        [3, ''],
      ]),
    )
    await refused(
      /no column "y"/,
      at('model'),
      write('less.csv', [
        ['x', 'w'],
        [1, 2],
        [3, 4],
      ]),
    )
    await refused(
      /1 different values/,
      at('model'),
      write('label.csv', [
        ['x', 'y', 'kind'],
        [1, 2, 0],
        [2, 3, 0],
      ]),
      '--label',
      'kind',
    )
    await refused(/no column "sort"/, at('model'), at('rows.csv'), '--label', 'sort')
  })

  test('a method, units, a seed or an ending that do not exist', async () => {
    await refused(/--method.*one of cloud, flow, generator, importance/, at('model'), at('rows.csv'), '--method', 'kernel')
    await refused(/--units.*one of values, scores/, at('model'), at('rows.csv'), '--units', 'bits')
    await refused(/--seed/, at('model'), at('rows.csv'), '--seed', '-1')
    await refused(/tables cannot be written/, at('model'), at('rows.csv'), '--out', at('x.doc'))
  })

  test('a cloud that is altered, missing, or was never written', async () => {
    const whole = readFileSync(at('model/cloud.safetensors'))
    const config = readFileSync(at('model/config.json'), 'utf8')
    const flipped = Buffer.from(whole)
    flipped[flipped.length - 1] = (flipped[flipped.length - 1] as number) ^ 1
    writeFileSync(at('model/cloud.safetensors'), flipped)
    await refused(/cloud\.safetensors.*truncated, altered or of another model/, at('model'), at('rows.csv'))
    rmSync(at('model/cloud.safetensors'))
    await refused(/cloud\.safetensors is missing/, at('model'), at('rows.csv'))
    const { cloud: _, ...older } = JSON.parse(config) as Record<string, unknown>
    writeFileSync(at('model/config.json'), JSON.stringify(older))
    await refused(/does not keep its training rows/, at('model'), at('rows.csv'))
    // A folder without the cloud still samples.
    expect((await tweedie('sample', at('model'), '--count', '3', '--out', at('three.csv'), '--backend', 'cpu', '--quiet')).status).toBe(0)
    writeFileSync(at('model/cloud.safetensors'), whole)
    writeFileSync(at('model/config.json'), config)
  })
})
