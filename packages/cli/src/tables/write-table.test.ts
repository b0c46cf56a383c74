import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { fromRows, type HostMatrix } from '@tweedie/core'
import fc from 'fast-check'
import { parse } from 'npyjs'
import { describe, expect, test } from 'vitest'
import { readTable } from './read-table.js'
import { anyMatrix, bitsOf, left, right, temporaryFolder } from './testing.js'
import { writeTable } from './write-table.js'

const at = temporaryFolder()
const save = async (name: string, matrix: HostMatrix, names: readonly string[], decimals?: number): Promise<string> => {
  right(await writeTable(at(name), names, matrix, { decimals })())
  return at(name)
}
const load = async (path: string): Promise<{ names: readonly string[]; bits: readonly (readonly bigint[])[] }> => {
  const { names, columns } = right(await readTable(path)())
  return { names, bits: columns.map(({ values }) => bitsOf(values as Float64Array)) }
}
const numbered = (count: number): readonly string[] => Array.from({ length: count }, (_, j) => `x${j}`)
const columnBits = ({ data, columns }: HostMatrix): readonly (readonly bigint[])[] =>
  Array.from({ length: columns }, (_, j) => bitsOf(data.filter((_value, k) => k % columns === j)))

describe('what is written is read back bit for bit', () => {
  test.each([
    't.csv',
    't.tsv',
    't.csv.gz',
    't.npy',
    't.npy.gz',
    't.parquet',
    't.parquet.gz',
    't.arrow',
    't.feather',
    't.arrows',
    't.arrow.gz',
  ])('%s', (name) =>
    fc.assert(
      fc.asyncProperty(anyMatrix, async (matrix) => {
        const { bits } = await load(await save(name, matrix, numbered(matrix.columns)))
        expect(bits).toEqual(columnBits(matrix))
      }),
      { numRuns: 30 },
    ),
  )

  // A name keeps its inner characters; spaces around it are not kept, and an empty one is numbered.
  const name = fc
    .oneof(
      fc.string({ maxLength: 8 }),
      fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', '\t', ';', ' ', '1', '.', '#', 'é', '|'), maxLength: 5 }),
    )
    .map((text) => text.replaceAll('\r', '').trim())
  const names = fc.uniqueArray(name, { minLength: 2, maxLength: 5, selector: (text) => text })

  test.each(['n.csv', 'n.tsv', 'n.parquet', 'n.arrow', 'n.arrows'])('%s with any names', (file) =>
    fc.assert(
      fc.asyncProperty(names, async (given) => {
        const matrix = fromRows([1, 2, 3].map((row) => given.map((_, j) => row + j / 8)))
        const read = await load(await save(file, matrix, given))
        expect(read.names).toEqual(
          /\.(?:parquet|arrows?)$/.test(file) ? given : given.map((text, j) => (text === '' ? `column${j + 1}` : text)),
        )
        expect(read.bits).toEqual(columnBits(matrix))
      }),
      { numRuns: 100 },
    ),
  )

  test('a header of numbers stays a header', async () => {
    const read = await load(
      await save(
        'numbers.csv',
        fromRows([
          [1, 2],
          [3, 4],
        ]),
        ['0', '1'],
      ),
    )
    expect(read.names).toEqual(['0', '1'])
    expect(read.bits[0]).toHaveLength(2)
  })

  test('many rows', async () => {
    const matrix = { data: Float64Array.from({ length: 30_000 }, (_, k) => Math.sin(k) * 10 ** (k % 40)), rows: 10_000, columns: 3 }
    for (const name of ['many.csv.gz', 'many.parquet', 'many.npy', 'many.feather'])
      expect((await load(await save(name, matrix, numbered(3)))).bits).toEqual(columnBits(matrix))
  })
})

describe('bytes', () => {
  const matrix = fromRows([
    [1, -0],
    [0.1, 1e21],
  ])
  test('csv and tsv', async () => {
    expect(readFileSync(await save('b.csv', matrix, ['a', 'b c']), 'utf8')).toBe('a,b c\n1,-0\n0.1,1e+21\n')
    expect(readFileSync(await save('b.tsv', matrix, ['a', 'b\tc']), 'utf8')).toBe('a\t"b\tc"\n1\t-0\n0.1\t1e+21\n')
    expect(gunzipSync(readFileSync(await save('b.csv.gz', matrix, ['a', 'b']))).toString()).toBe('a,b\n1,-0\n0.1,1e+21\n')
  })
  test('decimals', async () => {
    expect(readFileSync(await save('d.csv', fromRows([[1 / 3, -2]]), ['a', 'b'], 3), 'utf8')).toBe('a,b\n0.333,-2.000\n')
    expect(readFileSync(await save('d.csv', fromRows([[1 / 3, -2]]), ['a', 'b'], 0), 'utf8')).toBe('a,b\n0,-2\n')
  })
  test('npy is version 1, float64, C order, as another implementation reads it', async () => {
    const bytes = readFileSync(
      await save(
        'b.npy',
        fromRows([
          [1, 2, 3],
          [4, 5, 6],
        ]),
        ['a', 'b', 'c'],
      ),
    )
    expect([bytes[6], bytes[7]]).toEqual([1, 0])
    const { data, shape, dtype, fortranOrder } = parse(new Uint8Array(bytes).buffer)
    expect([Array.from(data as Float64Array), shape, dtype, fortranOrder]).toEqual([[1, 2, 3, 4, 5, 6], [2, 3], 'f8', false])
  })
})

describe('refusals', () => {
  const matrix = fromRows([
    [1, 2],
    [3, 4],
  ])
  const refusal = async (path: string, names = ['a', 'b'], options: Parameters<typeof writeTable>[3] = {}, what: HostMatrix = matrix) => {
    const error = left(await writeTable(path, names, what, options)())
    return [error._tag, error.what]
  }
  test.each(['t.txt', 't.xlsx', 't', 't.json.gz'])('%s', async (name) => {
    expect((await refusal(at(name)))[0]).toBe('FileError')
    expect(left(await writeTable(at(name), ['a', 'b'], matrix)()).mend).toContain('.csv, .tsv, .npy, .parquet, .arrow, .feather or .arrows')
  })
  test('a folder that is not there, and how to make it', async () => {
    const error = left(await writeTable(at('none/t.csv'), ['a', 'b'], matrix)())
    expect([error._tag, error.what]).toEqual(['FileError', `the folder "${at('none')}" does not exist`])
    expect(error.mend).toBe(`Create it first: mkdir -p "${at('none')}"`)
  })
  test('a folder in the place of the file, a file in the place of the folder', async () => {
    mkdirSync(at('folder.csv'))
    expect(await refusal(at('folder.csv'))).toEqual(['FileError', 'it is a folder, not a file'])
    writeFileSync(at('plain'), 'x')
    expect(await refusal(`${at('plain')}/t.csv`)).toEqual(['FileError', `"${at('plain')}" is a file, not a folder`])
  })
  test('a number that is not finite, with row and column', async () =>
    expect(await refusal(at('nan.csv'), ['a', 'b'], {}, { data: Float64Array.of(1, 2, 3, Number.NaN), rows: 2, columns: 2 })).toEqual([
      'NotFinite',
      'row 2, column "b" is NaN',
    ]))
  test('names that do not fit', async () => {
    expect(await refusal(at('r.csv'), ['a'])).toEqual(['ShapeMismatch', '1 names for 2 columns'])
    expect(await refusal(at('r.csv'), ['a', 'a'])).toEqual(['InvalidArgument', 'two columns are called "a"'])
    expect((await refusal(at('r.csv'), [], {}, { data: new Float64Array(0), rows: 2, columns: 0 }))[0]).toBe('InvalidArgument')
  })
  test.each([-1, 1.5, 21, Number.NaN])('%d decimals', async (decimals) =>
    expect((await refusal(at('r.csv'), ['a', 'b'], { decimals }))[0]).toBe('InvalidArgument'),
  )
  test('decimals of a binary format', async () =>
    expect((await refusal(at('r.npy'), ['a', 'b'], { decimals: 2 }))[1]).toContain('decimals are for text'))
  test('an aborted writing', async () =>
    expect((await refusal(at('aborted.csv'), ['a', 'b'], { signal: AbortSignal.abort() }))[0]).toBe('Aborted'))
  test('after all of these nothing was left behind', () => {
    expect(readdirSync(at('')).filter((name) => name.includes('.tweedie-'))).toEqual([])
    for (const name of ['nan.csv', 'r.csv', 'r.npy', 'aborted.csv', 't.txt', 'none']) expect(existsSync(at(name))).toBe(false)
  })
})
