import { throwIfAborted } from '@tweedie/core'
import type { Capability } from '../../protocol.js'
import { backendNames } from '../../setup.js'
import type { Backends } from '../backends.js'
import type { JobContext, RequestOf } from '../job.js'

/**
 * Says of every backend what was found of it, or why there is none. Devices are looked for, and not tried: that takes seconds where they are slow, and is
 * done when a job first asks for one. From then on its findings are among the notes.
 */
export const capabilities = async (
  backends: Backends,
  { id }: RequestOf<'capabilities'>,
  { post, signal }: JobContext,
): Promise<string> => {
  const found: Capability[] = []
  for (const backend of backendNames) {
    throwIfAborted(signal, 'capabilities')
    try {
      found.push({ backend, available: true, notes: await backends.look(backend) })
    } catch (thrown) {
      found.push({ backend, available: false, notes: [sentenceOf(thrown)] })
    }
  }
  post({ kind: 'capabilities', id, backends: found })
  return `${found.filter(({ available }) => available).length} of ${found.length} backends run here`
}

const sentenceOf = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : String(thrown))
