import { expect, it } from 'vitest'
import { solve } from '../../solve/solve.js'
import { odeTerm } from '../../term/ode-term.js'
import { B, logSlope, uniform } from '../../testing/test-problems.js'
import { dpmSolver3M } from './dpm-solver-3m.js'

it('has order 3 with 2 φ_3 on the last term, and order 2 with the φ_3 of the authors’ code', async () => {
  // x′ = −x from 1 at t = 1 down to e at t = 0, no linear part: φ_1, φ_2, φ_3 = 1, 1/2, 1/6. Begins with the midpoint rule, then two values.
  const end = (steps: number, last: number): number => {
    const h = -1 / steps
    const m = [-1]
    let x = 1 + h * -(1 + (h / 2) * -1)
    for (let step = 1; step < steps; step++) {
      m.unshift(-x)
      const [a, b, c] = m as [number, number, number | undefined]
      const second = c === undefined ? 0 : (a - 2 * b + c) / 2
      const slope = a - b + second
      x += h * (a + slope / 2 + last * second)
    }
    return x
  }
  const counts = [32, 48, 64, 96, 128]
  const order = (last: number): number =>
    logSlope(
      counts.map((count) => 1 / count),
      counts.map((count) => Math.abs(end(count, last) - Math.E)),
    )
  expect(Math.abs(order(1 / 3) - 3)).toBeLessThan(0.15)
  expect(Math.abs(order(1 / 6) - 2)).toBeLessThan(0.15)

  const term = odeTerm(B, (x) => B.neg(x))
  const { x, statistics } = await solve(B, term, { initial: B.tensor([1], [1, 1]), grid: uniform(1, 0, 32), solver: dpmSolver3M })
  expect((await B.read(x))[0]).toBeCloseTo(end(32, 1 / 3), 12)
  expect(statistics.evaluations).toBe(33)
})
