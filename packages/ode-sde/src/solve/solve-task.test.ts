import { TweedieError } from '@tweedie/core'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, it } from 'vitest'
import { ddim } from '../solver/exponential/ddim.js'
import { odeTerm } from '../term/ode-term.js'
import { B } from '../testing/test-problems.js'
import { solveTask } from './solve-task.js'

const options = () => ({ initial: B.full([1, 1], 2), grid: [1, 0.5], solver: ddim })

describe('solveTask', () => {
  it('is the solution on the right, and runs anew each time', async () => {
    let calls = 0
    const task = solveTask(
      B,
      odeTerm(B, (x) => {
        calls++
        return B.neg(x)
      }),
      options(),
    )
    expect(calls).toBe(0)
    for (const run of [1, 2]) {
      const outcome = await task()
      expect(E.isRight(outcome) && (await B.read(outcome.right.x))[0]).toBe(3)
      expect(calls).toBe(run)
    }
  })

  it('is a TweedieError on the left, its own or one with the cause', async () => {
    const aborted = await solveTask(
      B,
      odeTerm(B, (x) => x),
      { ...options(), signal: AbortSignal.abort() },
    )()
    expect(E.isLeft(aborted) && aborted.left._tag).toBe('Aborted')
    const cause = new RangeError('mine')
    const failed = await solveTask(
      B,
      odeTerm(B, () => {
        throw cause
      }),
      options(),
    )()
    if (!E.isLeft(failed)) throw new Error('no error')
    expect(failed.left).toBeInstanceOf(TweedieError)
    expect([failed.left._tag, failed.left.cause]).toEqual(['SolverFailure', cause])
    expect(failed.left.message).toMatch(/solve odeTerm with ddim.*mine/)
  })
})
