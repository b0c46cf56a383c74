import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { key, normalArray } from '@tweedie/core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { main } from '../main.js'
import { readTable } from '../tables/index.js'
import { collect } from '../test-streams.js'

const root = mkdtempSync(join(tmpdir(), 'mixed-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
const at = (name: string): string => join(root, name)

const tweedie = async (...args: string[]): Promise<{ status: number; out: string; err: string }> => {
  const [stdout, stderr] = [collect(), collect()]
  const status = await main(args, { stdout: stdout.stream, stderr: stderr.stream })
  return { status, out: stdout.text(), err: stderr.text() }
}

const header = 'id,city,temperature,fahrenheit,rooms,planet,day,income,country'
const noise = normalArray(key(3), 240)
const lines = Array.from({ length: 120 }, (_, i) => {
  const [city, country, mean] = (
    [
      ['Oslo', 'NO', 4],
      ['Lima, PE', 'PE', 18],
      ['Rome', 'IT', 21],
    ] as const
  )[(i * 7) % 3] as readonly [string, string, number]
  const temperature = Math.round(10 * (mean + 2 * (noise[i] as number))) / 10
  const income = i % 5 === 2 ? '' : Math.round(1000 * Math.exp(noise[120 + i] as number))
  const day = new Date(Date.UTC(2024, 0, 1 + 7 * (i % 40))).toISOString().slice(0, 10)
  return `row ${i},"${city}",${temperature},${Math.round(10 * (1.8 * temperature + 32)) / 10},${1 + (i % 4)},Earth,${day},${income},${country}`
})
const quick = ['--labels', '100', '--training-steps', '30', '--steps', '5', '--hidden', '8', '--batch', '16', '--samples', '60']
const rowsOf = (file: string): readonly string[] => readFileSync(at(file), 'utf8').trimEnd().split('\n')
const withoutId = (line: string): string =>
  line
    .replace(/^[^,]*,/, '')
    .replaceAll('"Oslo"', 'Oslo')
    .replaceAll('"Rome"', 'Rome')

describe('a mixed table', () => {
  let said = ''
  beforeAll(async () => {
    writeFileSync(at('cities.csv'), `${[header, ...lines].join('\n')}\n`)
    const { status, err } = await tweedie('fit', at('cities.csv'), '--out', at('model'), ...quick)
    said = err
    expect(status, err).toBe(0)
  })

  test('is learnt as numbers, and says what it made of each column', () => {
    const config = JSON.parse(readFileSync(at('model/config.json'), 'utf8'))
    expect(config.columns).toEqual(['city', 'temperature', 'rooms', 'day', 'income', 'income missing'])
    expect(config.codec.columns.map(({ kind }: { kind: string }) => kind)).toEqual([
      'category',
      'number',
      'affine',
      'number',
      'constant',
      'number',
      'number',
      'relabelled',
    ])
    expect(said).toMatch(/left out: id \(text with 96 different cells/)
    expect(said).toMatch(/“city” is a category: 0 (Oslo|Rome), 1 Lima, PE, 2 (Rome|Oslo)/)
    expect(said).toMatch(/“planet” is always Earth/)
    expect(readFileSync(at('model/report.html'), 'utf8')).toContain('“country” is another name for the cells of “city”')
  })

  test('train.csv and test.csv are the rows that were read', () => {
    const split = ['model/train.csv', 'model/test.csv'].flatMap((file) => rowsOf(file).slice(1))
    expect(split.sort()).toEqual(lines.map(withoutId).sort())
    expect(rowsOf('model/train.csv')[0]).toBe(withoutId(header))
  })

  test('samples.csv is a table of the same kind', async () => {
    const read = await readTable(at('model/samples.csv'), { missing: 'keep' })()
    if (read._tag === 'Left') throw read.left
    const { names, columns, rows } = read.right
    expect(names).toEqual(withoutId(header).split(','))
    expect(rows).toBe(60)
    const cells = Object.fromEntries(columns.map(({ name, values }) => [name, Array.from(values as ArrayLike<number | string>)]))
    const pairs = new Set(cells.city?.map((city, i) => `${city} ${cells.country?.[i]}`))
    for (const pair of pairs) expect(['Oslo NO', 'Lima, PE PE', 'Rome IT']).toContain(pair)
    for (const room of cells.rooms ?? []) expect([1, 2, 3, 4]).toContain(room)
    expect(new Set(cells.planet)).toEqual(new Set(['Earth']))
    cells.temperature?.forEach((celsius, i) => {
      expect(Math.round(10 * (celsius as number)) / 10).toBe(celsius)
      // Both are rounded to tenths.
      expect(Math.abs((cells.fahrenheit?.[i] as number) - (1.8 * (celsius as number) + 32))).toBeLessThan(0.15)
    })
    for (const day of cells.day ?? []) expect(new Date(`${day}T00:00:00Z`).getUTCDay()).toBe(1)
    const incomes = (cells.income ?? []) as number[]
    for (const income of incomes) expect(Number.isNaN(income) || Number.isInteger(income)).toBe(true)
    // One in five is missing in the table; thirty steps of training are too few to hold the samples to it.
    expect(incomes.some(Number.isNaN)).toBe(true)
    expect(incomes.every(Number.isNaN)).toBe(false)
  })

  test.each(['csv', 'tsv', 'parquet', 'arrow', 'arrows'])(
    'sample writes .%s with names and missing cells, which reads back alike',
    async (format) => {
      const out = at(`new.${format}`)
      expect(await tweedie('sample', at('model'), '--count', '40', '--out', out, '--quiet')).toMatchObject({ status: 0, err: '' })
      const [one, other] = await Promise.all([at('new.csv'), out].map((path) => readTable(path, { missing: 'keep' })()))
      if (one?._tag !== 'Right' || other?._tag !== 'Right') throw new Error('it cannot be read')
      expect(other.right.columns).toEqual(one.right.columns)
    },
  )

  test('a condition names a category, and the rows have it', async () => {
    const given = (condition: string) =>
      tweedie('sample', at('model'), '--given', condition, '--count', '6', '--out', at('given.csv'), '--quiet')
    expect(await given('city=Lima, PE')).toMatchObject({ status: 0, err: '' })
    for (const row of rowsOf('given.csv').slice(1)) expect(row).toMatch(/^"Lima, PE",.*,PE$/)
    expect(await given('city=Paris')).toMatchObject({ status: 2, err: expect.stringMatching(/"Paris" is not one of "/) })
    expect(await given('day=2024-01-15')).toMatchObject({ status: 0, err: '' })
    for (const row of rowsOf('given.csv').slice(1)) expect(row).toContain(',2024-01-15,')
    expect(await given('day=soon')).toMatchObject({ status: 2, err: expect.stringMatching(/"soon" is not a date to the day/) })
  })

  test('.npy is refused in words, and nothing is written', async () => {
    const { status, err } = await tweedie('sample', at('model'), '--count', '4', '--out', at('new.npy'), '--quiet')
    expect(status).toBe(2)
    expect(err).toMatch(/a \.npy file holds numbers alone, and column "city" is text/)
  })

  test('evaluate compares it through numbers', async () => {
    const args = ['evaluate', at('model/test.csv'), at('model/samples.csv'), '--train', at('model/train.csv'), '--json']
    const { status, out, err } = await tweedie(...args)
    expect(status, err).toBe(0)
    const { columns, evaluation } = JSON.parse(out)
    expect(columns).toEqual(['city', 'temperature', 'fahrenheit', 'rooms', 'day', 'income', 'income missing', 'country'])
    expect(evaluation.generated.marginalKl).toHaveLength(8)
    const broken = readFileSync(at('model/samples.csv'), 'utf8').replace(/^(Oslo|Rome|"Lima, PE"),[^,]*/gm, '$1,warm')
    writeFileSync(at('broken.csv'), broken)
    const refused = await tweedie('evaluate', at('model/test.csv'), at('broken.csv'))
    expect(refused.status).toBe(2)
    expect(refused.err).toMatch(/column "temperature".*text in .*broken\.csv and numbers in .*test\.csv/)
  })

  test('the same run may be repeated; one with other categories is another model', async () => {
    const again = (...more: string[]) => tweedie('fit', at('cities.csv'), '--out', at('model'), ...quick, '--quiet', ...more)
    const before = readFileSync(at('model/samples.csv'))
    expect((await again()).status).toBe(0)
    expect(readFileSync(at('model/samples.csv'))).toEqual(before)
    expect(await again('--categories', 'rooms')).toMatchObject({ status: 2, err: expect.stringMatching(/holds another model/) })
    expect((await again('--categories', '5', '--force')).status).toBe(0)
    const { codec } = JSON.parse(readFileSync(at('model/config.json'), 'utf8'))
    expect(codec.columns[3]).toMatchObject({ name: 'rooms', kind: 'category', type: 'number' })
    expect(await again('--categories', 'rome')).toMatchObject({
      status: 2,
      err: expect.stringMatching(/no column "rome"; did you mean "rooms"/),
    })
  })

  test('a damaged codec is refused', async () => {
    const path = at('model/config.json')
    const config = JSON.parse(readFileSync(path, 'utf8'))
    for (const [codec, what] of [
      [{ ...config.codec, columns: [] }, /codec of the table is not sound/],
      [{ ...config.codec, names: ['a', ...config.codec.names.slice(1)] }, /codec and its columns disagree/],
    ] as const) {
      writeFileSync(path, JSON.stringify({ ...config, codec }))
      expect(await tweedie('sample', at('model'), '--count', '4', '--out', at('x.csv'))).toMatchObject({
        status: 2,
        err: expect.stringMatching(what),
      })
    }
    // A folder without a codec has the model's numbers as they are.
    const { codec: _, ...older } = config
    writeFileSync(path, JSON.stringify(older))
    expect((await tweedie('sample', at('model'), '--count', '4', '--out', at('x.csv'), '--quiet')).status).toBe(0)
    expect(rowsOf('x.csv')[0]).toBe(config.columns.join(','))
  })
})

test('a table of text alone', async () => {
  const cells = Array.from({ length: 60 }, (_, i) => `${'abc'[i % 3]},${'xxyz'[(i * i) % 4]}`)
  writeFileSync(at('letters.csv'), `first,second\n${cells.join('\n')}\n`)
  expect(await tweedie('fit', at('letters.csv'), '--out', at('letters'), ...quick, '--quiet')).toMatchObject({ status: 0, err: '' })
  const [head, ...rows] = rowsOf('letters/samples.csv')
  expect(head).toBe('first,second')
  for (const row of rows) expect(row).toMatch(/^[abc],[xyz]$/)
})
