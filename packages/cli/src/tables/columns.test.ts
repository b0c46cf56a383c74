import { describe, expect, test } from 'vitest'
import { chooseColumns, findColumn } from './columns.js'
import { left, right } from './testing.js'

const names = ['age', 'height', '1', 'age2', 'twin', 'twin']

describe('findColumn', () => {
  test('by name, by number from 1, the name first', () => {
    expect(right(findColumn(names, 'height', 't'))).toBe(1)
    expect(right(findColumn(names, '2', 't'))).toBe(1)
    expect(right(findColumn(names, '1', 't'))).toBe(2)
    expect(right(findColumn(names, '6', 't'))).toBe(5)
  })

  test('an unknown name lists the names and the nearest', () => {
    const error = left(findColumn(names, 'hieght', 't.csv'))
    expect(error._tag).toBe('InvalidArgument')
    expect(error.what).toBe('there is no column "hieght"; did you mean "height"?')
    expect(error.mend).toContain('"age", "height", "1"')
    expect(error.where).toBe('t.csv')
  })

  test.each(['0', '7', '99', '-1', '1.5', ''])('%j is no column', (wanted) =>
    expect(left(findColumn(names, wanted, 't'))._tag).toBe('InvalidArgument'),
  )

  test('two of one name are told apart by number', () => {
    expect(left(findColumn(names, 'twin', 't')).what).toBe('columns 5 and 6 are both called "twin"')
  })

  test('a long list of names is cut', () => {
    const many = Array.from({ length: 50 }, (_, i) => `c${i}`)
    expect(left(findColumn(many, 'zzz', 't')).mend).toMatch(/"c19" and 30 more$/)
  })
})

describe('chooseColumns', () => {
  const abc = ['a', 'b', 'c']
  test('all of them, all but some, or some in the order given', () => {
    expect(right(chooseColumns(abc, {}, 't'))).toEqual({ candidates: [0, 1, 2], named: false, label: undefined })
    expect(right(chooseColumns(abc, { columns: [] }, 't')).candidates).toEqual([0, 1, 2])
    expect(right(chooseColumns(abc, { drop: ['2', 'b'] }, 't')).candidates).toEqual([0, 2])
    expect(right(chooseColumns(abc, { columns: ['c', 'a'], drop: ['b'] }, 't'))).toEqual({
      candidates: [2, 0],
      named: true,
      label: undefined,
    })
    expect(right(chooseColumns(abc, { label: 'b' }, 't'))).toEqual({ candidates: [0, 2], named: false, label: 1 })
  })

  test.each([
    [{ columns: ['a', '1'] }, 'column "a" is chosen twice'],
    [{ columns: ['a', 'b'], drop: ['b'] }, 'column "b" is both chosen and dropped'],
    [{ columns: ['a', 'b'], label: 'b' }, 'column "b" is both chosen and the label'],
    [{ drop: ['d'] }, 'there is no column "d"'],
    [{ label: 'label' }, 'there is no column "label"'],
  ])('%j: %s', (selection, what) => {
    const error = left(chooseColumns(abc, selection, 't'))
    expect(error._tag).toBe('InvalidArgument')
    expect(error.what).toContain(what)
  })
})
