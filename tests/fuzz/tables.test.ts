import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gunzipSync, gzipSync } from 'node:zlib'
import { hostMatrix } from '@tweedie/core'
import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
// The command keeps its readers to itself, so they are taken from its sources.
import { readTable, toMixedTable, toNumericTable, writeTable } from '../../packages/cli/src/tables/index.js'
import { damaged, folder, isWatching, lawful, watchMemory } from './support.js'

const at = folder()
watchMemory()

/** Reads bytes as a table of a format; what it gives has finite numbers, or missing ones where they are kept, as many as it says. */
const readAs = async (extension: string, bytes: Uint8Array): Promise<void> => {
  const path = at(`case${extension}`)
  writeFileSync(path, bytes)
  // Every other file is read as one that may have missing cells.
  const keeps = bytes.length % 2 === 1
  const result = await lawful(readTable(path, { missing: keeps ? 'keep' : 'refuse' }))
  if (result._tag === 'Left') return
  const { names, rows, columns } = result.right
  expect(columns.map(({ name }) => name)).toEqual(names)
  for (const { kind, values } of columns) {
    expect(values.length).toBe(rows)
    if (kind === 'number') expect(values.every((value) => Number.isFinite(value) || (keeps && Number.isNaN(value)))).toBe(true)
    else expect(values.every((value) => typeof value === 'string')).toBe(true)
  }
  await lawful<unknown>(() => (keeps ? toMixedTable(result.right) : toNumericTable(result.right)))
}

const fuzz = (extension: string, cases: number, bytes: () => fc.Arbitrary<Uint8Array>): void =>
  void test(`${cases} cases of ${extension}`, () =>
    fc.assert(
      fc.asyncProperty(bytes(), (one) => readAs(extension, one)),
      { numRuns: cases },
    ))

const utf8 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text))

/** What our own writers make of a small table. */
const files = new Map<string, Uint8Array>()
const written = (extension: string): Uint8Array => files.get(extension) as Uint8Array
beforeAll(async () => {
  mkdirSync(at('valid'))
  const matrix = hostMatrix([1, 0.5, 1e9, -2, 0, 3, 1, 2.25, -1e-7, 4, 2, 1, 7, 2, 0, 0, 1, 1], 6, 3)
  for (const extension of ['.csv', '.tsv', '.npy', '.parquet', '.arrow', '.arrows', '.csv.gz', '.parquet.gz', '.arrow.gz']) {
    const path = at(`valid/t${extension}`)
    const result = await writeTable(path, ['a', 'b c', '"'], matrix)()
    if (result._tag === 'Left') throw result.left
    files.set(extension, new Uint8Array(readFileSync(path)))
  }
})

test('an array that is too large would be noticed', () => expect(isWatching()).toBe(true))

describe('text', () => {
  const words = fc.constantFrom(
    '1',
    '-2.5e3',
    '0x1',
    'NaN',
    'inf',
    '',
    ' ',
    '"',
    '""',
    '"a\nb"',
    ',',
    ';',
    '\t',
    '|',
    '\n',
    '\r\n',
    '\r',
    'é',
    '#',
    'NA',
    '?',
    '\uFEFF',
    '\0',
    '1'.repeat(400),
    '🜚',
  )
  const soup = fc.array(words, { minLength: 1, maxLength: 60 }).map((parts) => parts.join(''))
  const odd = fc.tuple(soup, fc.constantFrom('utf-16le', 'utf-16be', 'latin1', 'utf8')).map(([text, encoding]) => {
    const little = Buffer.from(`\uFEFF${text}`, 'utf16le')
    if (encoding === 'utf-16be') return new Uint8Array(little.swap16())
    return new Uint8Array(encoding === 'utf-16le' ? little : Buffer.from(text, encoding as 'latin1'))
  })
  const examples = [
    utf8('# a b\n1 2\n3 4\n'),
    utf8('a;b;c\n1;2,5;x\n3;4,5;y\n'),
    utf8('id,"na""me",v\n1,"x,\ny",3\n2,"z",4\n'),
    utf8('5.1,3.5,setosa\n4.9,3.0,setosa\n6.2,2.9,virginica\n'),
  ]
  fuzz('.csv', 1_200, () => fc.oneof(damaged([written('.csv'), ...examples]), odd, fc.uint8Array({ maxLength: 120 })))
  fuzz('.tsv', 500, () => fc.oneof(damaged([written('.tsv'), ...examples]), odd))
  fuzz('.txt', 600, () => fc.oneof(damaged(examples), odd))
  fuzz('.csv.gz', 400, () =>
    fc.oneof(
      damaged([written('.csv.gz')]),
      odd.map((bytes) => new Uint8Array(gzipSync(bytes))),
    ),
  )
})

describe('arrays', () => {
  const npy = (header: string, data: number): Uint8Array => {
    const start = Buffer.from([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, header.length & 255, header.length >> 8])
    return new Uint8Array(Buffer.concat([start, Buffer.from(header), Buffer.alloc(data, 7)]))
  }
  const shape = fc.array(fc.constantFrom('0', '1', '2', '3', '1000000', '4294967296', '9007199254740993', '99999999999999999999', '-1'), {
    maxLength: 3,
  })
  const header = fc
    .tuple(
      fc.constantFrom('<f8', '>f4', '<f2', '|b1', '<i8', '>u2', '|O', '<c16', '|S3', '=f8'),
      fc.constantFrom('True', 'False', 'Maybe'),
      shape,
      fc.nat(64),
    )
    .map(([descr, order, sizes, data]) => npy(`{'descr': '${descr}', 'fortran_order': ${order}, 'shape': (${sizes.join(', ')},), }`, data))
  fuzz('.npy', 1_000, () => fc.oneof(damaged([written('.npy')]), header, fc.uint8Array({ maxLength: 40 })))
})

describe('Parquet', () => {
  const random = fc
    .uint8Array({ maxLength: 60 })
    .map((inner) => new Uint8Array(Buffer.concat([Buffer.from('PAR1'), inner, Buffer.from('PAR1')])))
  // Where they are there, published files too: dictionaries, nulls, pages of version 2, other compressions.
  const published = fileURLToPath(new URL('../../../shared/reference/parquet', import.meta.url))
  const others = (existsSync(published) ? readdirSync(published) : [])
    .filter((name) => name.endsWith('.parquet') && statSync(`${published}/${name}`).size < 2_000)
    .map((name) => new Uint8Array(readFileSync(`${published}/${name}`)))
  fuzz('.parquet', 1_400, () =>
    fc.oneof({ weight: 9, arbitrary: damaged([written('.parquet'), ...others]) }, { weight: 1, arbitrary: random }),
  )
  fuzz('.parquet.gz', 100, () => damaged([written('.parquet')]).map((bytes) => new Uint8Array(gzipSync(bytes))))
})

describe('Arrow', () => {
  // Of pyarrow, with a dictionary, nulls and compressed buffers; packed, since a file of 64 rows takes 1.3 kB.
  const packed = {
    lz4: 'H4sIAAAAAAACA+VUvU7DQAz+8tP0iiKlajMEqYiILsDGgthoJYYsiKgLjCDx04rCQDswRkx9GAbGSiy8SV+Bka3YFx9NIugLYMnns8/+/CMn/cHg7PwAWBIpC2iCaQM+PNSg6EZkuXBJZOTD0iF+I06IWR+TnZxsjo3EBpEPo8mE76/aB5YC54gI2UOdsjQRSk6rFtJ5QhxXMO5Hj9d8V1DawqevdZ+4rnUGyOPyWhnX5GBNcjjVGqllPJMf+3raYuuT5zEnGYqfT1H5RHyNCNvVOAlWVKyvqWM6JN2fmAvijmDahThTs4O/qStyV2RceLMqeJD5aOyd0+iy90JqZsbZKPo1yn6kZuOb2+nT6G44NXP4WjcHx9U9zUu5y33PCn33funbW9P3ocijit3oeyKHIrdFzkTuF2KcSn6s0S1jsEvzYfhNeux+Hgdo9RTaSsG1EcRYvqe8AxUAiWvRNc23HIHCIl0lMLtT8ic1WyxzKtUl7226XtEnRzAeAgdbqc3aikxgvoeh3nD+2nyZfCK75EqpsV2ue17Zr0jsH2Ize/9f/gkJGfv6X/kN7WBOhDIFAAA=',
    zstd: 'H4sIAAAAAAACA+VUO0sDQRD+du9ybvTACFdE8ZHCImKhFoKdiQpqJaTQNr4TfOAjhY0g2FhY+DOCWNjYW4jYiH9A8C9Y2IrO7E7M5ST+AQdmv53Zee/eFUulpZUJ4IvIKCADpk6ECJCCoR2R8uETnJENo0d8S7xAzPIu6clIs29WdBDcqx4f8/7G2kAZcI4sRQ7QQVkyiCSnSkW0zhHnEjF2qvsbvDcwVsNraOWQuMPKHMD5uVo5biMHS5LDS9ZILeOE7Ng2sBptV57HPWEkdiF5uYmENiK0b+MU0KR4fRnrM0jo//iUiYclv0acAttHICV5aE8DgjnBvtiZ+hXXzYkpfzf2mQtXm0NNu206fp5epMvc3KodVbcrNfzMgQO3nYPno5+g3pKzte+rWN+FP/oO/uh7VHA8oW/IU4IVwV7Bi8S8IO+3kIjTTlYNhW7OqQz1bC3ep2k1AV5mR9C9/JrS56sH6GpxdPaYVFh70GeZ+rWjmaEIXnb9cuKxZTnsMfH7MEXg7ctRoi57Xjjlj1BpTqa0wkdtvmHq3l9kJ8xfWSgXz99sXp4Al5iTvozUW0+8p6zonxL5/8u/YIGURfuP/Aa9LmR0KgUAAA==',
  }
  const compressed = Object.values(packed).map((text) => new Uint8Array(gunzipSync(Buffer.from(text, 'base64'))))
  const random = fc
    .uint8Array({ maxLength: 60 })
    .map((inner) => new Uint8Array(Buffer.concat([Buffer.from('ARROW1\0\0'), inner, Buffer.from('ARROW1')])))
  fuzz('.arrow', 1_200, () =>
    fc.oneof({ weight: 9, arbitrary: damaged([written('.arrow'), ...compressed]) }, { weight: 1, arbitrary: random }),
  )
  fuzz('.arrows', 500, () => fc.oneof(damaged([written('.arrows')]), fc.uint8Array({ maxLength: 60 })))
  fuzz('.arrow.gz', 100, () => damaged([written('.arrow')]).map((bytes) => new Uint8Array(gzipSync(bytes))))
})
