/** A generator's file, and the rows that it gives, with the seconds that they take. */

import type { ExperimentContext } from '@tweedie/cem'
import type { Backend, HostMatrix, Key } from '@tweedie/core'
import { decodeGenerator, encodeGenerator, type FittedGenerator, type Generator, generate } from '@tweedie/density'
import * as E from 'fp-ts/lib/Either.js'
import { kept } from './kept.js'

/** The bytes of a fitted generator, whose parameters are freed. */
export const toBytes = async <N>(B: Backend<N>, fitted: FittedGenerator<N>): Promise<Uint8Array> => {
  try {
    return await encodeGenerator(B, fitted)
  } finally {
    freeGenerator(B, fitted)
  }
}

const freeGenerator = <N>(B: Backend<N>, { parameters }: Generator<N>): void => {
  for (const { weight, bias } of parameters) [weight, bias].forEach(B.free)
}

/** Numbers as bytes, and bytes as numbers. */
export const bytesOf = (...parts: readonly Float64Array[]): Uint8Array => {
  const joined = new Float64Array(parts.reduce((sum, each) => sum + each.length, 0))
  parts.reduce((at, each) => {
    joined.set(each, at)
    return at + each.length
  }, 0)
  return new Uint8Array(joined.buffer)
}
export const numbersOf = (bytes: Uint8Array): Float64Array => new Float64Array(bytes.buffer, bytes.byteOffset, bytes.byteLength / 8)

/** `count` rows of the generator in `bytes`; a short call goes before the timed one, so that the time is not that of compiling. */
export const timedSamples = async <N>(
  B: Backend<N>,
  bytes: Uint8Array,
  { name, about, count, key, columns }: { name: string; about: object; count: number; key: Key; columns: number },
  { store, signal }: Pick<ExperimentContext, 'store' | 'signal'>,
  onProgress: (progress: { readonly done: number; readonly total: number }) => void,
): Promise<{ readonly rows: HostMatrix; readonly seconds: number }> => {
  const work = await kept(store, name, { ...about, count }, async () => {
    const decoded = decodeGenerator(B, bytes)
    if (E.isLeft(decoded)) throw decoded.left
    try {
      await generate(B, decoded.right, { count: Math.min(1_000, count), key })
      const began = performance.now()
      const drawn = await generate(B, decoded.right, { count, key, ...(signal && { signal }), onProgress })
      return { seconds: (performance.now() - began) / 1000, bytes: bytesOf(drawn.data) }
    } finally {
      freeGenerator(B, decoded.right)
    }
  })
  return { rows: { data: numbersOf(work.bytes), rows: count, columns }, seconds: work.seconds }
}
