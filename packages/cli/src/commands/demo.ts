import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { type TweedieError, toTweedieError, tweedieError } from '@tweedie/core'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { sha256 } from '../model/config.js'
import type { FitOutcome } from '../pipeline/run.js'
import type { MixedTable } from '../tables/index.js'
import { type FitRequest, fitTable } from './fit.js'
import type { World } from './world.js'

const SOURCE = 'vega-datasets/data/earthquakes.json'

/** What `tweedie fit` chooses for this table on validation rows, given here so that the demo takes half the time. */
export const demoChoice = { spread: '0.4', step: '0.1' } as const

/**
 * `tweedie demo`: fits a week of earthquakes recorded by the United States Geological Survey (longitude, latitude, depth in km,
 * magnitude), which ships in the npm package vega-datasets. Plate boundaries are curves, so the data lies near curves.
 */
export const demoCommand = (request: FitRequest, world: World): TE.TaskEither<TweedieError, FitOutcome> =>
  pipe(
    TE.tryCatch(readEarthquakes, (thrown) =>
      toTweedieError(thrown, {
        tag: 'FileError',
        where: SOURCE,
        what: 'the earthquakes cannot be read',
        mend: 'Install the dependencies again',
      }),
    ),
    TE.chain(({ table, bytes }) => fitTable({ title: 'Earthquakes', ...request }, { path: SOURCE, sha256: sha256(bytes) }, table, world)),
  )

interface Feature {
  readonly geometry: { readonly coordinates: readonly unknown[] }
  readonly properties: { readonly mag: unknown }
}

const readEarthquakes = async (): Promise<{ table: MixedTable; bytes: Uint8Array }> => {
  // The package exports its code alone; the data lies beside it.
  const entry = createRequire(import.meta.url).resolve('vega-datasets')
  const bytes = await readFile(join(entry, '..', '..', 'data', 'earthquakes.json'))
  const { features } = JSON.parse(bytes.toString()) as { readonly features: readonly Feature[] }
  const rows = features
    .map(({ geometry, properties }) => [...geometry.coordinates.slice(0, 3), properties.mag])
    .filter((row): row is number[] => row.length === 4 && row.every((cell) => typeof cell === 'number' && Number.isFinite(cell)))
  if (rows.length === 0)
    throw tweedieError('InvalidTable', SOURCE, 'no earthquake in it has all four numbers', 'Install the dependencies again')
  const columns = ['longitude', 'latitude', 'depth', 'magnitude'].map((name, j) => ({
    name,
    kind: 'number' as const,
    values: Float64Array.from(rows, (row) => row[j] as number),
  }))
  return { table: { columns, rows: rows.length, source: SOURCE, named: false }, bytes }
}
