// The nine tables: where their files lie under the data folder, and how they become numbers. All columns are used, none is scaled.
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import { fold, key, uniformArray } from '@tweedie/core'
import { readNpy } from './npy.mjs'

const matrixOf = (rows) => ({ data: Float64Array.from(rows.flat()), rows: rows.length, columns: rows[0].length })
const linesOf = (path) => gunzipSync(readFileSync(path)).toString().trim().split('\n')

/** A CSV without header, packed. */
const csv = (path) => matrixOf(linesOf(path).map((line) => line.split(',').map(Number)))

/**
 * Papamakarios' MAF recipe for POWER (docs/formulas.md §2): active power, voltage, three sub-meters and the time of day in minutes, with uniform noise of width
 * 0.001, 0.01, 1, 1, 1 and 0. Global reactive power and global intensity are dropped.
 */
const power = (path, seed) => {
  const [, ...lines] = linesOf(path)
  const rows = lines.map((line) => {
    const [, time, active, , voltage, , ...subMeters] = line.trim().split(';')
    const [hours, minutes] = time.split(':').map(Number)
    return [active, voltage, ...subMeters].map(Number).concat(60 * hours + minutes)
  })
  const table = matrixOf(rows.filter((row) => row.every(Number.isFinite)))
  const widths = [0.001, 0.01, 1, 1, 1, 0]
  const noise = uniformArray(fold(key(seed), 1), table.data.length)
  return { ...table, data: table.data.map((value, k) => value + widths[k % 6] * noise[k]) }
}

/** Longitude, latitude, depth and magnitude of a week of earthquakes (USGS), as `tweedie demo` reads them. */
const quakes = (path) => {
  const { features } = JSON.parse(readFileSync(path, 'utf8'))
  const rows = features.map(({ geometry, properties }) => [...geometry.coordinates.slice(0, 3), properties.mag])
  return matrixOf(rows.filter((row) => row.length === 4 && row.every((cell) => typeof cell === 'number' && Number.isFinite(cell))))
}

/** The demo's data lies in an npm package of the command line. */
const quakesPath = () => {
  try {
    const entry = createRequire(new URL('../../packages/cli/package.json', import.meta.url)).resolve('vega-datasets')
    return join(entry, '..', '..', 'data', 'earthquakes.json')
  } catch {
    return 'vega-datasets/data/earthquakes.json'
  }
}

const uci = (name) => ({ name, title: name, path: (data) => join(data, 'tabular', 'uci', `${name}.csv.gz`), read: csv })

/** Every table: `continuous` says that a density of it means something, so that log-likelihoods are told. */
export const sources = [
  uci('wine'),
  uci('airfoil'),
  uci('energy'),
  { name: 'quakes', title: 'earthquakes', continuous: true, path: quakesPath, read: quakes },
  {
    name: 'miniboone',
    title: 'MINIBOONE (first rows of the MAF file)',
    continuous: true,
    path: (data) => join(data, 'tabular', 'miniboone_maf_rows0000-1199.npy.gz'),
    read: readNpy,
  },
  {
    name: 'power',
    title: 'POWER (its first 26 days)',
    continuous: true,
    path: (data) => join(data, 'tabular', 'power_household_2006-12-16_2007-01-11.txt.gz'),
    read: power,
  },
  { ...uci('kin40k'), continuous: true },
  uci('bike'),
  uci('elevators'),
]

/** The table's matrix, or undefined where its file is absent. */
export const readSource = (source, data, seed) => {
  const path = source.path(data)
  return existsSync(path) ? source.read(path, seed) : undefined
}
