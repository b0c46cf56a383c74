/** Questions about folders that the writers ask before they touch anything. */

import { open, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { tweedieError } from '@tweedie/core'
import { fileError } from './file-error.js'

/** Rejects with `FileError` unless the folder that is to hold `path` exists. */
export const needFolderOf = async (path: string): Promise<void> => {
  const folder = dirname(path)
  const found = await stat(folder).catch((thrown: NodeJS.ErrnoException) => {
    if (thrown.code === 'ENOENT') return undefined
    throw fileError(thrown, path, 'write')
  })
  if (found === undefined)
    throw tweedieError('FileError', path, `the folder "${folder}" does not exist`, `Create it first: mkdir -p ${JSON.stringify(folder)}`)
  if (!found.isDirectory()) throw tweedieError('FileError', path, `"${folder}" is a file, not a folder`, 'Choose another place')
}

/** Makes a rename inside `folder` survive a power cut, where the system can (fsync of a folder). */
export const syncFolder = async (folder: string): Promise<void> => {
  try {
    const handle = await open(folder, 'r')
    await handle.sync().finally(() => handle.close())
  } catch {
    // Some systems cannot open or sync a folder; the rename has happened all the same.
  }
}
