import { createHash } from 'node:crypto'
import { type TweedieError, tweedieError } from '@tweedie/core'
import { type Codec, parseCodec } from '@tweedie/density'
import * as E from 'fp-ts/lib/Either.js'
import type { CompleteSettings } from '../settings/settings.js'

/** The files of a model folder. */
export const modelFiles = {
  config: 'config.json',
  weights: 'model.safetensors',
  cloud: 'cloud.safetensors',
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
  /** The columns of the model, in order: numbers, as the report shows them. */
  readonly columns: readonly string[]
  /** How the table's columns become the model's, and how they come back. Without it they are the same. */
  readonly codec?: Codec
  readonly leftOut: readonly { readonly name: string; readonly why: string }[]
  readonly rows: { readonly training: number; readonly heldOut: number }
  readonly settings: CompleteSettings
  /** Of preset `best`: the spread and the step, as given or as chosen on validation rows. */
  readonly chosen?: { readonly spread: number; readonly step: number | 'network' }
  /** Of model.safetensors, so that a truncated, altered or exchanged file is noticed. */
  readonly weights: { readonly sha256: string }
  /** Of cloud.safetensors; absent in folders without that file. */
  readonly cloud?: { readonly sha256: string }
}

export const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

/** What a run is known by before it has begun. */
export type Run = Pick<ModelConfig, 'source' | 'columns' | 'codec' | 'settings'>

/** What has to agree for one run to be the repetition of another: the rows, the columns, their codec, and the settings that decide the result. */
export const sameRun = (a: ModelConfig, b: Run): boolean => {
  const decisive = ({ source, columns, codec, settings: { chunk: _, threads: _threads, ...settings } }: Run): string =>
    JSON.stringify([source.sha256, columns, settings, codec])
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
    typeof value.weights.sha256 === 'string' &&
    (value.chosen === undefined || (isRecord(value.chosen) && Number.isFinite(value.chosen.spread))) &&
    (value.cloud === undefined || (isRecord(value.cloud) && typeof value.cloud.sha256 === 'string'))
  if (!sound) return refuse('parts of it are missing')
  const config = value as unknown as ModelConfig
  if (value.codec === undefined) return E.right(config)
  const codec = parseCodec(path, value.codec)
  if (E.isLeft(codec)) return codec
  const agrees = JSON.stringify(codec.right.names) === JSON.stringify(config.columns)
  return agrees ? E.right(config) : refuse('its codec and its columns disagree')
}

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
