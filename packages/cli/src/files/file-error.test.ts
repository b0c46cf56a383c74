import { tweedieError } from '@tweedie/core'
import { expect, test } from 'vitest'
import { fileError } from './file-error.js'

const system = (code: string): Error => Object.assign(new Error(`${code}: it failed`), { code })

test.each(['ENOENT', 'EACCES', 'EPERM', 'EISDIR', 'ENOTDIR', 'ENAMETOOLONG', 'ELOOP', 'EMFILE', 'EIO', 'EWHATEVER'])(
  '%s while reading',
  (code) => {
    const error = fileError(system(code), 'a/b', 'read')
    expect([error._tag, error.where]).toEqual(['FileError', 'a/b'])
    expect(error.what.length).toBeGreaterThan(5)
    expect(error.mend.length).toBeGreaterThan(5)
    expect(error.cause).toBeInstanceOf(Error)
  },
)

test.each([
  ['EACCES', 'permission to write there is denied'],
  ['EROFS', 'the file system is read-only'],
  ['ENOSPC', 'the disk is full'],
  ['EIO', 'the file cannot be written: EIO: it failed'],
])('%s while writing: %s', (code, what) => expect(fileError(system(code), 'a', 'write').what).toBe(what))

test('its own errors are kept, an abort is an abort, and anything can be thrown', () => {
  const own = tweedieError('NotFinite', 'x', 'y', 'z')
  expect(fileError(own, 'a', 'read')).toBe(own)
  expect(fileError(new DOMException('stop', 'AbortError'), 'a', 'read')._tag).toBe('Aborted')
  expect(fileError('text', 'a', 'read').what).toContain('text')
})
