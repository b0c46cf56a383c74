import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hostMatrix, key, normalArray } from '@tweedie/core'
import { fitColumns } from '@tweedie/density'
import * as E from 'fp-ts/lib/Either.js'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { main } from '../main.js'
import { collect } from '../test-streams.js'
import { conditionScores, parseBandwidth, parseGiven } from './given.js'

const root = mkdtempSync(join(tmpdir(), 'tweedie-given-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
const at = (name: string): string => join(root, name)
const tweedie = async (...args: string[]): Promise<{ status: number; err: string }> => {
  const [stdout, stderr] = [collect(), collect()]
  const status = await main(args, { stdout: stdout.stream, stderr: stderr.stream })
  return { status, err: stderr.text() }
}
const rowsOf = (name: string): number[][] =>
  readFileSync(at(name), 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(',').map(Number))

describe('parseGiven', () => {
  const config = { columns: ['rooms', 'a=b', 'price', '4'] }
  test('reads columns by name or number; a name may hold an equals sign', () => {
    expect(parseGiven(config, ['rooms=3', 'a=b=-1e2'])).toEqual(
      E.right(
        new Map([
          [0, 3],
          [1, -100],
        ]),
      ),
    )
    expect(parseGiven(config, [' price = 2.5', '1=7'])).toEqual(
      E.right(
        new Map([
          [2, 2.5],
          [0, 7],
        ]),
      ),
    )
    expect(parseGiven(config, ['4=1'])).toEqual(E.right(new Map([[3, 1]])))
  })
  test.each([
    ['rooms', 'no equals sign'],
    ['room=3', 'did you mean "rooms"'],
    ['9=3', 'no column 9'],
    ['price=', '"" is not a number'],
    ['price=cheap', '"cheap" is not a number'],
    ['price=Infinity', 'is not a number'],
  ])('refuses %s', (text, message) => {
    const read = parseGiven(config, [text])
    expect(E.isLeft(read) && read.left.message).toContain(message)
  })
  test('refuses a column twice, and a bandwidth that is none or for nothing', () => {
    const twice = parseGiven(config, ['price=1', '3=2'])
    expect(E.isLeft(twice) && twice.left.message).toContain('"price" is given twice')
    expect(parseBandwidth('0.25', ['price=1'])).toEqual(E.right(0.25))
    expect(parseBandwidth(undefined, [])).toEqual(E.right(undefined))
    for (const [text, given] of [
      ['-1', ['price=1']],
      ['wide', ['price=1']],
      ['', ['price=1']],
      ['0.2', []],
    ] as const)
      expect(E.isLeft(parseBandwidth(text, given))).toBe(true)
  })
})

test('rows with one value have one score once it is given, the score of the condition', () => {
  const table = hostMatrix([3, 1, 3, 2, 5, 9, 3, 4, 5, 0], 5, 2)
  const { maps, scores } = fitColumns(table, 'normal-scores', key(0))
  const conditioned = conditionScores(['a', 'b'], maps, scores, new Map([[0, 3]]))
  if (E.isLeft(conditioned)) throw conditioned.left
  const { given, cloud } = conditioned.right
  const first = Array.from({ length: 5 }, (_, i) => cloud.data[2 * i])
  expect(first.map((score) => score === given[0])).toEqual([true, true, false, true, false])
  expect(Array.from({ length: 5 }, (_, i) => cloud.data[2 * i + 1])).toEqual(Array.from({ length: 5 }, (_, i) => scores.data[2 * i + 1]))
  const outside = conditionScores(['a', 'b'], maps, scores, new Map([[1, 9.5]]))
  expect(E.isLeft(outside) && outside.left.message).toMatch(/--given b=9.5: the training rows have values from 0 to 9/)
})

describe('tweedie sample --given', () => {
  // x = 3 + 2 (0.8 b + 0.6 z) with b standard normal, and k = 0, 1, 2 by turns with x + 10 k as y.
  const z = normalArray(key(1), 1_200)
  const n = 600
  beforeAll(async () => {
    const lines = Array.from({ length: n }, (_, i) => {
      const [b, noise] = [z[2 * i] as number, z[2 * i + 1] as number]
      const x = 3 + 2 * (0.8 * b + 0.6 * noise)
      return `${x},${b},${i % 3},${x + 10 * (i % 3)}`
    })
    writeFileSync(at('table.csv'), `x,b,k,y\n${lines.join('\n')}\n`)
    const quick = [
      '--labels',
      '100',
      '--training-steps',
      '5',
      '--steps',
      '12',
      '--hidden',
      '4',
      '--batch',
      '16',
      '--backend',
      'cpu',
      '--quiet',
    ]
    const fit = (folder: string, ...more: string[]) => tweedie('fit', at('table.csv'), '--out', at(folder), ...more, ...quick)
    expect(await fit('model', '--preset', 'plain')).toEqual({ status: 0, err: '' })
    expect(await fit('best', '--spread', '0.5', '--step', '0.2')).toEqual({ status: 0, err: '' })
  }, 120_000)
  const sample = (out: string, ...more: string[]) => sampleOf('model', out, ...more)
  const sampleOf = (folder: string, out: string, ...more: string[]) =>
    tweedie('sample', at(folder), '--count', '200', '--backend', 'cpu', '--out', at(out), ...more)

  test('follows the conditional law in the units of the table, the given column as given', async () => {
    const { status, err } = await sample('one.csv', '--given', 'b=0.9')
    expect(status).toBe(0)
    expect(err).toMatch(/the condition rests on [\d.]+ effective training rows \(bandwidth 0\.\d+ in scores\)/)
    const rows = rowsOf('one.csv')
    expect(rows).toHaveLength(200)
    expect(rows.every((row) => row[1] === 0.9)).toBe(true)
    const mean = rows.reduce((sum, row) => sum + (row[0] as number), 0) / 200
    // E[x | b] = 3 + 1.6 b = 4.44, deviation 1.2: five standard errors with 50 effective rows or more, and the kernel's pull towards 3.
    expect(Math.abs(mean - 4.44)).toBeLessThan(1)
    expect(await sample('again.csv', '--given', 'b=0.9', '--quiet')).toEqual({ status: 0, err: '' })
    expect(readFileSync(at('again.csv'))).toEqual(readFileSync(at('one.csv')))
  })

  test('a value that many rows have takes these rows alone, with another column beside it', async () => {
    const { err } = await sample('two.csv', '--given', 'k=2')
    expect(err).toMatch(/rests on 1\d\d effective training rows \(rows with exactly these values\)/)
    // x lies within 3 ± 8, so y = x + 10 k is within [15, 31] for k = 2 but for what the kernel of the flow adds.
    const ys = rowsOf('two.csv').map((row) => row[3] as number)
    expect(ys.filter((y) => y > 14).length).toBeGreaterThan(190)
    expect((await sample('three.csv', '--given', 'k=0', '--given', 'b=-1')).status).toBe(0)
    for (const row of rowsOf('three.csv')) expect(row.slice(1, 3)).toEqual([-1, 0])
  })

  test('under preset best rows are near the training rows and no copies of them', async () => {
    const { status, err } = await sampleOf('best', 'best.csv', '--given', 'k=2')
    expect(status).toBe(0)
    // Spread rows are 10,000; what counts are the training rows with k = 2, four fifths of 200.
    expect(err).toMatch(/rests on 1\d\d effective training rows \(rows with exactly these values\)/)
    const training = rowsOf('table.csv')
    const gaps = rowsOf('best.csv').map((row) =>
      training.reduce(
        (least, other) =>
          other[2] === 2
            ? Math.min(least, Math.abs((row[0] as number) - (other[0] as number)) + Math.abs((row[1] as number) - (other[1] as number)))
            : least,
        Infinity,
      ),
    )
    const median = [...gaps].sort((a, b) => a - b)[100] as number
    // 200 rows on an ellipse of some 20 units of area: neighbours are 0.1 to 0.2 apart. Left as they were, rows would be off by the floor's √0.001 = 0.03 at the most.
    expect(median).toBeGreaterThan(0.05)
    expect(median).toBeLessThan(0.6)
    for (const row of rowsOf('best.csv')) expect(row[2]).toBe(2)
    const few = await sampleOf('best', 'best.csv', '--given', 'b=0.9', '--bandwidth', '0.001')
    expect(few.err).toMatch(/warning: few training rows are near the condition/)
    const usual = await sampleOf('best', 'best.csv', '--given', 'b=0.9')
    expect(usual.status).toBe(0)
    const xs = rowsOf('best.csv').map((row) => row[0] as number)
    expect(Math.abs(xs.reduce((sum, x) => sum + x, 0) / 200 - 4.44)).toBeLessThan(1)
  })

  test('warns where few rows are near', async () => {
    const { status, err } = await sample('few.csv', '--given', 'b=0.9', '--bandwidth', '0.001')
    expect(status).toBe(0)
    expect(err).toMatch(/warning: few training rows are near the condition/)
  })

  test('refuses what it cannot do, and leaves no file', async () => {
    const cases: readonly (readonly [string[], RegExp])[] = [
      [['--given', 'b=99'], /--given b=99: the training rows have values from -[\d.]+ to [\d.]+/],
      [['--given', 'c=1'], /there is no column "c"/],
      [['--bandwidth', '1'], /there is no --given/],
      [['--given', 'b=0', '--bandwidth', '-1'], /"-1" is not a number from 0 up/],
      [['--given', 'x=3', '--given', 'b=0', '--given', 'k=1', '--given', 'y=13'], /all 4 columns are given/],
    ]
    for (const [args, message] of cases) {
      const { status, err } = await sample('none.csv', ...args)
      expect([status, err]).toEqual([2, expect.stringMatching(message)])
      expect(existsSync(at('none.csv'))).toBe(false)
    }
  })

  test('says what is missing from a folder without the training rows', async () => {
    cpSync(at('model'), at('bare'), { recursive: true })
    const { cloud: _, ...config } = JSON.parse(readFileSync(at('model/config.json'), 'utf8'))
    writeFileSync(at('bare/config.json'), JSON.stringify(config))
    rmSync(at('bare/cloud.safetensors'), { force: true })
    const { status, err } = await tweedie('sample', at('bare'), '--count', '5', '--out', at('none.csv'), '--given', 'b=0')
    expect(status).toBe(2)
    expect(err).toMatch(/cloud\.safetensors: the folder does not keep its training rows/)
  })
})
