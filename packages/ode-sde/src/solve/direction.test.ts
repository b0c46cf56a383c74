import { fromRows, key, ornsteinUhlenbeck } from '@tweedie/core'
import { gaussian } from '@tweedie/score'
import { describe, expect, it } from 'vitest'
import { exponentialEulerMaruyama } from '../solver/stochastic/exponential-euler-maruyama.js'
import { churnSde } from '../term/churn.js'
import { forwardSde } from '../term/forward-sde.js'
import { reverseSde } from '../term/reverse-sde.js'
import { B } from '../testing/test-problems.js'
import { solve } from './solve.js'

const process = ornsteinUhlenbeck()
const denoise = gaussian(B, { mean: [1], covariance: fromRows([[0.5]]) })(process)
const down = [2, 1, 0.5]
const up = [0.5, 1, 2]

describe('an equation with noise runs one way', () => {
  for (const [term, right, wrong] of [
    [reverseSde(B, process, denoise), down, up],
    [churnSde(B, process, denoise, 0.5), down, up],
    [forwardSde(B, process), up, down],
  ] as const)
    it(term.name, async () => {
      const options = { initial: B.full([2, 1], 1), solver: exponentialEulerMaruyama, key: key(1) }
      const { x } = await solve(B, term, { ...options, grid: right })
      expect((await B.read(x)).every(Number.isFinite)).toBe(true)
      await expect(solve(B, term, { ...options, grid: wrong })).rejects.toMatchObject({
        _tag: 'InvalidArgument',
        what: expect.stringContaining('times that run from') as unknown,
      })
    })
})
