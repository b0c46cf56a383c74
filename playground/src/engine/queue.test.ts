import { describe, expect, it } from 'vitest'
import type { Answer, Request } from '../protocol.js'
import { jobQueue } from './queue.js'
import { isLast, smallSetup as setup, testBackends } from './testing.js'

/** Sends requests and waits for the last answers of so many jobs. */
const answersTo = (
  requests: readonly Request[],
  count: number,
  more?: (answer: Answer) => Request | undefined,
): Promise<readonly Answer[]> =>
  new Promise((resolve) => {
    const answers: Answer[] = []
    const take = jobQueue((answer) => {
      answers.push(answer)
      const next = more?.(answer)
      if (next) take(next)
      if (answers.filter(isLast).length === count) setTimeout(() => resolve(answers), 20)
    }, testBackends)
    for (const request of requests) take(request)
  })

const flow = (id: number, changes = {}): Request => ({ kind: 'flow', id, setup: { ...setup, ...changes } })

describe('the queue', () => {
  it('runs jobs one after the other', async () => {
    const answers = await answersTo([flow(1), { kind: 'field', id: 2, setup, time: 0.5, size: 4 }, flow(3)], 3)
    expect(answers.map(({ id }) => id)).toEqual([...answers.map(({ id }) => id)].sort())
    expect(answers.filter(isLast).map(({ kind, id }) => [kind, id])).toEqual([
      ['done', 1],
      ['done', 2],
      ['done', 3],
    ])
  })

  it('cancels a job that waits at once, and one that runs soon; others go on', async () => {
    const answers = await answersTo(
      [flow(1, { steps: 500 }), flow(2), flow(3), { kind: 'cancel', id: 2 }, { kind: 'cancel', id: 99 }],
      3,
      (answer) => (answer.kind === 'frame' && answer.id === 1 && answer.step === 3 ? { kind: 'cancel', id: 1 } : undefined),
    )
    expect(answers[0]).toEqual({ kind: 'cancelled', id: 2 })
    expect(answers.filter(isLast).map(({ kind, id }) => [kind, id])).toEqual([
      ['cancelled', 2],
      ['cancelled', 1],
      ['done', 3],
    ])
    expect(answers.filter(({ id, kind }) => id === 1 && kind === 'frame').length).toBeLessThan(10)
  })

  it('goes on after a job that fails', async () => {
    const answers = await answersTo([flow(1, { points: [] }), flow(2)], 2)
    expect(answers.filter(isLast).map(({ kind }) => kind)).toEqual(['failed', 'done'])
  })
})
