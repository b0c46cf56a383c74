import { existsSync, readFileSync } from 'node:fs'
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type Backend, type HostMatrix, type TweedieError, tweedieError } from '@tweedie/core'
import { decodeCloud, decodeGenerator, type Generator } from '@tweedie/density'
import * as E from 'fp-ts/lib/Either.js'
import { pipe } from 'fp-ts/lib/function.js'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { type ModelConfig, modelFiles, parseConfig, type Run, sameRun, sha256 } from './config.js'

/** A model folder that has been read and found sound. */
export interface ModelFolder<N> {
  readonly config: ModelConfig
  readonly generator: Generator<N>
  /** The training rows in scores, [n, d]; absent in folders without cloud.safetensors. */
  readonly cloud?: HostMatrix
}

const readModelFile = (folder: string, name: string): TE.TaskEither<TweedieError, Uint8Array> =>
  TE.tryCatch(
    async () => {
      const found = await stat(folder).catch(() => undefined)
      if (found === undefined)
        throw tweedieError('FileError', folder, 'there is no such folder', 'Name the folder that tweedie fit --out wrote')
      if (!found.isDirectory())
        throw tweedieError('FileError', folder, 'it is a file, not a model folder', 'Name the folder that tweedie fit --out wrote')
      return readFile(join(folder, name)).catch((thrown: unknown) => {
        throw tweedieError(
          'InvalidModel',
          folder,
          `${name} is missing or cannot be read`,
          'Name the folder that tweedie fit --out wrote, or fit again',
          thrown,
        )
      })
    },
    (thrown) => thrown as TweedieError,
  )

/**
 * Reads a model folder. `InvalidModel` when a file is missing, when model.safetensors or cloud.safetensors is not the one that config.json was
 * written with (truncated, altered, of another model), or when they disagree about the columns.
 */
export const readModelFolder = <N>(B: Backend<N>, folder: string): TE.TaskEither<TweedieError, ModelFolder<N>> =>
  pipe(
    TE.Do,
    TE.bind('config', () =>
      pipe(
        readModelFile(folder, modelFiles.config),
        TE.chainEitherK((bytes) => parseConfig(join(folder, modelFiles.config), new TextDecoder().decode(bytes))),
      ),
    ),
    TE.bind('bytes', () => readModelFile(folder, modelFiles.weights)),
    TE.bind('cloud', ({ config }) => readCloud(folder, config)),
    TE.chainEitherK(({ config, bytes, cloud }) =>
      pipe(
        matching(folder, modelFiles.weights, config.weights, bytes),
        E.chain(() => decodeGenerator<N>(B, bytes)),
        E.chain((generator) => agreeing(folder, config, generator)),
        E.map((generator) => ({ config, generator, ...(cloud && { cloud }) })),
      ),
    ),
  )

const readCloud = (folder: string, { cloud, columns }: ModelConfig): TE.TaskEither<TweedieError, HostMatrix | undefined> =>
  cloud === undefined
    ? TE.right(undefined)
    : pipe(
        readModelFile(folder, modelFiles.cloud),
        TE.chainEitherK((bytes) =>
          pipe(
            matching(folder, modelFiles.cloud, cloud, bytes),
            E.chain(() => decodeCloud(bytes)),
          ),
        ),
        TE.filterOrElse(
          (scores) => scores.columns === columns.length,
          (scores) => disagreement(folder, `the cloud has ${scores.columns} columns and config.json names ${columns.length}`),
        ),
      )

const matching = (folder: string, name: string, noted: { readonly sha256: string }, bytes: Uint8Array): E.Either<TweedieError, void> =>
  sha256(bytes) === noted.sha256
    ? E.right(undefined)
    : E.left(
        tweedieError(
          'InvalidModel',
          join(folder, name),
          `its ${bytes.length} bytes are not those that config.json was written with: the file is truncated, altered or of another model`,
          'Restore the folder as tweedie fit wrote it, or fit again',
        ),
      )

const agreeing = <N>(folder: string, config: ModelConfig, generator: Generator<N>): E.Either<TweedieError, Generator<N>> => {
  const columns = generator.network.sizes.at(-1)
  return columns === config.columns.length && generator.columns?.length === columns
    ? E.right(generator)
    : E.left(disagreement(folder, `the model has ${columns} columns and config.json names ${config.columns.length}`))
}

const disagreement = (folder: string, what: string): TweedieError =>
  tweedieError('InvalidModel', folder, what, 'Restore the folder as tweedie fit wrote it, or fit again')

/**
 * Whether a folder that is not empty may be replaced by a run: it must hold the model of the same run, or any tweedie model when `force`
 * is given. Anything that tweedie did not write keeps the folder from being replaced.
 */
export const replaceable =
  (folder: string, run: Run, force: boolean) =>
  (entries: readonly string[]): boolean => {
    const ours = new Set<string>(Object.values(modelFiles))
    const path = join(folder, modelFiles.config)
    if (!entries.every((name) => ours.has(name)) || !existsSync(path)) return false
    const config = parseConfig(path, readFileSync(path, 'utf8'))
    if (E.isLeft(config)) return false
    if (force || sameRun(config.right, run)) return true
    throw tweedieError(
      'FileError',
      folder,
      `it holds another model (${config.right.source.path}, seed ${config.right.settings.seed})`,
      'Choose another folder, or pass --force to replace it',
    )
  }
