import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { toMixedTable } from './mixed-table.js'
import { readTable } from './read-table.js'
import { readText } from './read-text.js'
import type { RawColumn } from './table.js'
import { finiteDouble, left, right, temporaryFolder, utf8 } from './testing.js'
import { writeColumns } from './write-columns.js'

const at = temporaryFolder()
const keep = { missing: 'keep' as const }
const read = (text: string, selection = {}) => readText(utf8(text), 't.csv', '.csv', { ...keep, ...selection })

describe('missing cells', () => {
  const text = 'a,b,c\n1,x,\n,y,2\nNA,x,3\n4,,?\n'
  test('are NaN among numbers and empty among text, where they are kept', () => {
    const { columns } = right(read(text))
    expect(columns).toEqual([
      { name: 'a', kind: 'number', values: Float64Array.of(1, Number.NaN, Number.NaN, 4) },
      { name: 'b', kind: 'text', values: ['x', 'y', 'x', ''] },
      { name: 'c', kind: 'number', values: Float64Array.of(Number.NaN, 2, 3, Number.NaN) },
    ])
  })
  test('are refused where they are not', () => {
    expect(left(readText(utf8(text), 't.csv', '.csv', {})).where).toBe('t.csv, line 2, column "c"')
  })
  test.each([
    ['oops', 'InvalidTable'],
    ['NaN', 'NotFinite'],
    ['-inf', 'NotFinite'],
    ['1e999', 'NotFinite'],
  ])('keep no %s in', (cell, tag) => {
    const error = left(read(`a\n1\n\n2\nNA\n${cell}\n3\n5\n`))
    expect([error._tag, error.where]).toEqual([tag, 't.csv, line 6, column "a"'])
  })
  test('also in the first row, with no header', () => {
    expect(right(read('1,\n2,3\n4,5\n')).columns[1]?.values).toEqual(Float64Array.of(Number.NaN, 3, 5))
    expect(left(read('1,nan\n2,3\n4,5\n')).where).toBe('t.csv, line 1, column "column2"')
  })
})

describe('names over text alone', () => {
  const names = (text: string) => right(read(text)).names
  test('are found when the cells below repeat and they do not', () => {
    expect(names('size,colour\ns,red\nm,red\ns,blue\nm,red\n')).toEqual(['size', 'colour'])
    expect(names('s,red\nm,red\ns,blue\nm,red\n')).toEqual(['column1', 'column2'])
    expect(names('a,b\nc,d\n')).toEqual(['column1', 'column2'])
    expect(names('a,a\nc,d\nc,d\n')).toEqual(['column1', 'column2'])
  })
})

describe('toMixedTable', () => {
  const raw = right(read('name,age,age\nann,1,2\nbob,3,4\n'))
  test('takes columns of any kind', () => {
    const { columns, named } = right(toMixedTable(raw, { columns: ['3', 'name'] }))
    expect([columns.map(({ kind }) => kind), named]).toEqual([['number', 'text'], true])
    expect(right(toMixedTable(raw, { drop: ['2'] })).named).toBe(false)
  })
  test('refuses two of one name, no column, one row', () => {
    expect(left(toMixedTable(raw)).what).toBe('columns 2 and 3 are both called "age"')
    expect(left(toMixedTable(raw, { drop: ['1', '2', '3'] })).what).toBe('there is no column to use')
    expect(left(toMixedTable(right(read('1,2\n')))).what).toBe('the table has 1 row')
  })
})

describe('writeColumns', () => {
  const word = fc.constantFrom('a', 'b c', 'd,e', 'f"g', 'h\ni', 'ü', '')
  const anyColumns = fc.integer({ min: 3, max: 12 }).chain((rows) =>
    fc.record({
      words: fc.array(word, { minLength: rows, maxLength: rows }),
      holes: fc.array(fc.oneof({ weight: 3, arbitrary: finiteDouble }, fc.constant(Number.NaN)), { minLength: rows, maxLength: rows }),
      whole: fc.array(finiteDouble, { minLength: rows, maxLength: rows }),
    }),
  )
  test.each(['csv', 'tsv.gz', 'parquet', 'arrow', 'arrows'])('what .%s holds reads back bit for bit', async (format) => {
    await fc.assert(
      fc.asyncProperty(anyColumns, async ({ words, holes, whole }) => {
        const columns: readonly RawColumn[] = [
          { name: 'words', kind: 'text', values: words },
          { name: 'holes', kind: 'number', values: Float64Array.from(holes) },
          { name: 'whole', kind: 'number', values: Float64Array.from(whole) },
        ]
        fc.pre(holes.some((value) => !Number.isNaN(value)))
        right(await writeColumns(at(`t.${format}`), columns)())
        const back = right(await readTable(at(`t.${format}`), keep)())
        expect(back.columns).toEqual(columns)
      }),
      { numRuns: 8 },
    )
  })
  test('one column with a gap keeps its rows', async () => {
    const column: RawColumn = { name: 'x', kind: 'number', values: Float64Array.of(1, Number.NaN, 3) }
    right(await writeColumns(at('one.csv'), [column])())
    expect(right(await readTable(at('one.csv'), keep)()).columns).toEqual([column])
  })
  test('refusals', async () => {
    const text: RawColumn = { name: 'x', kind: 'text', values: ['a'] }
    const number: RawColumn = { name: 'y', kind: 'number', values: Float64Array.of(Number.NaN) }
    const refused = async (name: string, columns: readonly RawColumn[]) => {
      const { _tag, what } = left(await writeColumns(at(name), columns)())
      return `${_tag}: ${what}`
    }
    expect(await refused('t.npy', [text])).toBe('FileError: a .npy file holds numbers alone, and column "x" is text')
    expect(await refused('t.npy', [number])).toBe('FileError: a .npy file holds numbers alone, and column "y" has missing cells')
    expect(await refused('t.csv', [text, text])).toBe('InvalidArgument: two columns are called "x"')
    expect(await refused('t.csv', [text, { ...number, values: Float64Array.of(1, 2) }])).toMatch(/^ShapeMismatch: column "y" has 2 cells/)
    expect(await refused('t.csv', [text, { ...number, values: Float64Array.of(-Infinity) }])).toMatch(/^NotFinite: row 1, column "y"/)
    expect(await refused('t.csv', [])).toMatch(/^InvalidArgument/)
    expect(await refused('t.xls', [text])).toMatch(/^FileError/)
  })
})
