import { createHash } from 'node:crypto'
import { type TweedieError, tweedieError } from '@tweedie/core'
import * as E from 'fp-ts/lib/Either.js'
import type { CompleteSettings } from '../settings/settings.js'

/** The files of a model folder. */
export const modelFiles = {
  config: 'config.json',
  weights: 'model.safetensors',
  samples: 'samples.csv',
  training: 'train.csv',
  heldOut: 'test.csv',
  numbers: 'report.json',
  page: 'report.html',
  picture: 'picture.svg',
} as const

/** What config.json says: all that is needed to make the folder again. */
export interface ModelConfig {
  readonly format: 'tweedie-model'
  readonly version: 1
  /** The version of tweedie that wrote it. */
  readonly tweedie: string
  /** The command line that makes it again. */
  readonly command: string
  readonly source: {
    /** The path as it was given. */
    readonly path: string
    /** Of the file's bytes, decompressed where it is a .gz. */
    readonly sha256: string
  }
  /** The columns that were learnt, in order. */
  readonly columns: readonly string[]
  readonly leftOut: readonly { readonly name: string; readonly why: string }[]
  readonly rows: { readonly training: number; readonly heldOut: number }
  readonly settings: CompleteSettings
  /** Of model.safetensors, so that a truncated, altered or exchanged file is noticed. */
  readonly weights: { readonly sha256: string }
}

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** What has to agree for one run to be the repetition of another: the rows, the columns, and the settings that decide the result. */
export const sameRun = (a: ModelConfig, b: Pick<ModelConfig, 'source' | 'columns' | 'settings'>): boolean => {
  const decisive = ({ source, columns, settings: { chunk: _, threads: _threads, ...settings } }: typeof b): string =>
    JSON.stringify([source.sha256, columns, settings])
  return decisive(a) === decisive(b)
}

/** Reads the text of a config.json. `path` is for messages. */
export const parseConfig = (path: string, text: string): E.Either<TweedieError, ModelConfig> => {
  const refuse = (what: string) => E.left(tweedieError('InvalidModel', path, what, 'Name a folder that tweedie fit wrote, or fit again'))
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return refuse('it is not JSON')
  }
  if (!isRecord(value) || value.format !== 'tweedie-model') return refuse('it is not the config.json of a tweedie model')
  if (value.version !== 1) return refuse(`its version is ${String(value.version)}, and this tweedie reads version 1`)
  const sound =
    Array.isArray(value.columns) &&
    value.columns.every((name) => typeof name === 'string') &&
    isRecord(value.settings) &&
    Number.isSafeInteger(value.settings.seed) &&
    isRecord(value.source) &&
    typeof value.source.sha256 === 'string' &&
    isRecord(value.weights) &&
    typeof value.weights.sha256 === 'string'
  return sound ? E.right(value as unknown as ModelConfig) : refuse('parts of it are missing')
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
