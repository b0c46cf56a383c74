import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { fromRows, type HostMatrix, hostMatrix, sliceRows } from '@tweedie/core'
import fc from 'fast-check'
import { afterAll, describe, expect, it } from 'vitest'
import { completed, runMethod } from './job.mjs'
import { decodeNpy, encodeNpy, readNpy, writeNpy } from './npy.mjs'
import { snap } from './snap.mjs'
import { readSource, sources } from './sources.mjs'
import { split, splitIn } from './split.mjs'

const folder = mkdtempSync(join(tmpdir(), 'tweedie-tables-test-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const numbered = (rows: number): HostMatrix =>
  hostMatrix(
    Float64Array.from({ length: 2 * rows }, (_, k) => k),
    rows,
    2,
  )
const firsts = (matrix: HostMatrix): number[] => Array.from({ length: matrix.rows }, (_, i) => matrix.data[2 * i] as number)

describe('.npy', () => {
  it('gives every finite number back bit for bit', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 40 }), fc.nat(), (columns, rows, seed) => {
        const data = Float64Array.from({ length: rows * columns }, (_, k) => Math.sin(seed + k) * 10 ** ((k % 600) - 300))
        const bytes = encodeNpy(hostMatrix(data, rows, columns))
        // The format: the numbers begin at a multiple of 64.
        expect((bytes.length - 8 * rows * columns) % 64).toBe(0)
        expect(decodeNpy(bytes)).toEqual({ data, rows, columns })
      }),
    )
  })

  it('refuses what is not one, is cut, or has another type', () => {
    const bytes = encodeNpy(numbered(3))
    expect(() => decodeNpy(bytes.subarray(0, -1))).toThrow(/does not hold 3 × 2/)
    expect(() => decodeNpy(Buffer.from('a,b\n1,2\n'))).toThrow(/not a .npy file/)
    expect(() => decodeNpy(Buffer.from(bytes.toString('latin1').replace('<f8', '<i8'), 'latin1'))).toThrow(/<i8/)
    expect(() => decodeNpy(Buffer.from(bytes.toString('latin1').replace('False', 'True '), 'latin1'))).toThrow(/C order/)
  })

  const sample = fileURLToPath(new URL('../../../shared/data/tabular/miniboone_maf_rows0000-1199.npy.gz', import.meta.url))
  it.skipIf(!existsSync(sample))(`reads NumPy's own file${existsSync(sample) ? '' : ' (skipped: the data is absent)'}`, () => {
    const { rows, columns, data } = readNpy(sample)
    expect([rows, columns]).toEqual([1200, 43])
    expect(data[0]).toBe(2.59413)
  })
})

describe('the split', () => {
  it('parts the rows, four fifths for training, by the seed alone', () => {
    fc.assert(
      fc.property(fc.integer({ min: 5, max: 120 }), fc.nat(1000), (rows, seed) => {
        const { train, test } = split(numbered(rows), seed)
        expect(train.rows).toBe(Math.round(0.8 * rows))
        expect([...firsts(train), ...firsts(test)].sort((a, b) => a - b)).toEqual(firsts(numbered(rows)))
        expect(split(numbered(rows), seed)).toEqual({ train, test })
      }),
    )
    expect(firsts(split(numbered(100), 1).train)).not.toEqual(firsts(split(numbered(100), 2).train))
  })

  it('cuts both sides, and held-out rows never come from the training ones', () => {
    const { train, test } = split(numbered(1000), 3, 50)
    expect([train.rows, test.rows]).toEqual([50, 50])
    expect(firsts(test).filter((first) => firsts(split(numbered(1000), 3, 800).train).includes(first))).toEqual([])
  })

  it('is written once: the table is not read again', () => {
    const place = join(folder, 'split')
    const made = splitIn(place, 0, 100, () => numbered(20))
    expect(
      splitIn(place, 0, 100, () => {
        throw new Error('read again')
      }),
    ).toEqual(made)
    expect(splitIn(join(folder, 'absent'), 0, 100, () => undefined)).toBeUndefined()
    expect(existsSync(join(folder, 'absent'))).toBe(false)
  })
})

describe('snap', () => {
  it('leaves columns of different values, and gives the nearest training value in columns that repeat', () => {
    const train = fromRows(Array.from({ length: 40 }, (_, i) => [i + 0.5, [1, 2, 10][i % 3] as number]))
    const rows = fromRows([
      [0.25, 1.4],
      [7.75, 1.6],
      [99, 6.5],
      [-3, -50],
      [3, 1e6],
    ])
    expect(Array.from(snap(rows, train).data)).toEqual([0.25, 1, 7.75, 2, 99, 10, -3, 1, 3, 10])
  })

  it('is that of trying every value', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: -9, max: 9 }), { minLength: 1, maxLength: 9 }),
        fc.array(fc.integer(), { minLength: 1 }),
        (values, drawn) => {
          const train = hostMatrix([...values, ...values], 2 * values.length, 1)
          const found = snap(hostMatrix(drawn, drawn.length, 1), train).data
          found.forEach((value, k) => {
            const distance = Math.abs(value - (drawn[k] as number))
            expect(values).toContain(value)
            expect(distance).toBe(Math.min(...values.map((each) => Math.abs(each - (drawn[k] as number)))))
          })
        },
      ),
    )
  })
})

describe('a method', () => {
  const script = join(folder, 'method.mjs')
  writeFileSync(
    script,
    `import { appendFileSync, copyFileSync, readFileSync, writeFileSync } from 'node:fs'
const job = JSON.parse(readFileSync(process.argv[2], 'utf8'))
appendFileSync(job.out + '.log', 'run\\n')
if (job.fails) throw new Error('Error: it fails')
copyFileSync(job.train, job.out + '/gen.npy')
if (job.seed !== 13) writeFileSync(job.out + '/meta.json', JSON.stringify({ name: 'copy ' + job.seed }))
console.log('{}')`,
  )
  const [train, place] = [join(folder, 'train.npy'), join(folder, 'method')]
  const job = { train, test: train, rows: 5, seed: 0, quick: true }
  const run = (more: object = {}) => runMethod({ command: process.execPath, args: [script] }, place, { ...job, ...more }, 20)
  const runs = () => readFileSync(`${place}.log`, 'utf8').trim().split('\n').length

  it('is run once for the same settings, again for others, and a failure leaves nothing that looks complete', async () => {
    writeNpy(train, numbered(5))
    expect(await run()).toEqual({ name: 'copy 0' })
    expect(await run()).toEqual({ name: 'copy 0' })
    expect(runs()).toBe(1)
    expect(await run({ seed: 1 })).toEqual({ name: 'copy 1' })
    expect(runs()).toBe(2)
    expect((await run({ fails: true })).missing).toMatch(/it fails/)
    expect(completed(place, { ...job, fails: true })).toBeUndefined()
    expect(completed(place, job)).toBeUndefined()
    // It ended between its two files: not complete either.
    expect((await run({ seed: 13 })).missing).toMatch(/without its rows/)
    expect(await run({ seed: 13 })).toHaveProperty('missing')
    expect(await runMethod({ missing: 'no Python' }, place, { ...job, seed: 4 }, 20)).toEqual({ missing: 'no Python' })
  })
})

describe('the tables', () => {
  const data = fileURLToPath(new URL('../../../shared/data', import.meta.url))
  const widths = { wine: 12, airfoil: 6, energy: 9, quakes: 4, miniboone: 43, power: 6, kin40k: 9, bike: 18, elevators: 19 }

  it('that are absent are told so', () => {
    for (const source of sources.filter(({ name }) => name !== 'quakes')) expect(readSource(source, folder, 0)).toBeUndefined()
  })

  it.skipIf(!existsSync(data))(`are numbers in all columns${existsSync(data) ? '' : ' (skipped: the data is absent)'}`, () => {
    for (const source of sources.filter(({ name }) => ['wine', 'energy', 'quakes', 'miniboone'].includes(name))) {
      const table = readSource(source, data, 0)
      expect([source.name, table?.columns]).toEqual([source.name, widths[source.name as keyof typeof widths]])
      expect(table?.data.every(Number.isFinite)).toBe(true)
    }
  })

  it.skipIf(!existsSync(data))(`POWER has the noise of its recipe${existsSync(data) ? '' : ' (skipped: the data is absent)'}`, () => {
    const power = sources.find(({ name }) => name === 'power') as (typeof sources)[number]
    const table = readSource(power, data, 0) as HostMatrix
    // The file's first row: 17:24:00; 4.216; 0.418; 234.840; 18.400; 0.000; 1.000; 17.000.
    const first = [4.216, 234.84, 0, 1, 17, 17 * 60 + 24]
    const row = Array.from(sliceRows(table, 0, 1).data)
    row.forEach((value, j) => {
      const noise = value - (first[j] as number)
      const width = [0.001, 0.01, 1, 1, 1, 0][j] as number
      expect(noise).toBeGreaterThanOrEqual(0)
      expect(noise).toBeLessThanOrEqual(width)
    })
    expect(row).not.toEqual(first)
    expect(table.rows).toBe(37_283)
  })
})
