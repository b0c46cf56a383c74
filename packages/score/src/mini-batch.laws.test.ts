import { fromRows, key } from '@tweedie/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { miniBatch } from './index.js'
import { B, matrix, minus, moment, norm, points } from './test-support.js'

/** What a mini-batch says of its estimate, beside plain loops over the points that it drew. */
describe('the diagnostics of a mini-batch', () => {
  const draws = fc
    .tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 12 }), fc.nat(), fc.boolean(), fc.nat())
    .chain(([dimension, rows, size, replacement, seed]) =>
      fc.record({
        table: points(dimension, rows),
        query: points(dimension, 1),
        size: fc.constant(1 + (size % rows)),
        replacement: fc.constant(replacement),
        seed: fc.constant(seed),
      }),
    )

  it('are 1/Σ w², the largest w and √(Σ w² |y − m|²), less the factor √(1 − size/rows) of different rows', async () => {
    await fc.assert(
      fc.asyncProperty(draws, moment(-4, 4), async ({ table, query, size, replacement, seed }, { process, t, alpha, sigma }) => {
        const drawn = miniBatch(B, fromRows(table), { size, key: key(seed), replacement })(process)
        const found = drawn.diagnostics(matrix(B, query), t)
        const [ess, largest, error] = await Promise.all([found.effectiveSampleSize, found.largestWeight, found.standardError].map(B.read))

        const cloud = Array.from(drawn.indices, (i) => table[i] as number[])
        const x = query[0] as number[]
        const logits = cloud.map((y) => -((norm(x.map((value, j) => value - alpha * (y[j] as number))) / sigma) ** 2) / 2)
        const raw = logits.map((logit) => Math.exp(logit - Math.max(...logits)))
        const total = raw.reduce((sum, w) => sum + w, 0)
        const w = raw.map((value) => value / total)
        const m = x.map((_, j) => cloud.reduce((sum, y, i) => sum + (w[i] as number) * (y[j] as number), 0))
        const squares = cloud.reduce((sum, y, i) => sum + ((w[i] as number) * norm(minus(y, m))) ** 2, 0)
        const left = replacement ? 1 : 1 - size / table.length

        // Logits up to |x|²/σ² = 1e3 are rounded: 1e-13, times points of size 4 and their number.
        expect(Math.abs((ess?.[0] as number) * w.reduce((sum, one) => sum + one * one, 0) - 1)).toBeLessThan(1e-10)
        expect(Math.abs((largest?.[0] as number) - Math.max(...w))).toBeLessThan(1e-11)
        // The square, since the root of 0 has no digits.
        expect(Math.abs((error?.[0] as number) ** 2 - left * squares)).toBeLessThan(1e-10)
        drawn.free()
      }),
      { numRuns: 200 },
    )
  })
})
