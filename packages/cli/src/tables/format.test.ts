import { expect, test } from 'vitest'
import { tableFormat } from './format.js'
import { left, right } from './testing.js'

test.each([
  ['a.csv', { kind: 'text', extension: '.csv', gzip: false }],
  ['dir.v1/A.CSV.GZ', { kind: 'text', extension: '.csv', gzip: true }],
  ['a.b.tsv', { kind: 'text', extension: '.tsv', gzip: false }],
  ['a.txt.gz', { kind: 'text', extension: '.txt', gzip: true }],
  ['a.npy', { kind: 'npy', gzip: false }],
  ['a.parquet.gz', { kind: 'parquet', gzip: true }],
  ['a.Arrow', { kind: 'arrow', layout: 'file', gzip: false }],
  ['a.feather', { kind: 'arrow', layout: 'file', gzip: false }],
  ['a.arrows.gz', { kind: 'arrow', layout: 'stream', gzip: true }],
])('%s', (path, format) => expect(right(tableFormat(path, 'read'))).toEqual(format))

test.each(['a.xlsx', 'a', 'a.gz', 'csv', '.csv', 'folder.csv/a', 'a.csv.zip', 'a.', ''])(
  '%j is refused with the list of endings',
  (path) => {
    const error = left(tableFormat(path, 'read'))
    expect(error._tag).toBe('FileError')
    expect(error.mend).toContain('.csv, .tsv, .txt, .npy, .parquet, .arrow, .feather or .arrows')
  },
)

test('.txt is read but not written', () => {
  expect(left(tableFormat('a.txt', 'write')).what).toBe('".txt" tables cannot be written')
  expect(left(tableFormat('a.txt', 'write')).mend).not.toContain('.txt')
})
