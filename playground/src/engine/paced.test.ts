import { expect, it } from 'vitest'
import type { Answer } from '../protocol.js'
import { paced } from './paced.js'

it('progress is told twenty times a second at most, the end of a stage always, and all else as it is', () => {
  let now = 0
  const heard: Answer[] = []
  const post = paced(
    (answer) => heard.push(answer),
    () => now,
  )
  const progress = (stage: string, done: number): Answer => ({ kind: 'progress', id: 1, stage, done, of: 1000 })
  for (; now < 1000; now++) post(progress('labels', now))
  expect(heard.length).toBe(20)
  post(progress('labels', 1000))
  post(progress('training', 1))
  post(progress('training', 2))
  post({ kind: 'cancelled', id: 1 })
  expect(heard.slice(20).map((answer) => (answer.kind === 'progress' ? answer.done : answer.kind))).toEqual([1000, 1, 'cancelled'])
})
