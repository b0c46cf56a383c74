import { eachOperation, tweedieError } from '@tweedie/core'
import { describe, expect, it } from 'vitest'
import { solve } from '../solve/solve.js'
import { bogackiShampine32 } from '../solver/explicit/bogacki-shampine-32.js'
import { dormandPrince54 } from '../solver/explicit/dormand-prince-54.js'
import { heun } from '../solver/explicit/heun.js'
import { rungeKutta4 } from '../solver/explicit/runge-kutta-4.js'
import { rosenbrock } from '../solver/implicit/rosenbrock.js'
import { odeTerm } from '../term/ode-term.js'
import { B } from '../testing/test-problems.js'
import { adaptive } from './control.js'
import { isStiff, look, stabilityInterval, stabilityReach, unsuspicious } from './stiffness.js'

const control = adaptive({ rtol: 1e-4, atol: 1e-7 })
/** Prothero & Robinson 1974: x = cos t attracts everything at rate λ. */
const attracted = (rate: number) => odeTerm(B, (x, t) => B.sub(B.mul(B.sub(x, Math.cos(t)), -rate), Math.sin(t)))

describe('stiffness', () => {
  it('stability intervals are those of the tables (Hairer & Wanner II, §IV.2), to the 1/8 that is looked at', async () => {
    // 2, 2.51, 2.785 and 3.307.
    for (const [solver, interval] of [
      [heun, 2.125],
      [bogackiShampine32, 2.625],
      [rungeKutta4, 2.875],
      [dormandPrince54, 3.375],
    ] as const)
      expect(await stabilityInterval(B, solver)).toBe(interval)
    expect(await stabilityInterval(B, rosenbrock())).toBe(Number.POSITIVE_INFINITY)
  })

  it('the reach of a step is |hλ| of the direction that its error lies in', async () => {
    const x = B.tensor([1, 1, 1, 1], [2, 2])
    const rates = B.tensor([3, 500], [1, 2])
    const term = odeTerm(B, (y) => B.neg(B.mul(y, rates)))
    for (const [direction, rate] of [
      [[1e-6, 0], 3],
      [[0, 1e-12], 500],
    ] as const) {
      const error = B.tensor([...direction, ...direction], [2, 2])
      // Differences of 1.5e-8 relative to x: 8 digits are lost of 16.
      expect((await stabilityReach(B, term, { x, error, time: 0, size: 0.5 })) / (rate * 0.5)).toBeCloseTo(1, 6)
    }
  })

  it('takes 15 signs, and 6 steps without one to forget them', () => {
    const after = (reaches: readonly number[]) => reaches.reduce((state, reach) => look(state, reach, 2), unsuspicious)
    const signs = (count: number) => new Array<number>(count).fill(2)
    const calm = (count: number) => new Array<number>(count).fill(0.5)
    expect(isStiff(after(signs(14)))).toBe(false)
    expect(isStiff(after(signs(15)))).toBe(true)
    expect(isStiff(after([...signs(14), ...calm(5), ...signs(1)]))).toBe(true)
    expect(after([...signs(14), ...calm(6)])).toEqual(unsuspicious)
    expect(after([Number.NaN])).toEqual(unsuspicious)
  })

  it('the loss of the device is no property of the solver', async () => {
    const gone = tweedieError('DeviceLost', 'mul', 'the device is gone', 'Go on elsewhere')
    const lost = eachOperation(
      B,
      ({ name, run }) => {
        if (name === 'mul') throw gone
        return run()
      },
      {},
    )
    await expect(stabilityInterval(lost, heun)).rejects.toBe(gone)
  })

  it('an explicit solver refuses a stiff problem and names the mend; the implicit one solves it', async () => {
    const options = { initial: B.full([2, 1], 2), grid: [0, 3], control }
    const before = B.liveTensors()
    await expect(solve(B, attracted(1e4), { ...options, solver: bogackiShampine32 })).rejects.toMatchObject({
      _tag: 'SolverFailure',
      message: expect.stringMatching(/the equation is stiff: after 1\d\d\d steps.*use rosenbrock/),
    })
    expect(B.liveTensors()).toBe(before)
    const { x, statistics } = await solve(B, attracted(1e4), { ...options, solver: rosenbrock() })
    expect((await B.read(x))[0]).toBeCloseTo(Math.cos(3), 4)
    expect(statistics.accepted).toBeLessThan(200)
  })

  it('does not call stiff what merely takes many steps', async () => {
    const spin = B.tensor([0, 1, -1, 0], [2, 2])
    const term = odeTerm(B, (x) => B.matMul(x, spin))
    const { statistics } = await solve(B, term, {
      initial: B.tensor([1, 0], [1, 2]),
      grid: [0, 100],
      solver: bogackiShampine32,
      control: adaptive({ rtol: 1e-5, atol: 1e-5 }),
    })
    expect(statistics.accepted).toBeGreaterThan(1000)
  })
})
