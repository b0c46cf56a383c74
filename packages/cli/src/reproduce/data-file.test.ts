import { mkdirSync, writeFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { temporaryFolder } from '../tables/testing.js'
import { dataFile } from './data-file.js'
import { identityOf } from './identity.js'
import { galleryReproduction } from './testing.js'

const at = temporaryFolder()

test('the fingerprint is that of the name, the size and the first bytes', async () => {
  writeFileSync(at('a.txt'), 'rows')
  const { path, fingerprint } = await dataFile(at('a.txt'))
  expect(path).toBe(at('a.txt'))
  expect(fingerprint).toMatch(/^a\.txt, 4 bytes, [0-9a-f]{32}$/)
  writeFileSync(at('a.txt'), 'Rows')
  expect((await dataFile(at('a.txt'))).fingerprint).not.toBe(fingerprint)
  mkdirSync(at('other'))
  writeFileSync(at('other/a.txt'), 'rows')
  expect((await dataFile(at('other/a.txt'))).fingerprint).toBe(fingerprint)
  await expect(dataFile(at('none'))).rejects.toMatchObject({ _tag: 'FileError' })
  await expect(dataFile(at('other'))).rejects.toMatchObject({ _tag: 'FileError' })
})

test('another file is another run of an experiment that needs one, and of no other', () => {
  const B = { name: 'cpu', dtype: 'float64' } as Parameters<typeof identityOf>[2]
  const plain = galleryReproduction('curve')
  const needing = { ...plain, needs: 'a file' }
  const hash = (one: typeof plain, fingerprint: string): string => identityOf(one, 'quick', B, { path: 'x', fingerprint }).settingsSha256
  expect(hash(needing, 'a')).not.toBe(hash(needing, 'b'))
  expect(hash(plain, 'a')).toBe(hash(plain, 'b'))
  expect(hash(plain, 'a')).toBe(identityOf(plain, 'quick', B).settingsSha256)
})
