import { describe, expect, expectTypeOf, test } from 'vitest'
import { linear } from '../grid/power.js'
import { type TimeGrid, timeGrid } from '../grid/time-grid.js'
import { prior, transition } from './derived.js'
import { type ForwardProcess, forwardProcess } from './forward-process.js'
import { ornsteinUhlenbeck } from './ornstein-uhlenbeck.js'

/** What the compiler knows of processes and grids. A call that does not compile is run as well where it throws. */

const definition = {
  name: 'rectified flow',
  timeRange: [0, 1] as const,
  alpha: (t: number) => 1 - t,
  sigma: (t: number) => t,
  alphaDerivative: () => -1,
  varianceDerivative: (t: number) => 2 * t,
}
const process = ornsteinUhlenbeck()
const grid = linear(process, 4, { stop: 0.1 })

describe('processes as types', () => {
  test('good code needs no casts', () => {
    expectTypeOf(forwardProcess(definition)).toEqualTypeOf<ForwardProcess>()
    expectTypeOf(forwardProcess({ ...definition, logSnr: (t) => 2 * Math.log((1 - t) / t) })).toEqualTypeOf<ForwardProcess>()
    expectTypeOf(linear(forwardProcess(definition), 4)).toEqualTypeOf<TimeGrid>()
    expect(forwardProcess(definition).logSnr(0.5)).toBe(0)
  })

  test('a definition without its derivatives does not compile', () => {
    const { varianceDerivative, ...withoutVariance } = definition
    const { alphaDerivative, ...withoutAlpha } = definition
    // @ts-expect-error the derivative of σ² is missing
    expect(forwardProcess(withoutVariance).varianceDerivative).toBeUndefined()
    // @ts-expect-error the derivative of α is missing
    expect(forwardProcess(withoutAlpha).alphaDerivative).toBeUndefined()
    expect([varianceDerivative(1), alphaDerivative()]).toEqual([2, -1])
  })

  test('a number where a function of time is needed does not compile', () => {
    // @ts-expect-error σ is a function of time
    expect(() => forwardProcess({ ...definition, sigma: 0.25 })).toThrow(TypeError)
    // @ts-expect-error so is α
    expect(() => forwardProcess({ ...definition, alpha: 1 })).toThrow(TypeError)
    // @ts-expect-error a time range has two ends
    expect(() => forwardProcess({ ...definition, timeRange: [1] })).toThrow(expect.objectContaining({ _tag: 'InvalidArgument' }))
  })

  test('a pair of functions is not yet a process', () => {
    const pair = { alpha: definition.alpha, sigma: definition.sigma }
    // @ts-expect-error the pair has no derivatives, range or log-SNR
    expect(() => linear(pair, 4)).toThrow(TypeError)
    // @ts-expect-error a definition has no log-SNR: forwardProcess completes it
    expect(transition(definition, 0, 0.5).factor).toBe(0.5)
  })

  test('a grid is no process, and a process no grid', () => {
    // @ts-expect-error the grid is where the process is wanted
    expect(() => linear(grid, 4)).toThrow(TypeError)
    // @ts-expect-error a process is no list of times
    expect(() => timeGrid(process)).toThrow()
    // @ts-expect-error the prior is of a process
    expect(() => prior(grid)).toThrow(TypeError)
    // @ts-expect-error the process comes first
    expect(() => linear(4, process)).toThrow(expect.objectContaining({ _tag: 'InvalidArgument' }))
    expectTypeOf(timeGrid([1, 0.5, 0.1], process)).toEqualTypeOf<TimeGrid>()
  })
})
