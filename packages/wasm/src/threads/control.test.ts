import { describe, expect, test } from 'vitest'
import {
  CALLER_SLEEPS,
  chunksOf,
  claim,
  close,
  DONE,
  FINE,
  type Job,
  LEFT,
  MOST_CHUNKS,
  makeControl,
  nextTag,
  PENDING,
  packed,
  readJob,
  runChunk,
  standing,
  tagOf,
  writeJob,
} from './control.js'
import { mayBlock, waitFor } from './wait.js'

const most = 2 ** 20 - 1

describe('tags', () => {
  test('have 20 bits, are never 0, and fit their words with any chunk', () => {
    expect([nextTag(0), nextTag(1), nextTag(most - 1), nextTag(most)]).toEqual([1, 2, most, 1])
    const words = new Int32Array(2)
    for (const tag of [1, 2 ** 19, most])
      for (const chunk of [0, 1, MOST_CHUNKS]) {
        words[0] = packed(tag, chunk)
        words[1] = standing(tag, FINE)
        expect([tagOf(words[0]), words[1]]).toEqual([tag, 4 * tag + FINE])
      }
  })
})

describe('chunks', () => {
  test.each([1, 2 ** 19, most])('of the job %i are taken once each, the last one first, and none of another job', (tag) => {
    const { words } = makeControl()
    Atomics.store(words, LEFT, packed(tag, 3))
    expect(claim(words, nextTag(tag))).toBe(-1)
    expect([0, 1, 2, 3, 4].map(() => claim(words, tag))).toEqual([2, 1, 0, -1, -1])
    Atomics.store(words, LEFT, packed(nextTag(tag), 3))
    expect(claim(words, tag)).toBe(-1)
  })

  test('of a job that is over are none, although the next one, larger, is being written', () => {
    const { words, numbers } = makeControl()
    Atomics.store(words, LEFT, packed(5, 1))
    expect(claim(words, 5)).toBe(0)
    writeJob(numbers, { kernel: 0, args: [], from: 0, to: 1000, rows: 1, scratch: 0, stride: 0 })
    expect(claim(words, 5)).toBe(-1)
    expect(Atomics.load(words, LEFT)).toBe(packed(5, 0))
  })

  test.each([0, 2, 5])('%i taken of 5: none is left once the job is closed', (taken) => {
    const { words } = makeControl()
    Atomics.store(words, LEFT, packed(most, 5))
    for (let k = 0; k < taken; k++) claim(words, most)
    expect([close(words, most), claim(words, most)]).toEqual([5 - taken, -1])
  })

  test('cover the rows of a job that is read as it was written', () => {
    const job: Job = { kernel: 3, args: [2 ** 32 - 16, 0.1, -1], from: 8, to: 31, rows: 8, scratch: 1024, stride: 64 }
    const { numbers } = makeControl()
    writeJob(numbers, job)
    expect(readJob(numbers)).toEqual(job)
    const calls: (readonly number[])[] = []
    for (let chunk = 0; chunk < chunksOf(job); chunk++) runChunk((...args) => calls.push(args), job, chunk, chunk)
    expect(calls).toEqual([
      [2 ** 32 - 16, 0.1, -1, 8, 16, 1024],
      [2 ** 32 - 16, 0.1, -1, 16, 24, 1088],
      [2 ** 32 - 16, 0.1, -1, 24, 31, 1152],
    ])
  })
})

describe.each([true, false])('waiting for a chunk, asleep: %s', (blocks) => {
  test('ends when the clock has run out, and uses it up', () => {
    const { words } = makeControl()
    expect(mayBlock(words)).toBe(true)
    words[DONE] = standing(7, PENDING)
    const clock = { left: 20 }
    const began = performance.now()
    expect(waitFor(words, DONE, standing(7, PENDING), clock, blocks)).toBe(standing(7, PENDING))
    expect(clock.left).toBeLessThanOrEqual(0)
    expect(performance.now() - began).toBeGreaterThanOrEqual(20)
    expect(Atomics.load(words, CALLER_SLEEPS)).toBe(0)
  })

  test('takes no time when it is done', () => {
    const { words } = makeControl()
    words[DONE] = standing(7, FINE)
    const clock = { left: 20 }
    expect([waitFor(words, DONE, standing(7, PENDING), clock, blocks), clock.left]).toEqual([standing(7, FINE), 20])
  })
})
