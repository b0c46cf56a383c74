import { Writable } from 'node:stream'
import { expect, test } from 'vitest'
import { createProgress } from '../files/index.js'
import { trackStages } from './track-stages.js'

const tracked = (prefix: string) => {
  let time = 0
  const pieces: string[] = []
  const stream = new Writable({
    write: (piece, _encoding, done) => {
      pieces.push(String(piece))
      done()
    },
  })
  const now = () => time
  const tracker = trackStages(createProgress({ stream, now }), prefix, now)
  const at = (seconds: number, stage: string, done: number, total = 4) => {
    time = seconds * 1000
    tracker.report({ stage, done, total })
  }
  return { at, tracker, text: () => pieces.join('') }
}

test('seconds of each stage add up, and every line has the prefix and the time left', () => {
  const { at, tracker, text } = tracked('2/9 ')
  at(0, 'CEM', 0)
  at(3, 'CEM', 3)
  at(4, 'CEM', 4)
  at(5, 'CEM', 4)
  at(6, 'sampling', 0)
  at(8, 'CEM', 1)
  at(9, 'CEM', 4)
  expect(tracker.end()).toEqual([
    { stage: 'CEM', seconds: 5 },
    { stage: 'sampling', seconds: 2 },
  ])
  expect(text()).toMatch(/^2\/9 CEM 75% 1\/s, 1\.0 s left$/m)
  expect(text().match(/^2\/9 CEM: /gm)).toHaveLength(2)
})

test('a stage that was resumed counts from where it stood, and an open one ends with the run', () => {
  const { at, tracker, text } = tracked('')
  at(0, 'training of a model with a long name', 2)
  at(2, 'training of a model with a long name', 3)
  expect(tracker.end()).toEqual([{ stage: 'training of a model with a long name', seconds: 2 }])
  expect(text()).toMatch(/^training of…l with a long name 75% 0\.5\/s, 2\.0 s left$/m)
})
