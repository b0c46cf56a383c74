import fc from 'fast-check'
import { expect, it } from 'vitest'
import { findRoot } from './root.js'

it('finds a zero to rounding, whichever end is positive and whichever way time runs', async () => {
  const roots = fc.double({ min: -0.99, max: 0.99, noNaN: true })
  const shapes = fc.constantFrom<(u: number) => number>(
    (u) => u,
    (u) => u ** 3,
    (u) => Math.expm1(8 * u),
    (u) => Math.atan(50 * u),
    (u) => Math.cbrt(u),
    (u) => (u < 0 ? -1 : 1),
  )
  await fc.assert(
    fc.asyncProperty(roots, shapes, fc.boolean(), fc.constantFrom(1, -1), async (root, shape, backwards, sign) => {
      let evaluations = 0
      const f = (u: number): number => sign * shape(u - root)
      const counted = async (u: number): Promise<number> => {
        evaluations++
        return f(u)
      }
      const [start, stop] = backwards ? [1, -1] : [-1, 1]
      const found = await findRoot(counted, start, f(start), stop, f(stop))
      // The cube's values underflow to nothing to see at 1e-108, long before that rounding of the argument decides: 1e-15 of an interval of 2.
      expect(Math.abs(found - root)).toBeLessThan(1e-14)
      expect(evaluations).toBeLessThan(70)
    }),
    { numRuns: 200 },
  )
})

it('takes few evaluations where the function is smooth', async () => {
  let evaluations = 0
  const f = async (u: number): Promise<number> => {
    evaluations++
    return Math.cos(u)
  }
  expect(await findRoot(f, 1, Math.cos(1), 2, Math.cos(2))).toBeCloseTo(Math.PI / 2, 14)
  expect(evaluations).toBeLessThan(12)
})
