/**
 * An output folder as a transaction: files go into a hidden folder beside the target, which takes the target's name when all of
 * them are there.
 */

import { readdirSync, renameSync, rmdirSync } from 'node:fs'
import { mkdir, open, readdir, realpath, rm } from 'node:fs/promises'
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { type TweedieError, tweedieError } from '@tweedie/core'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { fileError } from './file-error.js'
import { needFolderOf, syncFolder } from './folder.js'
import { removeAtExit, temporaryBeside } from './temporary.js'

export interface StageOptions {
  /** Given the names inside an existing folder that is not empty, may it be replaced? */
  readonly owns: (entries: readonly string[]) => boolean
}

/** An output folder in the making. */
export interface Staging {
  /** The hidden folder that the files are written into. */
  readonly path: string
  /** The folder it becomes. */
  readonly target: string
  /** The path of a file of the folder, for writing. */
  readonly file: (name: string) => string
  /** Gives the folder its name. An older folder that the caller owns is replaced, in one step for those who look. */
  readonly commit: () => TE.TaskEither<TweedieError, void>
  /** Removes what was written. After a commit, or a second time, it does nothing. */
  readonly rollback: () => TE.TaskEither<TweedieError, void>
}

const entriesOf = (target: string): string[] | undefined => {
  try {
    return readdirSync(target)
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    if ((thrown as NodeJS.ErrnoException).code === 'ENOTDIR')
      throw tweedieError('FileError', target, 'it is a file, not a folder', 'Choose another name, or remove the file')
    throw fileError(thrown, target, 'write')
  }
}

const needReplaceable = (target: string, owns: StageOptions['owns']): string[] | undefined => {
  const entries = entriesOf(target)
  if (entries !== undefined && entries.length > 0 && !owns(entries)) {
    const shown = `${entries
      .slice(0, 3)
      .map((name) => `"${name}"`)
      .join(', ')}${entries.length > 3 ? ', …' : ''}`
    throw tweedieError('FileError', target, `the folder holds other files (${shown})`, 'Choose another folder, or empty this one')
  }
  return entries
}

/** Replacing the folder the user stands in would leave the shell in a folder that is gone. */
const needNotAround = (target: string): void => {
  const inside = relative(target, process.cwd())
  if (inside === '' || !(inside === '..' || inside.startsWith(`..${sep}`) || isAbsolute(inside)))
    throw tweedieError('FileError', target, 'the current folder is this folder or inside it', 'Name a new folder')
}

const syncTree = async (folder: string): Promise<void> => {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) await syncTree(path)
    else if (entry.isFile()) {
      const handle = await open(path, 'r+')
      await handle.sync().finally(() => handle.close())
    }
  }
  await syncFolder(folder)
}

/** Puts `staged` where `target` is. Synchronous, so that no signal is handled between the renames. */
const swap = (staged: string, target: string, entries: readonly string[] | undefined, old: string): void => {
  if (entries === undefined) return renameSync(staged, target)
  if (entries.length === 0) {
    rmdirSync(target)
    return renameSync(staged, target)
  }
  renameSync(target, old)
  try {
    renameSync(staged, target)
  } catch (thrown) {
    renameSync(old, target)
    throw thrown
  }
}

const stage = async (given: string, { owns }: StageOptions): Promise<Staging> => {
  await needFolderOf(resolve(given))
  const target = await realpath(given).catch(() => resolve(given))
  needNotAround(target)
  needReplaceable(target, owns)
  const path = temporaryBeside(target)
  const forget = removeAtExit(path)
  await mkdir(path).catch((thrown: unknown) => {
    forget()
    throw fileError(thrown, given, 'write')
  })
  let settled = false

  const rollback = async (): Promise<void> => {
    if (settled) return
    settled = true
    await rm(path, { recursive: true, force: true }).finally(forget)
  }

  const commit = async (): Promise<void> => {
    if (settled) throw tweedieError('InvalidArgument', given, 'the folder was already committed or rolled back', 'Stage it again')
    await syncTree(path)
    const entries = needReplaceable(target, owns)
    const old = temporaryBeside(target)
    swap(path, target, entries, old)
    settled = true
    forget()
    if (entries !== undefined && entries.length > 0) {
      const forgetOld = removeAtExit(old)
      await rm(old, { recursive: true, force: true }).then(forgetOld, () => undefined)
    }
    await syncFolder(dirname(target))
  }

  const job = (run: () => Promise<void>) => (): TE.TaskEither<TweedieError, void> =>
    TE.tryCatch(run, (thrown) => fileError(thrown, given, 'write'))

  return { path, target, file: (name) => join(path, name), commit: job(commit), rollback: job(rollback) }
}

/**
 * Opens an output folder. Nothing appears under its name until `commit`; `rollback`, the end of the process and Ctrl-C leave nothing.
 * A target that does not exist or is empty is taken; one that holds files is replaced only when `owns` says so, which is asked now
 * and again at the commit. Gives `FileError` when the parent is missing or cannot be written, when the target is a file, holds other
 * files, or is the current folder.
 */
export const stageDirectory = (target: string, options: StageOptions): TE.TaskEither<TweedieError, Staging> =>
  TE.tryCatch(
    () => stage(target, options),
    (thrown) => fileError(thrown, target, 'write'),
  )
