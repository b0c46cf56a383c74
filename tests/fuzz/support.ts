/** Damaged files, and the law that every reader keeps: a value or a refusal that says what, where and how to mend it, soon and in little memory. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect } from 'vitest'

type Change = (bytes: Uint8Array) => Uint8Array

const place = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
const at = (bytes: Uint8Array, share: number): number => Math.floor(share * (bytes.length + 1))
const joined = (...parts: readonly Uint8Array[]): Uint8Array => new Uint8Array(Buffer.concat(parts))

const flip = fc.tuple(place, fc.nat(7)).map(
  ([share, bit]): Change =>
    (bytes) => {
      const out = bytes.slice()
      const k = Math.min(at(bytes, share), out.length - 1)
      if (k >= 0) out[k] = (out[k] as number) ^ (1 << bit)
      return out
    },
)
const cut = place.map(
  (share): Change =>
    (bytes) =>
      bytes.slice(0, at(bytes, share)),
)
const remove = fc.tuple(place, fc.nat(40)).map(
  ([share, length]): Change =>
    (bytes) =>
      joined(bytes.subarray(0, at(bytes, share)), bytes.subarray(at(bytes, share) + length)),
)
/** A piece of the file over or into another place of it. */
const splice = fc.tuple(place, place, fc.nat(60), fc.boolean()).map(
  ([from, to, length, over]): Change =>
    (bytes) => {
      const piece = bytes.subarray(at(bytes, from), at(bytes, from) + length)
      return joined(bytes.subarray(0, at(bytes, to)), piece, bytes.subarray(at(bytes, to) + (over ? piece.length : 0)))
    },
)
const insert = fc.tuple(place, fc.uint8Array({ minLength: 1, maxLength: 12 })).map(
  ([share, piece]): Change =>
    (bytes) =>
      joined(bytes.subarray(0, at(bytes, share)), piece, bytes.subarray(at(bytes, share))),
)
/** A huge or negative number in the place of one of the file's, of 4 or 8 bytes. */
const claim = fc
  .tuple(
    place,
    fc.constantFrom(-1n, 2n ** 31n - 1n, -(2n ** 31n), 2n ** 24n, 2n ** 40n, 2n ** 53n, 2n ** 62n, 0n),
    fc.boolean(),
    fc.boolean(),
  )
  .map(
    ([share, value, wide, aligned]): Change =>
      (bytes) => {
        const out = bytes.slice()
        const width = wide ? 8 : 4
        const k = aligned ? at(bytes, share) & ~3 : at(bytes, share)
        if (k + width > out.length) return out
        const view = new DataView(out.buffer)
        if (wide) view.setBigInt64(k, value, true)
        else view.setInt32(k, Number(BigInt.asIntN(32, value)), true)
        return out
      },
  )

/** The same for formats that write numbers in groups of seven bits (Thrift, protobuf): over what is there, or in between. */
const groups = fc
  .tuple(
    place,
    fc.constantFrom(
      [0xfe, 0xff, 0xff, 0xff, 0x0f],
      [0xff, 0xff, 0xff, 0xff, 0x0f],
      [0x80, 0x80, 0x80, 0x80, 0x20],
      [0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f],
    ),
    fc.nat(5),
  )
  .map(
    ([share, bytesOf, over]): Change =>
      (bytes) =>
        joined(bytes.subarray(0, at(bytes, share)), Uint8Array.from(bytesOf), bytes.subarray(at(bytes, share) + over)),
  )

/** A file with one to four changes. */
export const damaged = (files: readonly Uint8Array[]): fc.Arbitrary<Uint8Array> =>
  fc
    .tuple(
      fc.constantFrom(...files),
      fc.array(fc.oneof(flip, flip, cut, remove, splice, insert, claim, claim, groups), { minLength: 1, maxLength: 4 }),
    )
    .map(([file, changes]) => changes.reduce((bytes, change) => change(bytes), file))

/** A folder that goes away after the tests of the file. */
export const folder = (): ((name: string) => string) => {
  let path = ''
  beforeAll(() => {
    path = mkdtempSync(join(tmpdir(), 'fuzz-'))
  })
  afterAll(() => rmSync(path, { recursive: true, force: true }))
  return (name) => join(path, name)
}

/** What a case may take on a busy machine; an endless loop or one that grows with a claimed size takes longer. */
const longest = 5_000

/** Of a file of some kilobytes: the memory that one array may take. zstd packs 128 KiB into 4 bytes. */
export const largestArray = 2 ** 27

// Not Array: V8 takes memory for a long one only as it is filled.
const watched = ['Float64Array', 'Float32Array', 'Uint8Array', 'Int32Array', 'BigInt64Array', 'ArrayBuffer'] as const

/** Notes the largest array that is made while the tests run; whatever asks for more than `largestArray` bytes is told so at once. */
export const watchMemory = (): void => {
  const globals = globalThis as unknown as Record<string, { new (...rest: unknown[]): object; BYTES_PER_ELEMENT?: number }>
  const kept = new Map(watched.map((name) => [name, globals[name]] as const))
  beforeAll(() => {
    for (const [name, original] of kept)
      if (original !== undefined)
        globals[name] = new Proxy(original, {
          construct: (target, [first, ...rest]: unknown[], newTarget) => {
            if (typeof first === 'number' && first * (original.BYTES_PER_ELEMENT ?? 1) > largestArray)
              throw new TooLarge(`${name} of ${first}`)
            return Reflect.construct(target, first === undefined ? [] : [first, ...rest], newTarget)
          },
        })
  })
  afterAll(() => {
    for (const [name, original] of kept) if (original !== undefined) globals[name] = original
  })
}

/** Whether the watch is on, for a test of it. */
export const isWatching = (): boolean => {
  try {
    return new Float64Array(largestArray).length < 0
  } catch (thrown) {
    return thrown instanceof TooLarge
  }
}

/** Thrown at an array that is too large; a reader that turns it into a refusal is found by its words. */
class TooLarge extends Error {
  constructor(what: string) {
    super(`TOO LARGE: ${what}`)
  }
}

/** What a damaged file can be; anything else (`Usage`, `SolverFailure`, …) would be a wrong name for it. */
const tags = ['FileError', 'InvalidTable', 'InvalidModel', 'NotFinite', 'InvalidArgument', 'Aborted']

/** An `Either` of fp-ts. */
export type Outcome<A> = { readonly _tag: 'Left'; readonly left: unknown } | { readonly _tag: 'Right'; readonly right: A }

/** Runs a reader on a case and holds it to the law. */
export const lawful = async <A>(read: () => Outcome<A> | Promise<Outcome<A>>): Promise<Outcome<A>> => {
  const start = performance.now()
  const result = await read()
  expect(performance.now() - start).toBeLessThan(longest)
  if (result._tag === 'Left') {
    const error = result.left as { _tag: unknown; where: unknown; what: unknown; mend: unknown; message: string; cause?: unknown }
    expect(error).toBeInstanceOf(Error)
    expect(tags).toContain(error._tag)
    for (const part of [error.where, error.what, error.mend]) expect(typeof part === 'string' && part.length > 0).toBe(true)
    expect(`${error.message} ${String(error.cause)}`).not.toContain('TOO LARGE')
  }
  return result
}
