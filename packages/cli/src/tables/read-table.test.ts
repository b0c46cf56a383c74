import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { dump } from 'npyjs'
import { describe, expect, test } from 'vitest'
import { toNumericTable } from './numeric-table.js'
import { readTable } from './read-table.js'
import { left, right, sharedFile, temporaryFolder } from './testing.js'

const at = temporaryFolder()
const put = (name: string, content: string | Uint8Array): string => {
  writeFileSync(at(name), content)
  return at(name)
}
const refusal = async (path: string): Promise<readonly string[]> => {
  const { _tag, where, what, mend } = left(await readTable(path)())
  expect(where).toContain(path)
  expect(mend.length).toBeGreaterThan(5)
  return [_tag, what]
}

describe('formats', () => {
  const text = 'a,b\n1,2\n3,4\n'
  const array = new Uint8Array(dump(Float64Array.of(1, 2, 3, 4), [2, 2]))
  test.each([
    ['t.csv', text],
    ['t.txt', text],
    ['t.tsv', text.replaceAll(',', '\t')],
    ['T.CSV.GZ', gzipSync(text)],
    ['t.npy', array],
    ['t.npy.gz', gzipSync(array)],
  ])('%s', async (name, content) => {
    const table = right(await readTable(put(name, content))())
    expect(table.columns.map(({ values }) => [...values])).toEqual([
      [1, 3],
      [2, 4],
    ])
    expect(table.source).toBe(at(name))
    expect(table.locate(1)).toBe(name.includes('npy') ? 'row 2' : 'line 3')
  })
})

describe('refusals', () => {
  test('a missing file', async () => expect(await refusal(at('none.csv'))).toEqual(['FileError', 'there is no such file']))
  test('a missing file whose name has no known ending', async () => expect((await refusal(at('none')))[1]).toBe('there is no such file'))
  test('a folder', async () => {
    for (const name of ['folder', 'folder.csv']) {
      mkdirSync(at(name))
      expect(await refusal(at(name))).toEqual(['FileError', 'it is a folder, not a file'])
    }
  })
  test('a path through a file', async () =>
    expect(await refusal(`${put('file.csv', '1\n2\n')}/x.csv`)).toEqual(['FileError', 'a part of the path is a file, not a folder']))
  test('a path no file can have', async () => expect((await refusal('a\0.csv'))[0]).toBe('FileError'))
  test('an ending that is not known', async () => {
    expect(await refusal(put('t.xlsx', 'x'))).toEqual(['FileError', '".xlsx" tables cannot be read'])
    expect(left(await readTable(at('t.xlsx'))()).mend).toContain('.csv, .tsv, .txt, .npy, .parquet, .arrow, .feather or .arrows')
  })
  test.each(['csv', 'tsv', 'txt', 'npy', 'parquet'])('an empty .%s', async (ending) => {
    expect(await refusal(put(`empty.${ending}`, ''))).toEqual(['InvalidTable', 'the file is empty (0 bytes)'])
    expect(await refusal(put(`empty.${ending}.gz`, gzipSync('')))).toEqual([
      'InvalidTable',
      'the file is empty: it decompresses to 0 bytes',
    ])
    expect(await refusal(put(`nothing.${ending}.gz`, ''))).toEqual(['InvalidTable', 'the file is empty (0 bytes)'])
  })
  test('gzip that is damaged, cut short, or none', async () => {
    const whole = gzipSync('a,b\n1,2\n3,4\n'.repeat(100))
    const damaged = whole.map((byte, i) => (i > 12 && i < 20 ? byte ^ 0x5a : byte))
    expect((await refusal(put('damaged.csv.gz', damaged)))[1]).toMatch(/^the gzip data is damaged or cut short/)
    expect((await refusal(put('short.csv.gz', whole.subarray(0, whole.length - 5))))[1]).toMatch(/^the gzip data is damaged or cut short/)
    expect((await refusal(put('plain.csv.gz', 'a,b\n1,2\n')))[1]).toBe('the name ends in .gz but the file is not gzip-compressed')
    expect((await refusal(put('hidden.csv', whole)))[1]).toBe('the file is gzip-compressed but its name does not end in .gz')
  })
  test('a format that its name does not say', async () => {
    expect((await refusal(put('text.npy', 'a,b\n1,2\n')))[0]).toBe('FileError')
    expect((await refusal(put('text.parquet', 'a,b\n1,2\n')))[0]).toBe('FileError')
    expect((await refusal(put('array.csv', new Uint8Array(dump(Float64Array.of(1, 2), [2])))))[0]).toBe('FileError')
  })
  test('an unreadable file', async ({ skip }) => {
    skip(process.getuid?.() === 0 || process.platform === 'win32', 'the superuser may read every file')
    const path = put('secret.csv', '1\n2\n')
    chmodSync(path, 0)
    expect(await refusal(path)).toEqual(['FileError', 'the file may not be read'])
  })
  test('an aborted reading', async () => {
    const path = put('t2.csv', '1\n2\n')
    expect(left(await readTable(path, { signal: AbortSignal.abort() })())._tag).toBe('Aborted')
  })
})

describe('published tables', () => {
  test('wine: no header, 12 columns', async ({ skip }) => {
    const { path, absent, why } = sharedFile('data/tabular/uci/wine.csv.gz')
    skip(absent, why)
    const raw = right(await readTable(path)())
    const { names, matrix, leftOut } = right(toNumericTable(raw))
    expect([matrix.rows, matrix.columns, leftOut]).toEqual([1599, 12, []])
    expect(names).toEqual(Array.from({ length: 12 }, (_, j) => `column${j + 1}`))
    expect([...matrix.data.subarray(0, 4)]).toEqual([-1.1196, 0.0021795, -0.13098, -0.43881])
    expect(raw.locate(0)).toBe('line 1')
  })

  test('household power: header, semicolons, two text columns, under 1.5 s', async ({ skip }) => {
    const { path, absent, why } = sharedFile('data/tabular/power_household_2006-12-16_2007-01-11.txt.gz')
    skip(absent, why)
    // Processor time, so that other work on the machine does not count.
    const before = process.cpuUsage()
    const raw = right(await readTable(path)())
    const { user, system } = process.cpuUsage(before)
    expect((user + system) / 1e6).toBeLessThan(1.5)
    const { names, matrix, leftOut } = right(toNumericTable(raw))
    expect([matrix.rows, matrix.columns]).toEqual([37283, 7])
    expect(names[0]).toBe('Global_active_power')
    expect(leftOut.map(({ name }) => name)).toEqual(['Date', 'Time'])
    expect([...matrix.data.subarray(0, 7)]).toEqual([4.216, 0.418, 234.84, 18.4, 0, 1, 17])
    expect(raw.locate(0)).toBe('line 2')
    expect(raw.locate(37282)).toBe('line 37284')
  })

  test('miniboone: 1200 rows of 43 numbers', async ({ skip }) => {
    const { path, absent, why } = sharedFile('data/tabular/miniboone_maf_rows0000-1199.npy.gz')
    skip(absent, why)
    const { matrix } = right(toNumericTable(right(await readTable(path)())))
    expect([matrix.rows, matrix.columns, matrix.data[0]]).toEqual([1200, 43, 2.59413])
  })

  test.for([
    ['DatasaurusDozen-Long.tsv', 1846, 55.3846, 97.1795],
    ['SimpsonsParadox-Long.tsv', 444, 55.7909718157, 69.9365934283],
  ] as const)('%s: a text column "dataset"', async ([name, rows, x, y], { skip }) => {
    const { path, absent, why } = sharedFile(`data/pointclouds/${name}`)
    skip(absent, why)
    const { names, matrix, leftOut } = right(toNumericTable(right(await readTable(path)())))
    expect([matrix.rows, names, leftOut.map((column) => column.name)]).toEqual([rows, ['x', 'y'], ['dataset']])
    expect([...matrix.data.subarray(0, 2)]).toEqual([x, y])
    const labelled = right(toNumericTable(right(await readTable(path, { label: 'dataset' })()), { label: 'dataset' }))
    expect(labelled.label?.kind).toBe('text')
    expect(labelled.leftOut).toEqual([])
  })

  test('occupancy: rows with names that the header does not count', async ({ skip }) => {
    const { path, absent, why } = sharedFile('data/tabular/uci_occupancy_datatraining.txt.gz')
    skip(absent, why)
    const error = left(await readTable(path)())
    expect(error.what).toBe('8 cells where the first row has 7')
    expect(error.mend).toContain('give that column a name')
  })
})
