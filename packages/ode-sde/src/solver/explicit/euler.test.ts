import { describe, expect, it } from 'vitest'
import { measuredOrder, problems } from '../../testing/test-problems.js'
import { euler } from './euler.js'

describe('euler', () => {
  for (const problem of problems)
    it(`has order 1 on ${problem.name}`, async () => {
      expect(Math.abs((await measuredOrder(euler, problem)) - euler.order)).toBeLessThan(0.15)
    })
})
