import { expect, test } from 'vitest'
import type { Session } from '../session/session.js'
import { type MemoryProgram, memoryPrograms } from './program.js'

/** What a program is to end with, where that is an error. */
const errors: Partial<Record<MemoryProgram, RegExp>> = {
  'an error in the middle of a solve leaves nothing': /the field has had enough/,
  'numbers that are no longer finite leave nothing': /^NotFinite$/,
  'a solve that is cancelled leaves nothing': /^Aborted$/,
  'training that is cancelled leaves nothing': /^Aborted$/,
}

/**
 * Between two steps of a solve there are the state, and what the solver or the last step left of it; between two of a training two rows of
 * validation, the parameters with Adam's two moments, and the best parameters. Nothing of that grows with the steps.
 */
const MOST = 30

/** Every program of memory leaves the tensors and bytes that TensorFlow.js counts, and the backend's own count, as they were. */
export const leavesNothing = (session: Session): void => {
  test.each(Object.keys(memoryPrograms) as MemoryProgram[])('%s', async (name) => {
    const { before, after, most, error } = await session.run(name, null)
    if (errors[name] === undefined) expect(error).toBeUndefined()
    else expect(error).toMatch(errors[name])
    expect(after).toEqual(before)
    expect(most ?? 0).toBeLessThanOrEqual(MOST)
  })
}
