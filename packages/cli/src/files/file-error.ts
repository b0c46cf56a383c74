/** Turns what the operating system says about a file into a refusal that names the mend. */

import { type TweedieError, toTweedieError, tweedieError } from '@tweedie/core'

/** What was being done to the file. */
export type FilePurpose = 'read' | 'write'

interface Complaint {
  readonly what: string
  readonly mend: string
}

const elsewhere = 'Choose another place, or change the permissions'

const reading: Readonly<Record<string, Complaint>> = {
  ENOENT: { what: 'there is no such file', mend: 'Check the name; a relative path starts at the current folder' },
  EACCES: { what: 'the file may not be read', mend: 'Give yourself permission to read it' },
  EPERM: { what: 'the file may not be read', mend: 'Give yourself permission to read it' },
  EISDIR: { what: 'it is a folder, not a file', mend: 'Name a file inside it' },
  ERR_FS_FILE_TOO_LARGE: { what: 'the file is larger than 2 GiB', mend: 'Split it, or keep fewer columns' },
}

const writing: Readonly<Record<string, Complaint>> = {
  ENOENT: { what: 'the folder does not take new files', mend: elsewhere },
  EACCES: { what: 'permission to write there is denied', mend: elsewhere },
  EPERM: { what: 'writing there is not permitted', mend: elsewhere },
  EISDIR: { what: 'it is a folder, not a file', mend: 'Name a file inside it' },
  EEXIST: { what: 'something of this name is already there', mend: 'Choose another name' },
  ENOTEMPTY: { what: 'the folder is not empty', mend: 'Choose another name, or empty it' },
  EROFS: { what: 'the file system is read-only', mend: 'Choose a place on another file system' },
  ENOSPC: { what: 'the disk is full', mend: 'Free some space, or choose another disk' },
  EDQUOT: { what: 'the disk quota is used up', mend: 'Free some space, or choose another disk' },
  EBUSY: { what: 'it is in use by the system', mend: 'Choose another place' },
  EXDEV: { what: 'it is where another file system is mounted', mend: 'Choose a folder inside it' },
}

const either: Readonly<Record<string, Complaint>> = {
  ENOTDIR: { what: 'a part of the path is a file, not a folder', mend: 'Check the path' },
  ENAMETOOLONG: { what: 'the name is too long', mend: 'Choose a shorter name' },
  ELOOP: { what: 'its symbolic links go in a circle', mend: 'Name the file itself' },
  EMFILE: { what: 'too many files are open', mend: 'Close some programs, or raise the limit (ulimit -n)' },
  ERR_INVALID_ARG_VALUE: { what: 'the path holds a character no file name can hold', mend: 'Check the path' },
}

const codeOf = (thrown: unknown): string =>
  thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : ''

/** The `FileError` for something thrown while `path` was read or written. A `TweedieError` is kept, an `AbortError` becomes `Aborted`. */
export const fileError = (thrown: unknown, path: string, purpose: FilePurpose): TweedieError => {
  const code = codeOf(thrown)
  const complaint = (purpose === 'read' ? reading : writing)[code] ?? either[code]
  return complaint === undefined
    ? toTweedieError(thrown, {
        tag: 'FileError',
        where: path,
        what: `the file cannot be ${purpose === 'read' ? 'read' : 'written'}`,
        mend: purpose === 'read' ? 'Check the file and the disk it is on' : elsewhere,
      })
    : tweedieError('FileError', path, complaint.what, complaint.mend, thrown)
}
