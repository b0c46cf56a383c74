import { expect, test } from 'vitest'
import { turns } from './event-loop.js'

const hold = (milliseconds: number): void => {
  const began = performance.now()
  while (performance.now() - began < milliseconds);
}

test('a job that has held the loop lets a timer fire; one that has not goes straight on', async () => {
  const turn = turns()
  let fired = false
  setTimeout(() => {
    fired = true
  }, 0)
  expect(await turn()).toBe(false)
  expect(fired).toBe(false)
  hold(40)
  expect(await turn()).toBe(true)
  expect(fired).toBe(true)
  expect(await turn()).toBe(false)
})
