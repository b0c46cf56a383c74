import { describe, expect, it } from 'vitest'
import { euler } from './euler.js'
import { measuredOrder, problems } from './test-problems.js'

describe('euler', () => {
  for (const problem of problems)
    it(`has order 1 on ${problem.name}`, async () => {
      expect(Math.abs((await measuredOrder(euler, problem)) - euler.order)).toBeLessThan(0.15)
    })
})
