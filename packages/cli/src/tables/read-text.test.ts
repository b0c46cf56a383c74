import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { ColumnSelection } from './columns.js'
import { readText } from './read-text.js'
import type { RawTable } from './table.js'
import { left, right, utf8 } from './testing.js'

const read = (text: string | Uint8Array, selection: ColumnSelection = {}) =>
  readText(typeof text === 'string' ? utf8(text) : text, 't.csv', '.csv', selection)
const table = (text: string | Uint8Array, selection: ColumnSelection = {}): RawTable => right(read(text, selection))
const plain = ({ columns }: RawTable): readonly (readonly [string, ...(string | number)[]])[] =>
  columns.map(({ name, values }) => [name, ...values])

describe('headers', () => {
  test('text over numbers is a header', () =>
    expect(plain(table('a,b\n1,2\n3,4\n'))).toEqual([
      ['a', 1, 3],
      ['b', 2, 4],
    ]))
  test('numbers over numbers are not', () =>
    expect(plain(table('1,2\n3,4\n'))).toEqual([
      ['column1', 1, 3],
      ['column2', 2, 4],
    ]))
  test('one text cell over numbers is enough', () => expect(table('1,b\n3,4\n5,6\n').names).toEqual(['1', 'b']))
  test('text over text alone is not', () => {
    const { columns, rows } = table('a,1\nb,2\n')
    expect(rows).toBe(2)
    expect(columns[0]).toEqual({ name: 'column1', kind: 'text', values: ['a', 'b'] })
  })
  test('a missing or not finite first cell is data', () => {
    expect(left(read('?,2\n3,4\n')).where).toBe('t.csv, line 1, column "column1"')
    expect(left(read('NaN,2\n3,4\n'))._tag).toBe('NotFinite')
  })
  test('an empty name becomes columnN', () => expect(table('a,,c\n1,2,3\n').names).toEqual(['a', 'column2', 'c']))
  test('names are trimmed, quotes removed', () => expect(table(' a ,"b, c"\n1,2\n').names).toEqual(['a', 'b, c']))
  test('quoted numbers over unquoted numbers are a header', () =>
    expect(plain(table('"1","2"\n3,4\n'))).toEqual([
      ['1', 3],
      ['2', 4],
    ]))
  test('a file whose every cell is quoted has no such header', () => expect(table('"1","2"\n"3","4"\n').rows).toBe(2))
  test('# before the header is taken off', () => expect(table('# x y\n1 2\n3 4\n').names).toEqual(['x', 'y']))
})

describe('cells', () => {
  test('spaces around cells, carriage returns, a byte order mark and blank lines do not matter', () =>
    expect(plain(table('\uFEFFa; b\r\n1.5 ;17.000 \r\n\r\n 2;3\r\n\r\n  \r\n\r\n'))).toEqual([
      ['a', 1.5, 2],
      ['b', 17, 3],
    ]))
  test('without a line end at the end', () => expect(table('1,2\n3,4').rows).toBe(2))
  test('carriage returns alone', () =>
    expect(plain(table('a,b\r1,2\r3,4\r'))).toEqual([
      ['a', 1, 3],
      ['b', 2, 4],
    ]))
  test('CRLF and LF mixed', () => expect(table('a,b\r\n1,2\n3,4\r\n').rows).toBe(2))
  test('quoted cells hold separators, line ends and quotes', () =>
    expect(plain(table('name,x\n"a, b",1\n"c\nd",2\n"e ""f""",3\n'))).toEqual([
      ['name', 'a, b', 'c\nd', 'e "f"'],
      ['x', 1, 2, 3],
    ]))
  test('runs of spaces and tabs, a quoted name at the end', () =>
    expect(plain(table('18.0   8\t"chevrolet malibu"\n15.0  4 \t"buick"\n'))).toEqual([
      ['column1', 18, 15],
      ['column2', 8, 4],
      ['column3', 'chevrolet malibu', 'buick'],
    ]))
  test('UTF-16 and Windows-1252', () => {
    expect(table(new Uint8Array(Buffer.from('\uFEFFé,b\n1,2\n', 'utf16le'))).names).toEqual(['é', 'b'])
    expect(table(new Uint8Array(Buffer.from('é,b\n1,2\n', 'latin1'))).names).toEqual(['é', 'b'])
  })
  test('a column with numbers in just half of its cells is text, with more it is not', () => {
    expect(table('a,b\n1,1\nx,2\n').columns[0]?.kind).toBe('text')
    expect(left(read('a,b\n1,1\nx,2\n3,3\n')).what).toBe('"x" is not a number')
    expect(left(read('a,b\n,1\n,2\n3,3\n')).what).toBe('the value is missing')
  })
  test('a column that turns out to be text after a thousand numbers keeps its text', () => {
    const cells = [...Array.from({ length: 2000 }, (_, i) => `${i}.0`), ...Array.from({ length: 2001 }, (_, i) => `t${i}`)]
    const { columns, rows } = table(`a,b\n${cells.map((cell) => `${cell},1`).join('\n')}\n`)
    expect(rows).toBe(4001)
    expect(columns[0]).toEqual({ name: 'a', kind: 'text', values: cells })
  })
  test('an empty column is text', () => expect(table('1,\n2,\n').columns[1]).toEqual({ name: 'column2', kind: 'text', values: ['', ''] }))
  test('rows are found again by their line, blank and broken lines counted', () => {
    const { locate } = table('name,x\n\n"a\nb",1\nc,2\n\nd,3\n')
    expect([0, 1, 2].map(locate)).toEqual(['line 3', 'line 5', 'line 7'])
  })
})

describe('refusals', () => {
  const refusal = (text: string | Uint8Array, selection: ColumnSelection = {}) => {
    const { _tag, where, what } = left(read(text, selection))
    return [_tag, where, what]
  }
  test('a bad cell, with file, line, column and its text', () => {
    expect(refusal('a,age\n1,2\n3,abc\n5,6\n')).toEqual(['InvalidTable', 't.csv, line 3, column "age"', '"abc" is not a number'])
    expect(left(read('a,my age\n1,2\n3,abc\n5,6\n')).mend).toBe("Correct it, remove the row, or leave the column out: --drop 'my age'")
  })
  test('a missing value', () => {
    expect(refusal('a,b\n1,2\n3,\n4,5\n')).toEqual(['InvalidTable', 't.csv, line 3, column "b"', 'the value is missing'])
    expect(refusal('a,b\n1,2\n3,NA\n4,5\n')[2]).toBe('the value is missing ("NA")')
    expect(left(read('a,b\n1,2\n3,?\n4,5\n')).mend).toBe('Fill it, remove the row, or leave the column out: --drop b')
  })
  test('a number that is not finite', () => {
    expect(refusal('a,b\n1,2\n3,nan\n')).toEqual(['NotFinite', 't.csv, line 3, column "b"', '"nan" is not a finite number'])
    expect(refusal('a,b\n1,2\n-Infinity,1\n')).toEqual(['NotFinite', 't.csv, line 3, column "a"', '"-Infinity" is not a finite number'])
    expect(refusal('a,b\n1,2\n1e999,1\n')[0]).toBe('NotFinite')
  })
  test('the first bad line is named, whatever the column', () =>
    expect(refusal('a,b\n1,2\n1,x\ny,3\n4,5\n6,7\n')[1]).toBe('t.csv, line 3, column "b"'))
  test('a bad cell in a column that is not wanted is none: the column is text', () => {
    const text = 'a,b,c\n1,2,3\n4,,6\n7,8,9\n'
    for (const selection of [{ drop: ['b'] }, { columns: ['a', '3'] }, { label: 'b' }])
      expect(table(text, selection).columns[1]).toEqual({ name: 'b', kind: 'text', values: ['2', '', '8'] })
    expect(refusal(text, { columns: ['b'] })[0]).toBe('InvalidTable')
    expect(refusal(text, { drop: ['x'] })[0]).toBe('InvalidArgument')
  })
  test('a ragged row, with line and counts', () => {
    expect(refusal('a,b\n1,2\n3\n')).toEqual(['InvalidTable', 't.csv, line 3', '1 cell where the first row has 2'])
    expect(refusal('a,b\n1,2\n"x\ny",2\n3,4,5\n')).toEqual(['InvalidTable', 't.csv, line 5', '3 cells where the first row has 2'])
    expect(left(read('a,b\n1,2,3\n2,2,3\n')).mend).toContain('give that column a name in the header')
  })
  test('a header without rows', () => expect(refusal('a,b\n')).toEqual(['InvalidTable', 't.csv', 'the table has a header but no rows']))
  test.each(['\n', ' \r\n\r\n', '\uFEFF', '\t'])('%j holds nothing', (text) =>
    expect(refusal(text)[2]).toBe('the file holds nothing but blank lines'),
  )
  test('a quote that is not closed', () => {
    expect(refusal('a,b\n1,2\n"3,4\n5,6\n')).toEqual([
      'InvalidTable',
      't.csv, line 3',
      'a quoted cell is not closed before the end of the file',
    ])
    expect(refusal('a,b\n1,2\n"3"x,4\n5,6\n')).toEqual(['InvalidTable', 't.csv, line 3', 'a quoted cell goes on after its closing quote'])
  })
  test('bytes that are not text', () => expect(refusal(Uint8Array.of(1, 2, 0, 3))[0]).toBe('FileError'))
  test('a quote open over many megabytes is found in time that grows with the size alone', () => {
    const error = left(read(`a,b\n"${'1,2\n'.repeat(5_000_000)}`))
    expect(error.what).toContain('not closed')
    expect(error.where).toBe('t.csv, line 2')
  }, 20_000)
})

describe('any bytes', () => {
  const checked = (bytes: Uint8Array): void => {
    for (const extension of ['.csv', '.tsv', '.txt'] as const) {
      const result = readText(bytes, 't', extension, {})
      if (result._tag === 'Left') expect(result.left.name).toBe('TweedieError')
      else {
        expect(result.right.rows).toBeGreaterThan(0)
        for (const column of result.right.columns) {
          expect(column.values.length).toBe(result.right.rows)
          if (column.kind === 'number') expect(column.values.every(Number.isFinite)).toBe(true)
        }
        expect(result.right.locate(result.right.rows - 1)).toMatch(/^line \d+$/)
      }
    }
  }
  test('give a table or a refusal', () => fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), checked), { numRuns: 500 }))
  test('that look like a table give a table or a refusal', () =>
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.constantFrom(
            '1',
            '-',
            '.',
            'e',
            'a',
            ',',
            ';',
            '\t',
            '|',
            ' ',
            '\n',
            '\r',
            '"',
            '#',
            '?',
            'é',
            '\uFEFF',
            '💧',
            '\u0000',
          ),
          maxLength: 80,
        }),
        (text) => checked(utf8(text)),
      ),
      { numRuns: 2000 },
    ))
})

test('lines and cells agree with a plain split where nothing is quoted', () =>
  fc.assert(
    fc.property(
      fc
        .integer({ min: 1, max: 4 })
        .chain((width) => fc.array(fc.array(fc.integer(), { minLength: width, maxLength: width }), { minLength: 1, maxLength: 20 })),
      fc.constantFrom(',', ';', '\t', '|', '  '),
      fc.constantFrom('\n', '\r\n', '\r', '\n\n'),
      (rows, separator, newline) => {
        const { columns, locate } = table(rows.map((row) => row.join(separator)).join(newline))
        expect(columns.map(({ values }) => [...values])).toEqual(rows[0]?.map((_, j) => rows.map((row) => row[j])))
        expect(rows.map((_, i) => locate(i))).toEqual(rows.map((_, i) => `line ${newline === '\n\n' ? 2 * i + 1 : i + 1}`))
      },
    ),
  ))
