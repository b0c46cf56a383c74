import { writeFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { column, fromRows, type HostMatrix, key, normalArray, uniformArray } from '@tweedie/core'
import { describe, expect, test } from 'vitest'
import { sharedFile, temporaryFolder } from '../tables/testing.js'
import { eachLine } from './each-line.js'
import { uncorrelated } from './gas.js'
import { loaders, type PreparedData } from './index.js'
import { readPower } from './power.js'
import { withoutRepeatedValues } from './repeated-values.js'

const at = temporaryFolder()
const file = (name: string, text: string): string => {
  const path = at(name)
  writeFileSync(path, name.endsWith('.gz') ? gzipSync(text) : text)
  return path
}
const counts = ({ training, validation, test: rest }: PreparedData) => [training.rows, validation.rows, rest.rows, training.columns]
/** Mean and deviation of a column of stacked matrices. */
const moments = (parts: readonly HostMatrix[], j: number, less: number): readonly [number, number] => {
  const values = parts.flatMap((part) => Array.from(column(part, j)))
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  return [mean, Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - less))]
}
const expectStandard = (parts: readonly HostMatrix[], less: number): void => {
  for (let j = 0; j < (parts[0] as HostMatrix).columns; j++) {
    const [mean, deviation] = moments(parts, j, less)
    // Rounding of sums of about 10⁵ numbers.
    expect(Math.abs(mean)).toBeLessThan(1e-9)
    expect(Math.abs(deviation - 1)).toBeLessThan(1e-9)
  }
}
const uniforms = uniformArray(key(8), 60 * 60)
const normals = normalArray(key(9), 600 * 60)
const refused = (work: Promise<unknown>, tag: string, message: RegExp) =>
  expect(work).rejects.toMatchObject({ _tag: tag, message: expect.stringMatching(message) })

describe('power', () => {
  const head = 'Date;Time;Global_active_power;Global_reactive_power;Voltage;Global_intensity;Sub_metering_1;Sub_metering_2;Sub_metering_3'
  const line = (i: number): string =>
    `16/12/2006;${String(i % 24).padStart(2, '0')}:3${i % 10}:00;${(1 + (uniforms[i] as number)).toFixed(3)};0.1;${240 + (i % 7)};18.4;${i % 2};${i % 3};17.000`
  const rows = Array.from({ length: 60 }, (_, i) => line(i))

  test('keeps six columns, drops missing rows, and splits 10 and 10 after shuffling', async () => {
    const missing = '28/4/2007;00:21:00;?;?;?;?;?;?;'
    const path = file('household.txt', [head, ...rows.slice(0, 30), missing, ...rows.slice(30), ''].join('\r\n'))
    const read = await readPower(path)
    expect([read.rows, read.columns]).toEqual([60, 6])
    expect(Array.from(read.data.subarray(12, 18))).toEqual([Number((1 + (uniforms[2] as number)).toFixed(3)), 242, 0, 2, 17, 2 * 60 + 32])
    const data = await loaders.power(path, key(1))
    // 60 rows: 6 for testing, 5 of 54 for validation.
    expect(counts(data)).toEqual([49, 5, 6, 6])
    expectStandard([data.training, data.validation], 0)
    expect(await loaders.power(path, key(1))).toEqual(data)
    expect((await loaders.power(path, key(2))).training.data).not.toEqual(data.training.data)
  })

  test('the noise is as wide as the recipe says: none on the time of day, up to one on the sub-meters', async () => {
    const path = file('household2.txt.gz', [head, ...rows].join('\n'))
    const data = await loaders.power(path, key(1))
    const levels = (j: number) => new Set([data.training, data.validation, data.test].flatMap((part) => Array.from(column(part, j)))).size
    const minutes = new Set(rows.map((_, i) => 60 * (i % 24) + 30 + (i % 10))).size
    // A constant 17 plus uniform noise is no longer constant: its z-score lies within √12/2 of the middle, a little more for 54 rows.
    expect(levels(5)).toBe(minutes)
    expect(levels(4)).toBe(60)
    const meter = Array.from(column(data.training, 4))
    expect(Math.max(...meter) - Math.min(...meter)).toBeLessThan(4.2)
    // Two values of sub-meter 1 are a whole unit apart with noise below one: the two clusters touch and do not overlap.
    expect(levels(2)).toBe(60)
  })

  test('the extract: 37,283 rows', async ({ skip }) => {
    const { path, absent, why } = sharedFile('data/tabular/power_household_2006-12-16_2007-01-11.txt.gz')
    skip(absent, why)
    const data = await loaders.power(path, key(1))
    expect(counts(data)).toEqual([30_200, 3_355, 3_728, 6])
    expectStandard([data.training, data.validation], 0)
  })

  test('says where the file comes from and what it looks like', async () => {
    await refused(loaders.power(at('absent.txt'), key(1)), 'FileError', /no such file/)
    await refused(loaders.power(file('other.csv', 'a,b\n1,2\n'), key(1)), 'InvalidTable', /archive\.ics\.uci\.edu\/dataset\/235.*2,075,259/)
    await refused(loaders.power(file('short.txt', [head, rows[0], '1;2'].join('\n')), key(1)), 'InvalidTable', /line 3: there are 2 cells/)
    await refused(
      loaders.power(file('word.txt', [head, (rows[0] as string).replace('240', 'x')].join('\n')), key(1)),
      'InvalidTable',
      /no number/,
    )
    await refused(loaders.power(file('few.txt', [head, ...rows.slice(0, 20)].join('\n')), key(1)), 'InvalidTable', /20 usable rows/)
    await refused(loaders.power(file('plain.txt.gz', '') && at('plain.txt.gz'), key(1)), 'InvalidTable', /0 usable rows/)
    writeFileSync(at('not.txt.gz'), 'text')
    await refused(loaders.power(at('not.txt.gz'), key(1)), 'FileError', /gzip data is damaged/)
    await refused(loaders.power(file('ok.txt', [head, ...rows].join('\n')), key(1), AbortSignal.abort()), 'Aborted', /./)
  })
})

describe('gas', () => {
  // Sensors 1 and 2 are alike, sensor 3 is the negative of sensor 1, the rest are independent.
  const rows = Array.from({ length: 600 }, (_, i) => {
    const z = (j: number): number => normals[i * 60 + j] as number
    const sensors = [z(0), z(0) + 0.01 * z(1), -z(0), ...Array.from({ length: 13 }, (_, j) => z(3 + j))]
    return [i / 100, 0, 0, ...sensors.map((value) => 1000 + 100 * value)].map((value) => value.toFixed(2)).join(' ')
  })

  test('keeps a quarter of the rows and drops correlated columns', async () => {
    const path = file(
      'ethylene_CO.txt.gz',
      ['Time (seconds), CO conc (ppm), Ethylene conc (ppm), sensor readings (16 channels)', ...rows].join('\n'),
    )
    const data = await loaders.gas(path, key(3))
    const [training, validation, rest, columns] = counts(data) as [number, number, number, number]
    // 600 draws of a quarter: 150 with deviation 10.6, here within five of it.
    expect(Math.abs(training + validation + rest - 150)).toBeLessThan(53)
    expect(columns).toBe(15)
    expect(data.names.slice(0, 2)).toEqual(['sensor 2', 'sensor 3'])
    expectStandard([data.training, data.validation, data.test], 1)
  })

  test('of columns that hang together one after the other goes, the first first', () => {
    // Each correlates with the next above 0.98, the first and the last do not: removing by MAF's order leaves the last.
    const [a, b] = [normals.subarray(0, 500), normals.subarray(500, 1000)]
    const table = fromRows(Array.from(a, (x, i) => [x, x + 0.14 * (b[i] as number), x + 0.28 * (b[i] as number), b[i] as number]))
    expect(uncorrelated(table)).toEqual([2, 3])
    expect(uncorrelated(fromRows(Array.from(a, (x, i) => [x, -x, b[i] as number])))).toEqual([0, 1, 2])
  })

  test('refuses another file', async () => {
    await refused(loaders.gas(file('gas.txt', '1 2 3\n'), key(1)), 'InvalidTable', /there are 3 cells.*dataset\/322.*4,208,261/)
    const same = Array.from({ length: 400 }, (_, i) => `${i} 0 0${' 7.5'.repeat(16)}`).join('\n')
    await refused(loaders.gas(file('same.txt', same), key(1)), 'InvalidTable', /every value of sensor 1 is the same/)
  })
})

describe('hepmass', () => {
  const cells = (i: number): string =>
    Array.from({ length: 27 }, (_, j) => (j === 4 ? i % 2 : (normals[i * 60 + j] as number)).toExponential()).join(',')
  const rows = Array.from({ length: 120 }, (_, i) => `${(i % 2).toExponential()},${cells(i)}`)

  test('class 1 alone, features with many repeated values gone, a further column not read', async () => {
    const header = `# label,${Array.from({ length: 27 }, (_, j) => `f${j}`).join(',')}`
    const path = file('1000_train.csv', [header, ...rows].join('\n'))
    file('1000_test.csv.gz', [`${header},mass`, ...rows.slice(0, 30).map((row) => `${row},1000`)].join('\n'))
    const data = await loaders.hepmass(path, key(1))
    // 60 of class 1: 6 validate; 15 of the test file.
    expect(counts(data)).toEqual([54, 6, 15, 26])
    expect(data.names).not.toContain('f4')
    expectStandard([data.training, data.validation], 1)
  })

  test('MAF’s rule counts the smallest value', () => {
    const table = fromRows(Array.from({ length: 12 }, (_, i) => [i, i < 6 ? 0 : i, i < 5 ? 0 : i, i > 3 ? 99 : i]))
    expect(withoutRepeatedValues(table)).toEqual([0, 2, 3])
  })

  test('refuses another file, and a training file alone', async () => {
    await refused(loaders.hepmass(file('train_alone.csv', rows.join('\n')), key(1)), 'FileError', /no 1000_test\.csv beside.*dataset\/347/)
    await refused(loaders.hepmass(file('a.csv', '# label,f0\n1,2\n'), key(1)), 'InvalidTable', /there are 2 cells between commas/)
    await refused(loaders.hepmass(file('b.csv', `2,${cells(1)}`), key(1)), 'InvalidTable', /the class is "2"/)
  })
})

describe('miniboone', () => {
  const row = (i: number): string =>
    Array.from({ length: 50 }, (_, j) => (i === 5 ? -999 : j === 7 ? 0 : (normals[i * 60 + j] as number)).toExponential()).join('  ')

  test('the signal rows of the original: outliers and repeated features gone', async () => {
    const path = file('MiniBooNE_PID.txt', ['  50  30', ...Array.from({ length: 80 }, (_, i) => `  ${row(i)}`)].join('\n'))
    const data = await loaders.miniboone(path, key(1))
    // 49 of 50 rows: 4 for testing, 4 of 45 for validation.
    expect(counts(data)).toEqual([41, 4, 4, 49])
    expectStandard([data.training, data.validation], 0)
  })

  test('MAF’s array, the extract: 1,200 rows', async ({ skip }) => {
    const { path, absent, why } = sharedFile('data/tabular/miniboone_maf_rows0000-1199.npy.gz')
    skip(absent, why)
    const data = await loaders.miniboone(path, key(1))
    expect(counts(data)).toEqual([972, 108, 120, 43])
    expectStandard([data.training, data.validation], 0)
  })

  test('refuses another file', async () => {
    await refused(loaders.miniboone(file('m.txt', row(1)), key(1)), 'InvalidTable', /not two numbers of events.*dataset\/199.*36,488 × 43/)
    await refused(loaders.miniboone(file('n.txt', '3 3\n1 2 3\n'), key(1)), 'InvalidTable', /line 2: there are not 50 numbers/)
  })
})

test('lines: any length of file and chunk, with and without an end, numbered; stops when told', async () => {
  const long = `${'x'.repeat(3_000_000)}\nb\n\n  \nc`
  const seen: [number, number][] = []
  await eachLine(file('long.txt', long), (line, number) => seen.push([line.length, number]) > 0, undefined)
  expect(seen).toEqual([
    [3_000_000, 1],
    [1, 2],
    [1, 5],
  ])
  for (const name of ['stop.txt', 'stop.txt.gz']) {
    let count = 0
    await eachLine(file(name, 'line\n'.repeat(900_000)), () => ++count < 10, undefined)
    expect(count).toBe(10)
  }
})
