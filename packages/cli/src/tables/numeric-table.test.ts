import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { toNumericTable } from './numeric-table.js'
import { readText } from './read-text.js'
import type { RawTable } from './table.js'
import { anyMatrix, left, right, utf8 } from './testing.js'

const raw = (text: string): RawTable => right(readText(utf8(text), 't.csv', '.csv', {}))
const people = raw('name,age,height,group\nann,30,1.7,1\nbob,41,1.8,2\ncy,22,1.9,1\n')
const refusal = (table: RawTable, selection: Parameters<typeof toNumericTable>[1] = {}) => {
  const { _tag, where, what } = left(toNumericTable(table, selection))
  return [_tag, where, what]
}

test('all numeric columns, the text left out with an example', () => {
  const { names, matrix, leftOut } = right(toNumericTable(people))
  expect(names).toEqual(['age', 'height', 'group'])
  expect(matrix).toEqual({ data: Float64Array.of(30, 1.7, 1, 41, 1.8, 2, 22, 1.9, 1), rows: 3, columns: 3 })
  expect(leftOut).toEqual([{ name: 'name', why: 'text, for example "ann"' }])
})

test('named columns, in that order, by name or number', () => {
  const { names, matrix, leftOut } = right(toNumericTable(people, { columns: ['3', 'age'] }))
  expect(names).toEqual(['height', 'age'])
  expect([...matrix.data]).toEqual([1.7, 30, 1.8, 41, 1.9, 22])
  expect(leftOut).toEqual([])
})

test('dropped columns and the label are not mentioned', () => {
  const { names, leftOut, label } = right(toNumericTable(people, { drop: ['name', '2'], label: 'group' }))
  expect([names, leftOut]).toEqual([['height'], []])
  expect(label).toEqual({ name: 'group', kind: 'number', values: Float64Array.of(1, 2, 1) })
  expect(right(toNumericTable(people))).not.toHaveProperty('label')
})

test('an empty column says so', () =>
  expect(right(toNumericTable(raw('1,\n2,\n'))).leftOut).toEqual([{ name: 'column2', why: 'every cell is empty' }]))

test('the matrix is the columns, transposed', () =>
  fc.assert(
    fc.property(anyMatrix, ({ data, rows, columns }) => {
      const table: RawTable = {
        source: 't',
        rows,
        names: Array.from({ length: columns }, (_, j) => `c${j}`),
        columns: Array.from({ length: columns }, (_, j) => ({
          name: `c${j}`,
          kind: 'number',
          values: data.filter((_value, k) => k % columns === j),
        })),
        locate: String,
      }
      const result = toNumericTable(table)
      if (result._tag === 'Right') expect(result.right.matrix).toEqual({ data, rows, columns })
      else expect(result.left.what).toMatch(rows < 2 ? /1 row$/ : /is constant/)
    }),
  ))

describe('refusals', () => {
  test('a text column that was named, with its first bad cell', () => {
    expect(refusal(people, { columns: ['name'] })).toEqual([
      'InvalidTable',
      't.csv, line 2, column "name"',
      'it is a column of text, for example "ann"',
    ])
    expect(refusal(raw('1,1\n2,2\nx,3\ny,4\nz,5\n'), { columns: ['1'] })).toEqual([
      'InvalidTable',
      't.csv, line 3, column "column1"',
      'it is a column of text, for example "x"',
    ])
    expect(refusal(raw('1,\n2,\n'), { columns: ['2'] })).toEqual([
      'InvalidTable',
      't.csv, line 1, column "column2"',
      'the column has no numbers; this cell is empty',
    ])
  })
  test('text that is all digits, from a format that knows text', () => {
    const table: RawTable = {
      source: 't.parquet',
      rows: 2,
      names: ['s'],
      columns: [{ name: 's', kind: 'text', values: ['1', '2'] }],
      locate: String,
    }
    expect(refusal(table, { columns: ['s'] })).toEqual(['InvalidTable', 't.parquet, column "s"', 'it is stored as text'])
  })
  test('an unknown column, with the names there are', () => {
    expect(refusal(people, { columns: ['hieght'] })).toEqual([
      'InvalidArgument',
      't.csv',
      'there is no column "hieght"; did you mean "height"?',
    ])
    expect(refusal(people, { drop: ['5'] })[2]).toBe('there is no column 5: the table has 4')
  })
  test('no column of numbers', () => {
    expect(refusal(raw('a,b\nc,d\n'))[2]).toBe(
      'there is no column of numbers to use ("column1": text, for example "a"; "column2": text, for example "b")',
    )
    expect(refusal(people, { drop: ['2', '3', '4'] })[2]).toContain('there is no column of numbers to use ("name"')
    expect(refusal(raw('1\n2\n'), { drop: ['1'] })[2]).toBe('there is no column of numbers to use')
  })
  test('one row', () => expect(refusal(raw('1,2\n'))).toEqual(['InvalidTable', 't.csv', 'the table has 1 row']))
  test('a constant column, with its value and the mend', () => {
    const table = raw('a,my c,d\n1,5,0\n2,5,-0\n')
    const error = left(toNumericTable(table))
    expect([error._tag, error.where, error.what]).toEqual([
      'InvalidTable',
      't.csv, column "my c"',
      'the column is constant (every value is 5), and so is "d" (0)',
    ])
    expect(error.mend).toContain("--drop 'my c' --drop d")
    expect(right(toNumericTable(table, { drop: ['my c', 'd'] })).names).toEqual(['a'])
    expect(refusal(table, { columns: ['my c'] })[0]).toBe('InvalidTable')
  })
  test('two columns of one name', () => {
    const table = raw('a,a,b\n1,2,3\n4,5,6\n')
    expect(refusal(table)[2]).toBe('columns 1 and 2 are both called "a"')
    expect(right(toNumericTable(table, { drop: ['2'] })).names).toEqual(['a', 'b'])
  })
})
