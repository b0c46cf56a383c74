import { fold, fromRows, key, ornsteinUhlenbeck, power } from '@tweedie/core'
import { pointCloud } from '@tweedie/score'
import { describe, expect, it } from 'vitest'
import { solve } from '../../solve/solve.js'
import { reverseSde } from '../../term/reverse-sde.js'
import { B } from '../../testing/test-problems.js'
import { splitting } from './splitting.js'

// Paper B, table 1: five points of the unit square, drawn once, with the analytic m; t = 10 (k/n)⁵, the noise before the drift.
const points = [
  [0.199, 0.801],
  [0.131, 0.38],
  [0.106, 0.145],
  [0.024, 0.239],
  [0.988, 0.292],
] as const
const process = ornsteinUhlenbeck()

/** How often each point is reached, as shares, and the largest distance to the nearest. */
const reached = async (steps: number, rows: number): Promise<{ shares: number[]; farthest: number }> => {
  const term = reverseSde(B, process, pointCloud(B, fromRows(points))(process))
  const initial = B.normal(fold(key(78), steps), [rows, 2])
  const grid = power(process, steps, 5)
  const { x } = await solve(B, term, { initial, grid, solver: splitting('39', { noiseFirst: true }), key: key(79) })
  const values = await B.read(x)
  const shares = points.map(() => 0)
  let farthest = 0
  for (let i = 0; i < rows; i++) {
    const distances = points.map(([a, b]) => Math.hypot((values[2 * i] as number) - a, (values[2 * i + 1] as number) - b))
    const nearest = distances.indexOf(Math.min(...distances))
    shares[nearest] = (shares[nearest] as number) + 1 / rows
    farthest = Math.max(farthest, distances[nearest] as number)
  }
  return { shares, farthest }
}
/** Pearson's χ² against equal shares, 4 degrees of freedom. */
const chiSquare = (shares: readonly number[], rows: number): number =>
  shares.reduce((sum, share) => sum + (share - 0.2) ** 2 / 0.2, 0) * rows

describe('the five-point experiment of paper B', () => {
  it('lands on the points, and carries the bias of 99 steps: shares of 0.19 to 0.21', async () => {
    const rows = 20_000
    const { shares, farthest } = await reached(99, rows)
    // The last step goes from t = 1e-9 onto 0, with all of the weight on one point.
    expect(farthest).toBeLessThan(1e-12)
    // Equal shares pass 18.5 once in 1,000 runs. The bias is of the size of the paper's, 0.0092 at most, and no more.
    expect(chiSquare(shares, rows)).toBeGreaterThan(18.5)
    for (const share of shares) expect(Math.abs(share - 0.2)).toBeLessThan(0.015)
  }, 60_000)

  it('reaches each point as often as the others at 1,000 steps, within 0.01', async () => {
    const rows = 10_000
    const { shares } = await reached(1000, rows)
    // 2.5 standard errors of 0.004: right shares pass it once in 17 runs; the key is fixed.
    for (const share of shares) expect(Math.abs(share - 0.2)).toBeLessThan(0.01)
    // Equal shares pass 18.5 once in 1,000 runs.
    expect(chiSquare(shares, rows)).toBeLessThan(18.5)
  }, 180_000)
})
