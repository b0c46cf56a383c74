import fc from 'fast-check'
import { expect, it } from 'vitest'
import { gridNames, processNames, solverNames } from '../../setup.js'
import { equationOf } from './equation.js'
import { LEAST_NOISE, MOST_NOISE } from './process-of.js'

it('an equation runs from σ/α of at most 150 to 0.01, whatever the names', () => {
  const names = fc.record({
    process: fc.constantFrom(...processNames),
    grid: fc.constantFrom(...gridNames),
    solver: fc.constantFrom(...solverNames),
    steps: fc.integer({ min: 2, max: 500 }),
  })
  fc.assert(
    fc.property(names, (given) => {
      const { process, times } = equationOf(given)
      expect(times.length).toBe(given.steps + 1)
      const noise = (t: number): number => process.sigma(t) / process.alpha(t)
      const [first, last] = [noise(times[0] as number), noise(times[given.steps] as number)]
      // The inverse of the log-SNR is exact to some units in its last place; −2 ln 0.01 = 9.2, and dσ̄/σ̄ = −dλ/2.
      expect(first).toBeLessThanOrEqual(MOST_NOISE * (1 + 1e-9))
      expect(first).toBeGreaterThan(40)
      expect(Math.abs(last / LEAST_NOISE - 1)).toBeLessThan(1e-9)
    }),
  )
})
