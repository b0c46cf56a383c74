/** What the tests of tables share: folders that go away, shared files that may be absent, and the two sides of a result. */

import { existsSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { TweedieError } from '@tweedie/core'
import fc from 'fast-check'
import type { Either } from 'fp-ts/lib/Either.js'
import { afterAll, beforeAll } from 'vitest'

/** A folder for the tests of one file, removed after them. */
export const temporaryFolder = (): ((name: string) => string) => {
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'tables-'))
  })
  afterAll(() => rm(folder, { recursive: true, force: true }))
  return (name) => join(folder, name)
}

const shared = new URL('../../../../../shared/', import.meta.url)

/** A file kept beside the repository, and a test's options that skip it, saying so, where it is absent. */
export const sharedFile = (path: string): { readonly path: string; readonly absent: boolean; readonly why: string } => {
  const file = fileURLToPath(new URL(path, shared))
  return { path: file, absent: !existsSync(file), why: `shared/${path} is absent` }
}

export const right = <A>(either: Either<TweedieError, A>): A => {
  if (either._tag === 'Left') throw either.left
  return either.right
}

export const left = <A>(either: Either<TweedieError, A>): TweedieError => {
  if (either._tag === 'Right') throw new Error('expected an error')
  return either.left
}

export const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text)

/** Any finite double: both zeros, denormals and the largest among them. */
export const finiteDouble = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.constantFrom(0, -0, 5e-324, -5e-324, 2.2250738585072009e-308, 1e308, -1.7976931348623157e308, 0.1, 1 / 3, 1e21, 123456789012345680000),
)

/** A matrix of finite doubles with 1 to 12 rows and 1 to 5 columns. */
export const anyMatrix = fc
  .tuple(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 5 }))
  .chain(([rows, columns]) =>
    fc
      .array(finiteDouble, { minLength: rows * columns, maxLength: rows * columns })
      .map((numbers) => ({ data: Float64Array.from(numbers), rows, columns })),
  )

/** The bits of doubles, so that −0 and 0 differ. */
export const bitsOf = (values: Float64Array): readonly bigint[] => Array.from(new BigUint64Array(Float64Array.from(values).buffer))
