/** result.json: what an experiment gave, and how long it took. Everything before `timings` is the same bytes for the same run. */

import type { Claim, ExperimentResult, Measure, Scale } from '@tweedie/cem'
import { figureFile } from './check-result.js'
import type { Identity } from './identity.js'
import type { StageSeconds } from './track-stages.js'

/** What differs from one run to its repetition, or from machine to machine. */
export interface Timings {
  readonly seconds: number
  readonly stages: readonly StageSeconds[]
  /** Entries that were found in the store: what an earlier run computed, whose seconds are not counted. */
  readonly found: number
  readonly backend: string
  /** The threads that were asked for. */
  readonly threads?: number
  readonly machine: { readonly node: string; readonly platform: string; readonly processors: number }
  /** When the run ended, in UTC. */
  readonly date: string
}

/** A figure's file, its words, and the hash of its bytes, so that a truncated, altered or exchanged file is noticed. */
export interface FigureFile {
  readonly file: string
  readonly title: string
  readonly caption: string
  readonly sha256: string
}

export interface ResultFile {
  readonly format: 'tweedie-reproduction'
  readonly version: 1
  /** The version of tweedie that wrote it. */
  readonly tweedie: string
  readonly name: string
  readonly title: string
  readonly source: string
  readonly scale: Scale
  readonly seeds: readonly number[]
  readonly settingsSha256: string
  readonly settings: Readonly<Record<string, unknown>>
  readonly measures: readonly Measure[]
  readonly claims: readonly Claim[]
  readonly remarks: readonly string[]
  readonly figures: readonly FigureFile[]
  /** The last member. */
  readonly timings: Timings
}

/** The content of result.json. `drawn` gives the hash of a figure's file. */
export const resultFile = (
  { title, source, settings, measures, claims, remarks, figures }: ExperimentResult,
  { experiment, tweedie, scale, settingsSha256 }: Identity,
  seeds: readonly number[],
  drawn: (file: string) => string,
  timings: Timings,
): ResultFile => ({
  format: 'tweedie-reproduction',
  version: 1,
  tweedie,
  name: experiment,
  title,
  source,
  scale,
  seeds,
  settingsSha256,
  settings,
  measures,
  claims,
  remarks,
  figures: figures.map((figure) => {
    const file = figureFile(figure)
    return { file, title: figure.title, caption: figure.caption, sha256: drawn(file) }
  }),
  timings,
})

export const encodeResultFile = (file: ResultFile): string => `${JSON.stringify(file, undefined, 2)}\n`

/** Whether a result is that of a run: the same version, settings, scale, seeds and backend. */
export const isResultOf = (file: ResultFile, run: Identity, seeds: readonly number[]): boolean =>
  file.name === run.experiment &&
  file.tweedie === run.tweedie &&
  file.scale === run.scale &&
  file.settingsSha256 === run.settingsSha256 &&
  file.timings.backend === run.backend &&
  file.seeds.join() === seeds.join()
