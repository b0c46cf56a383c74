import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Store } from '@tweedie/cem'
import * as E from 'fp-ts/lib/Either.js'
import { fileError } from '../files/file-error.js'
import { writeFileAtomic } from '../files/index.js'
import { decodeStoreFile, encodeStoreFile, type StoreRun, storeFileName } from './store-file.js'

/** A store in a folder, and how many entries were found in it. */
export interface FolderStore extends Store {
  readonly found: () => number
}

/**
 * The store of one run: a file for each name, replaced as a whole. A file that is damaged or of another run is not used: `note` is told, and it counts
 * as missing, so that its content is computed again. Rejects with `FileError` where the folder cannot be read or written.
 */
export const folderStore = (folder: string, run: StoreRun, note: (text: string) => void): FolderStore => {
  const found = new Set<string>()
  return {
    found: () => found.size,
    load: async (name) => {
      const path = join(folder, storeFileName(name, run))
      const file = await readFile(path).catch((thrown: NodeJS.ErrnoException) => {
        if (thrown.code === 'ENOENT') return undefined
        throw fileError(thrown, path, 'read')
      })
      if (file === undefined) return undefined
      const bytes = decodeStoreFile(name, run, file)
      if (E.isLeft(bytes)) {
        note(`${path}: ${bytes.left}; it is not used, and what it should hold is computed again`)
        return undefined
      }
      found.add(name)
      return bytes.right
    },
    save: async (name, bytes) => {
      const written = await writeFileAtomic(join(folder, storeFileName(name, run)), encodeStoreFile(name, run, bytes))()
      if (E.isLeft(written)) throw written.left
    },
  }
}
