import { describe, expect, it } from 'vitest'
import { elementaryWeight, treesOf, treesUpTo } from '../../testing/rooted-trees.js'
import { bogackiShampine32Tableau } from './bogacki-shampine-32.js'
import { dop853Tableau } from './dop853.js'
import { dormandPrince54Tableau } from './dormand-prince-54.js'
import { midpointTableau } from './midpoint.js'
import { ralstonTableau } from './ralston.js'
import { rungeKutta4Tableau } from './runge-kutta-4.js'
import { isFirstSameAsLast, type Tableau } from './tableau.js'
import { tsitouras54Tableau } from './tsitouras-54.js'

const tableaux = [
  midpointTableau,
  ralstonTableau,
  rungeKutta4Tableau,
  bogackiShampine32Tableau,
  dormandPrince54Tableau,
  tsitouras54Tableau,
  dop853Tableau,
]

/** Coefficients rounded to float64 (1.1e-16 each, some ten in a product) and sums of a dozen: 50 units of rounding of the size of what is summed. */
const ROUNDING = 50 * 1.1e-16

/** Asserts Σ b_i Φ_i(τ) = scaled/γ(τ) for all trees of up to `order` nodes, and for not all of the next size. */
const expectOrder = (
  stages: Tableau['stages'],
  weights: readonly number[],
  order: number,
  valueAt: (size: number) => number,
  rounding = ROUNDING,
) => {
  const residuals = (trees: ReturnType<typeof treesOf>) =>
    trees.map((tree) => {
      const { value, scale } = elementaryWeight(stages, weights, tree)
      return { residual: Math.abs(value - valueAt(tree.size) / tree.density), scale: Math.max(scale, 1 / tree.density) }
    })
  for (const { residual, scale } of residuals(treesUpTo(order))) expect(residual).toBeLessThan(rounding * scale)
  expect(residuals(treesOf(order + 1)).some(({ residual, scale }) => residual > 1e6 * rounding * scale)).toBe(true)
}

it('there are 1, 1, 2, 4, 9, 20, 48, 115 rooted trees of 1 to 8 nodes (Hairer, Nørsett & Wanner I, §II.2, table 2.3)', () => {
  expect([1, 2, 3, 4, 5, 6, 7, 8].map((size) => treesOf(size).length)).toEqual([1, 1, 2, 4, 9, 20, 48, 115])
})

for (const tableau of tableaux)
  describe(`the tableau of ${tableau.name}`, () => {
    const { nodes, stages, weights, embedded, interpolant, order } = tableau
    const all = [...stages, ...(interpolant?.extra?.stages ?? [])]

    it('has nodes that are the sums of its rows', () => {
      all.forEach((row, i) => {
        const size = row.reduce((sum, a) => sum + Math.abs(a), 1)
        const node = [...nodes, ...(interpolant?.extra?.nodes ?? [])][i] as number
        expect(Math.abs(row.reduce((sum, a) => sum + a, 0) - node)).toBeLessThan(ROUNDING * size)
      })
    })

    it(`keeps the conditions of order ${order}, and not all of the next`, () => expectOrder(stages, weights, order, () => 1))

    if (embedded) {
      // dop853 joins two estimates, of orders 5 and 3, into one of order 7: O(h^(2·6 − 4)).
      const orders = embedded.coarser ? [5, 3] : [embedded.order]
      const differences = embedded.coarser ? [embedded.difference, embedded.coarser] : [embedded.difference]
      it(`estimates the error against order ${orders.join(' and ')}`, () => {
        differences.forEach((difference, k) => expectOrder(stages, difference, orders[k] as number, () => 0))
      })
    }

    if (interpolant) {
      const generic = [0.123, 0.5, 0.789, Math.SQRT2 - 0.5, 1.1]
      it(`keeps the conditions of order ${interpolant.order} inside the step, and not all of the next`, () => {
        for (const theta of generic) expectOrder(all, interpolant.weights(theta), interpolant.order, (size) => theta ** size)
      })
      it('begins at the start and ends at the end', () => {
        expect(interpolant.weights(0).every((weight) => weight === 0)).toBe(true)
        interpolant.weights(1).forEach((weight, i) => {
          expect(Math.abs(weight - (weights[i] ?? 0))).toBeLessThan(1e-15)
        })
      })
      it('leaves with the first velocity, and arrives with the last where that is known', () => {
        // A central difference of a polynomial of degree 8 at most, with coefficients up to some hundred: h² · 1e4 = 1e-6, rounding 1e-13/h.
        const slopes = (theta: number) => {
          const h = 1e-5
          const before = interpolant.weights(theta - h)
          return interpolant.weights(theta + h).map((weight, i) => (weight - (before[i] as number)) / (2 * h))
        }
        slopes(0).forEach((slope, i) => {
          expect(Math.abs(slope - (i === 0 ? 1 : 0))).toBeLessThan(1e-6)
        })
        if (!isFirstSameAsLast(tableau)) return
        slopes(1).forEach((slope, i) => {
          expect(Math.abs(slope - (i === stages.length - 1 ? 1 : 0))).toBeLessThan(1e-6)
        })
      })
    }
  })
