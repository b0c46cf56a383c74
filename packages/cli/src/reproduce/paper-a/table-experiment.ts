import { type Experiment, perSeed, resultOf } from '@tweedie/cem'
import { tweedieError } from '@tweedie/core'
import { loaders, type Origin, originOf, whereFrom } from '../../datasets/index.js'
import { tableFigures } from './figures.js'
import { tableClaims, tableMeasures, tableRemarks } from './findings.js'
import { ringData } from './ring.js'
import { type DataOf, runTable } from './run.js'
import { settingsOf, shapes, type TableSettings } from './settings.js'

/** Paper A's pipeline on one table: labels, network, samples, and what the paper reports of them. */
const tableExperiment = <S extends TableSettings>(
  about: Pick<Experiment<S>, 'name' | 'title' | 'needs' | 'settings'>,
  dataOf: (settings: S) => DataOf,
): Experiment<S> => {
  const source = 'Section 4 of the density paper'
  return {
    ...about,
    source,
    run: async (B, settings, scale, context) => {
      const runs = await perSeed(context, (seed) => runTable(B, about.name, dataOf(settings), settings, seed, context))
      return resultOf({ ...about, source }, settings, scale, context, {
        measures: tableMeasures(runs, settings),
        claims: tableClaims(runs, settings, about.name),
        figures: tableFigures(runs[0], settings),
        remarks: tableRemarks(runs, settings),
      })
    },
  }
}

/** The table of a file that the user gives. */
export const fileExperiment = (name: Origin['name'], title: string): Experiment<TableSettings> =>
  tableExperiment({ name, title, needs: whereFrom(originOf(name)), settings: settingsOf(shapes[name]) }, () => dataOfFile(name))

/** Rows of a file; throws `InvalidArgument` where none is given. */
export const dataOfFile =
  (name: Origin['name']): DataOf =>
  async (key, file, signal) => {
    if (file === undefined) throw tweedieError('InvalidArgument', name, 'there is no file', whereFrom(originOf(name)))
    return loaders[name](file.path, key, signal)
  }

export interface RingSettings extends TableSettings {
  /** Training rows, and test rows. */
  readonly rows: number
}

const ringSettings = settingsOf(shapes.ring)

/** The ring of eight Gaussians in the plane, which needs no file. */
export const ring: Experiment<RingSettings> = tableExperiment(
  {
    name: 'ring',
    title: 'A ring of eight Gaussians by labelled pairs',
    settings: { paper: { ...ringSettings.paper, rows: 200_000 }, quick: { ...ringSettings.quick, rows: 20_000 } },
  },
  ({ rows }) =>
    async (key) =>
      ringData(key, rows),
)
