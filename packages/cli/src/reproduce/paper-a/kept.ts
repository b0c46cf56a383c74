/** Long work that a store keeps with the seconds it took, so that a repeated run neither computes nor times it again. */

import type { Store } from '@tweedie/cem'

export interface Work {
  readonly bytes: Uint8Array
  readonly seconds: number
}

/** The work of that name if the store has it with the same `about`, else that of `compute`, which is then kept. */
export const kept = async (store: Store, name: string, about: object, compute: () => Promise<Work>): Promise<Work> => {
  const of = JSON.stringify(about)
  const found = await store.load(name)
  const stored = found === undefined ? undefined : decode(found, of)
  if (stored !== undefined) return stored
  const work = await compute()
  const head = new TextEncoder().encode(`${JSON.stringify({ about: of, seconds: work.seconds })}\n`)
  const file = new Uint8Array(head.length + work.bytes.length)
  file.set(head)
  file.set(work.bytes, head.length)
  await store.save(name, file)
  return work
}

const decode = (file: Uint8Array, about: string): Work | undefined => {
  const end = file.indexOf(0x0a)
  try {
    const head = JSON.parse(new TextDecoder().decode(file.subarray(0, Math.max(0, end)))) as { about?: unknown; seconds?: unknown }
    // A copy, so that numbers may begin at its first byte.
    return head.about === about && typeof head.seconds === 'number' ? { bytes: file.slice(end + 1), seconds: head.seconds } : undefined
  } catch {
    return undefined
  }
}
