import { type HostMatrix, hostMatrix, isTweedieError, key, type TweedieError } from '@tweedie/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { toValues } from '../columns/column-map.js'
import { fitColumns } from '../columns/fit-columns.js'
import type { Codec } from './codec.js'
import { codecNotes } from './codec-notes.js'
import { decodeRows } from './decode-rows.js'
import { encodeRows } from './encode-rows.js'
import { type CodecOptions, fitCodec } from './fit-codec.js'
import { parseCodec } from './parse-codec.js'
import { type TableColumn, takeCells } from './table-column.js'

const number = (name: string, values: readonly number[]): TableColumn => ({ name, kind: 'number', values: Float64Array.from(values) })
const text = (name: string, values: readonly string[]): TableColumn => ({ name, kind: 'text', values })

// --- Tables of every kind of column. ---

const cell = {
  whole: fc.integer({ min: -50, max: 50 }),
  large: fc.integer({ min: -Number.MAX_SAFE_INTEGER, max: Number.MAX_SAFE_INTEGER }),
  hundredths: fc.integer({ min: -10_000, max: 10_000 }).map((k) => k / 100),
  real: fc.double({ noNaN: true, noDefaultInfinity: true }),
  extreme: fc.constantFrom(0, -0, 5e-324, 1e308, -1.7976931348623157e308, 1e21, 2 ** 53, 2 ** 52 + 1, 0.1, 1 / 3),
  atoms: fc.constantFrom(0, -0, 1.75, -1.5),
  letter: fc.constantFrom('a', 'b', ' b', '7', '07', '', 'é "q",\n'),
  day: fc.integer({ min: -60_000, max: 60_000 }).map((k) => new Date(k * 86_400_000).toISOString().slice(0, 10)),
  second: fc.integer({ min: 0, max: 2_000_000_000 }).map((k) => new Date(k * 1000).toISOString().slice(0, 19).replace('T', ' ')),
}
const numeric = fc.constantFrom(cell.whole, cell.large, cell.hundredths, cell.real, cell.extreme, cell.atoms)
const holes = (share: number) => fc.integer({ min: 0, max: 99 }).map((k) => k < share)

/** What is drawn: one column of the given length. */
const anyColumn = (rows: number): fc.Arbitrary<(name: string) => TableColumn> =>
  fc.oneof(
    fc
      .tuple(numeric, fc.constantFrom(0, 0, 30, 95))
      .chain(([value, share]) => fc.array(fc.tuple(value, holes(share)), { minLength: rows, maxLength: rows }))
      .map(
        (cells) => (name: string) =>
          number(
            name,
            cells.map(([value, hole]) => (hole ? Number.NaN : value)),
          ),
      ),
    fc.array(cell.letter, { minLength: rows, maxLength: rows }).map((cells) => (name: string) => text(name, cells)),
    fc
      .tuple(fc.constantFrom(cell.day, cell.second), fc.constantFrom(0, 40))
      .chain(([value, share]) => fc.array(fc.tuple(value, holes(share)), { minLength: rows, maxLength: rows }))
      .map(
        (cells) => (name: string) =>
          text(
            name,
            cells.map(([value, hole]) => (hole ? '' : value)),
          ),
      ),
    fc.constantFrom('x', '').map((value) => (name: string) => text(name, Array<string>(rows).fill(value))),
    fc.constantFrom(3, -0, Number.NaN).map((value) => (name: string) => number(name, Array<number>(rows).fill(value))),
  )

/** What follows from a column: a copy, Fahrenheit from Celsius, other names. */
const follow = (kind: number, source: TableColumn, name: string): TableColumn => {
  if (kind === 0) return { ...source, name }
  if (source.kind === 'text')
    return text(
      name,
      source.values.map((value) => `${value}!`),
    )
  if (kind === 1)
    return {
      ...source,
      name,
      values: source.values.map((value) => (Math.abs(value) < 1e6 ? Math.round(10 * (1.8 * value + 32)) / 10 : value)),
    }
  return text(
    name,
    Array.from(source.values, (value) => `<${value}>`),
  )
}

const anyTable = fc
  .tuple(fc.integer({ min: 2, max: 24 }), fc.integer({ min: 1, max: 5 }))
  .chain(([rows, columns]) =>
    fc.tuple(
      fc.array(anyColumn(rows), { minLength: columns, maxLength: columns }),
      fc.array(fc.tuple(fc.nat(columns - 1), fc.nat(2)), { maxLength: 3 }),
      // One column that always varies, so that there is something to learn.
      fc.array(cell.real, { minLength: rows, maxLength: rows }).filter((values) => values.some((value) => value !== values[0])),
    ),
  )
  .map(([columns, follows, varying]) => {
    const own = columns.map((column, j) => column(`c${j}`))
    const others = follows.map(([of, kind], j) => follow(kind, own[of] as TableColumn, `f${j}`))
    return [...own, ...others, number('v', varying)] as const
  })

const options = fc.record({
  key: fc.nat().map(key),
  encoding: fc.constantFrom('order', 'one-hot'),
  bounds: fc.constantFrom('seen', 'open'),
  merge: fc.boolean(),
}) as fc.Arbitrary<CodecOptions>

/** Cells told apart by their bits, so that −0 and 0 differ and missing cells are alike. */
const bits = (columns: readonly TableColumn[]) =>
  columns.map(({ name, kind, values }) => ({
    name,
    kind,
    cells: kind === 'text' ? [...values] : Array.from(values, (value) => (Object.is(value, -0) ? '-0' : String(value))),
  }))

const kept = (columns: readonly TableColumn[], { columns: known }: Codec) =>
  columns.filter(({ name }) => known.some((column) => column.name === name))

const refusal = (work: () => unknown): TweedieError => {
  try {
    work()
  } catch (thrown) {
    if (isTweedieError(thrown)) return thrown
    throw thrown
  }
  throw new Error('it was not refused')
}

describe('laws', () => {
  test('encoded rows come back bit for bit, through JSON too, and columns left out have a reason', () => {
    fc.assert(
      fc.property(anyTable, options, (columns, chosen) => {
        const { codec, matrix, leftOut } = fitCodec(columns, chosen)
        const read = JSON.parse(JSON.stringify(codec)) as Codec
        expect(read).toEqual(codec)
        expect(parseCodec('here', read)).toMatchObject({ _tag: 'Right' })
        expect(matrix.columns).toBe(codec.names.length)
        expect(new Set(codec.names).size).toBe(codec.names.length)
        expect(bits(decodeRows(read, matrix))).toEqual(bits(kept(columns, codec)))
        for (const { why } of leftOut) expect(why).toMatch(/^text with \d+ different cells/)
        expect(codecNotes(codec).every((note) => note.startsWith('Column “'))).toBe(true)
      }),
    )
  })

  test('any finite matrix becomes a table of known categories, numbers on their step and in their range, and missing cells only where there were some', () => {
    fc.assert(
      fc.property(
        anyTable,
        options,
        fc.array(fc.oneof(cell.real, cell.extreme, fc.double({ min: -5, max: 5, noNaN: true })), { minLength: 3, maxLength: 60 }),
        (columns, chosen, numbers) => {
          const { codec } = fitCodec(columns, chosen)
          const width = codec.names.length
          const matrix = hostMatrix(
            Array.from({ length: 4 * width }, (_, k) => numbers[k % numbers.length] as number),
            4,
            width,
          )
          const decoded = decodeRows(codec, matrix)
          expect(decoded.map(({ name, kind }) => [name, kind])).toEqual(kept(columns, codec).map(({ name, kind }) => [name, kind]))
          decoded.forEach((column, j) => {
            const own = codec.columns[j]
            const form = own?.kind === 'copy' ? codec.columns[own.of] : own
            const seen = kept(columns, codec)[j] as TableColumn
            const cells: readonly (number | string)[] = seen.kind === 'text' ? seen.values : Array.from(seen.values)
            const missing = cells.some((value) => value === '' || Number.isNaN(value))
            for (const value of column.values) {
              if (value === '' || Number.isNaN(value)) {
                expect(missing).toBe(true)
                continue
              }
              if (form === undefined || !('range' in form)) {
                expect(cells.some((one) => one === value)).toBe(true)
                continue
              }
              if (typeof value === 'string') {
                expect(value).toMatch(/^\d{4}-\d\d-\d\d/)
                expect(value >= (([...seen.values] as string[]).filter(Boolean).sort()[0] as string)).toBe(true)
                continue
              }
              if (form.bounded) {
                expect(value).toBeGreaterThanOrEqual(form.range[0])
                expect(value).toBeLessThanOrEqual(form.range[1])
              }
              if (form.lattice?.places === 0) expect(Number.isInteger(value)).toBe(true)
            }
          })
          // What comes out is a table of the same kind: it can be encoded, and comes back.
          expect(bits(decodeRows(codec, encodeRows(codec, decoded, key(1), { unseen: 'admit' })))).toEqual(bits(decoded))
        },
      ),
    )
  })

  test('rows may be permuted', () => {
    fc.assert(
      fc.property(anyTable, fc.nat(), (columns, seed) => {
        const rows = (columns[0] as TableColumn).values.length
        const order = Array.from({ length: rows }, (_, i) => (i * (seed % rows || 1) + seed) % rows)
        fc.pre(new Set(order).size === rows)
        const turned = takeCells(columns, order)
        const { codec } = fitCodec(turned, { key: key(seed) })
        expect(bits(takeCells(decodeRows(codec, encodeRows(codec, columns, key(3))), order))).toEqual(bits(kept(turned, codec)))
        const kinds = (one: Codec) =>
          one.columns.map((column) => [column.name, column.kind, 'range' in column ? [column.range, column.lattice] : []])
        expect(kinds(codec)).toEqual(kinds(fitCodec(columns, { key: key(seed) }).codec))
      }),
    )
  })

  test('a damaged codec is refused by a tagged error or decodes without a crash', () => {
    const { codec, matrix } = fitCodec(mixed, { key: key(0) })
    const paths: (string | number)[][] = []
    const walk = (value: unknown, path: (string | number)[]): void => {
      paths.push(path)
      if (typeof value === 'object' && value !== null)
        for (const name of Object.keys(value)) walk((value as Record<string, unknown>)[name], [...path, name])
    }
    walk(codec, [])
    fc.assert(
      fc.property(fc.constantFrom(...paths), fc.oneof(fc.jsonValue(), fc.constantFrom(-1, 1.5, 1e9, '', 'copy', null)), (path, value) => {
        const copy = { root: JSON.parse(JSON.stringify(codec)) as unknown }
        const last = ['root', ...path].reduce<{ at: Record<string | number, unknown>; name: string | number }>(
          ({ at }, name, k, all) => ({ at: (k === all.length - 1 ? at : at[name]) as Record<string | number, unknown>, name }),
          { at: copy as Record<string, unknown>, name: '' },
        )
        last.at[last.name] = value
        const read = parseCodec('here', copy.root)
        if (read._tag === 'Left') expect(read.left._tag).toBe('InvalidModel')
        else if (read.right.names.length === matrix.columns) expect(decodeRows(read.right, matrix).length).toBe(read.right.columns.length)
      }),
      { numRuns: 400 },
    )
  })
})

const mixed: readonly TableColumn[] = [
  text('city', ['Oslo', 'Rome', 'Rome', 'Oslo', 'Rome', 'Lima', 'Lima', 'Rome']),
  number('celsius', [3.5, 21, 20.5, 4, 22.1, 18, 17.5, 23]),
  number('fahrenheit', [38.3, 69.8, 68.9, 39.2, 71.8, 64.4, 63.5, 73.4]),
  number('age', [30, Number.NaN, 41, 25, Number.NaN, 60, 33, 52]),
  number('born', [1994, Number.NaN, 1983, 1999, Number.NaN, 1964, 1991, 1972]),
  text('day', ['2024-02-26', '2024-02-26', '2024-03-04', '2024-03-04', '2024-03-11', '2024-03-11', '2024-03-18', '2024-03-18']),
  text('country', ['NO', 'IT', 'IT', 'NO', 'IT', 'PE', 'PE', 'IT']),
  text('name', ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']),
  text('planet', Array<string>(8).fill('Earth')),
]

describe('a mixed table', () => {
  const { codec, matrix, leftOut } = fitCodec(mixed, { key: key(0) })
  const of = (name: string) => codec.columns.find((column) => column.name === name)

  test('each column is of its kind', () => {
    expect(codec.names).toEqual(['city', 'celsius', 'age', 'age missing', 'day'])
    expect(leftOut).toEqual([{ name: 'name', why: 'text with 8 different cells in 8 rows, for example "a"' }])
    expect(of('celsius')).toMatchObject({ kind: 'number', lattice: { places: 1, first: 0, step: 1 }, range: [3.5, 23] })
    expect(of('fahrenheit')).toMatchObject({ kind: 'affine', of: 1, scale: 1.8, shift: 32 })
    expect(of('age')).toMatchObject({ kind: 'number', lattice: { places: 0 }, missing: { at: 3, fill: [25, 30, 33, 41, 52, 60] } })
    expect(of('born')).toMatchObject({ kind: 'affine', of: 3, scale: -1, shift: 2024 })
    expect(of('day')).toMatchObject({ kind: 'number', lattice: { step: 7 }, date: { unit: 'day' } })
    expect(of('country')).toMatchObject({ kind: 'relabelled', of: 0 })
    expect(of('planet')).toEqual({ name: 'planet', type: 'text', kind: 'constant', label: 'Earth' })
  })

  test('cities lie in the order of their temperatures, or against it', () => {
    const { labels } = of('city') as unknown as { labels: string[] }
    expect([labels, [...labels].reverse()]).toContainEqual(['Oslo', 'Lima', 'Rome'])
  })

  test('generated rows hold together', () => {
    const rows = hostMatrix([0.4, 19.96, 40.6, 0.2, 19_790, 1.6, 90, -5, 0.7, 0], 2, 5)
    const [city, celsius, fahrenheit, age, born, day, country, planet] = decodeRows(codec, rows)
    expect(celsius?.values).toEqual(Float64Array.of(20, 23))
    expect(Array.from(fahrenheit?.values as Float64Array)).toEqual([68, 73.4])
    expect(age?.values).toEqual(Float64Array.of(41, Number.NaN))
    expect(born?.values).toEqual(Float64Array.of(1983, Number.NaN))
    expect(day?.values).toEqual(['2024-03-11', '2024-02-26'])
    const pairs: Record<string, string> = { Oslo: 'NO', Rome: 'IT', Lima: 'PE' }
    expect(Array.from((city?.values ?? []) as readonly string[], (name) => pairs[name])).toEqual(country?.values)
    expect(planet?.values).toEqual(['Earth', 'Earth'])
  })

  test('it survives the scores of the model', () => {
    const { maps, scores } = fitColumns(matrix, 'normal-scores', key(4))
    expect(bits(decodeRows(codec, toValues(maps, scores)))).toEqual(bits(mixed.filter(({ name }) => name !== 'name')))
  })

  test('a category is drawn as often as it was seen', () => {
    // Normal scores give each label an interval of scores of its own share; N(0, 1) falls into it that often.
    const labels = Array.from({ length: 1000 }, (_, i) => (i % 10 < 7 ? 'a' : i % 10 < 9 ? 'b' : 'c'))
    const fitted = fitCodec([text('t', labels)], { key: key(0) })
    const { maps } = fitColumns(fitted.matrix, 'normal-scores', key(0))
    const quantiles = fitColumns(
      hostMatrix(
        Array.from({ length: 997 }, (_, i) => i),
        997,
        1,
      ),
      'normal-scores',
      key(1),
    ).scores
    const drawn = decodeRows(fitted.codec, toValues(maps, quantiles))[0]?.values as string[]
    const share = (label: string) => drawn.filter((one) => one === label).length / drawn.length
    // Two steps of 997 quantiles against 1,000 rows.
    expect(share('a')).toBeCloseTo(0.7, 2)
    expect(share('c')).toBeCloseTo(0.1, 2)
  })

  test('columns that miss the same rows share an indicator', () => {
    const hole = [1.5, Number.NaN, 3, 4.5, Number.NaN, 2]
    const both = [
      number('a', hole),
      number(
        'b',
        hole.map((value, i) => value * i * i),
      ),
    ]
    expect(fitCodec(both, { key: key(0) }).codec.names).toEqual(['a', 'a missing', 'b'])
  })

  test('a column of numbers as a category, in order or one-hot', () => {
    const table = [number('n', [3, 1, 2, 3, 1, 2]), number('v', [0.1, 0.7, 0.4, 0.2, 0.8, 0.5])]
    const order = fitCodec(table, { key: key(0), categories: ['n'] })
    expect(order.codec.columns[0]).toMatchObject({ kind: 'category', type: 'number', labels: ['1', '2', '3'] })
    const hot = fitCodec(table, { key: key(0), categories: ['n'], encoding: 'one-hot' })
    expect(hot.codec.names).toEqual(['n=1', 'n=2', 'n=3', 'v'])
    expect(bits(decodeRows(hot.codec, hot.matrix))).toEqual(bits(table))
  })

  test('a row that the model cannot know is refused, or admitted when asked', () => {
    const other = mixed.map((column) =>
      column.kind === 'text' ? { ...column, values: column.values.map((value) => (value === 'Lima' ? 'Bonn' : value)) } : column,
    )
    expect(refusal(() => encodeRows(codec, other, key(0)))).toMatchObject({
      _tag: 'InvalidTable',
      what: '"Bonn" is not one of its categories',
    })
    expect(encodeRows(codec, other, key(0), { unseen: 'admit' }).data[5 * 5]).toBe(3)
    const hollow = mixed.map((column) =>
      column.name === 'celsius' ? { ...column, values: Float64Array.of(1, 2, 3, Number.NaN, 5, 6, 7, 8) } : column,
    ) as TableColumn[]
    expect(refusal(() => encodeRows(codec, hollow, key(0))).what).toMatch(/^it is missing/)
    const filled = encodeRows(codec, hollow, key(0), { unseen: 'admit' }).data[3 * 5 + 1] as number
    expect(filled).toBeGreaterThan(3.5)
    expect(filled).toBeLessThan(23)
    const mars = mixed.map((column) => (column.name === 'planet' ? text('planet', Array<string>(8).fill('Mars')) : column))
    expect(refusal(() => encodeRows(codec, mars, key(0))).what).toMatch(/"Mars" where the model knows only "Earth"/)
    expect(encodeRows(codec, mars, key(0), { unseen: 'admit' }).data.length).toBe(40)
  })

  test('columns are found by name, and what follows from another may be absent', () => {
    const few = [...mixed].reverse().filter(({ name }) => ['city', 'celsius', 'age', 'day'].includes(name))
    expect(encodeRows(codec, few, key(0))).toEqual(matrix)
    expect(refusal(() => encodeRows(codec, few.slice(1), key(0))).what).toBe('there is no column "day"')
  })

  test('the number behind a missing cell depends on the key and its row alone', () => {
    const at = (m: HostMatrix, row: number) => m.data[row * 5 + 2]
    expect(at(encodeRows(codec, takeCells(mixed, [0, 1]), key(9)), 1)).toBe(at(encodeRows(codec, mixed, key(9)), 1))
    const draws = new Set(Array.from({ length: 20 }, (_, seed) => at(encodeRows(codec, mixed, key(seed)), 1)))
    expect(draws.size).toBeGreaterThan(2)
    for (const draw of draws) expect([25, 30, 33, 41, 52, 60]).toContain(draw)
  })
})

describe('heavy tails and bounds', () => {
  test('no value leaves the range seen, unless asked', () => {
    const values = Array.from({ length: 50 }, (_, i) => Math.tan(1.5 * Math.sin(i + 1)))
    const far = hostMatrix([-1e9, 1e9], 2, 1)
    const held = fitCodec([number('x', values)], { key: key(0) })
    expect(decodeRows(held.codec, far)[0]?.values).toEqual(Float64Array.of(Math.min(...values), Math.max(...values)))
    const open = fitCodec([number('x', values)], { key: key(0), bounds: 'open' })
    expect(decodeRows(open.codec, far)[0]?.values).toEqual(Float64Array.of(-1e9, 1e9))
  })
})

describe('refusals are tagged', () => {
  const chosen = { key: key(0) }
  test.each<[string, readonly TableColumn[], Partial<CodecOptions>, string, RegExp]>([
    ['one row', [number('a', [1])], {}, 'InvalidTable', /1 rows/],
    ['no column', [], {}, 'InvalidTable', /0 rows/],
    ['only constants', [number('a', [1, 1]), text('b', ['x', 'x'])], {}, 'InvalidTable', /every column is constant/],
    ['only free text', [text('b', ['x', 'y', 'z'])], {}, 'InvalidTable', /no column is left.*"b", text with 3/],
    ['lengths', [number('a', [1, 2]), text('b', ['x'])], {}, 'InvalidTable', /has 1 cells/],
    ['names', [number('a', [1, 2]), number('a', [1, 2])], {}, 'InvalidTable', /two columns/],
    ['infinity', [number('a', [1, Number.POSITIVE_INFINITY])], {}, 'NotFinite', /Infinity/],
    ['an unknown category column', [number('a', [1, 2])], { categories: ['z'] }, 'InvalidArgument', /no column "z"/],
    ['too many categories', [number('a', [1, 2, 3])], { categories: ['a'], mostCategories: 2 }, 'InvalidTable', /3 different cells/],
  ])('%s', (_name, columns, more, tag, what) => {
    const error = refusal(() => fitCodec(columns, { ...chosen, ...more }))
    expect(error._tag).toBe(tag)
    expect(error.what).toMatch(what)
  })

  test('a matrix of another width, or not finite', () => {
    const { codec } = fitCodec([number('a', [1, 2])], chosen)
    expect(refusal(() => decodeRows(codec, hostMatrix([1, 2], 1, 2)))._tag).toBe('ShapeMismatch')
    expect(refusal(() => decodeRows(codec, hostMatrix([1, Number.NaN], 2, 1)))).toMatchObject({
      _tag: 'NotFinite',
      where: 'decodeRows, row 2, column "a"',
    })
  })

  test('text among numbers, a date written otherwise', () => {
    const { codec } = fitCodec(mixed, chosen)
    const change = (name: string, value: string) =>
      mixed.map((column) => (column.name === name ? text(name, Array<string>(8).fill(value)) : column))
    expect(refusal(() => encodeRows(codec, change('celsius', 'warm'), key(0))).what).toBe('"warm" is not a number')
    expect(refusal(() => encodeRows(codec, change('day', '2024-02-30'), key(0))).what).toMatch(/is not a date/)
    expect(encodeRows(codec, change('celsius', ' 5 '), key(0)).data[1]).toBe(5)
  })
})
