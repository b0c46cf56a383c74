/** Paper B, eq. (62), (64), (72) and (78). The paper's S is −score. */
import { fold, fromRows, normalArray } from '@tweedie/core'
import { as, gaussian } from '@tweedie/score'
import { evenly, keys } from '@tweedie/testing'
import fc from 'fast-check'
import { describe, it } from 'vitest'
import { lineNormal } from '../support/line-normal.js'
import { randomPoints } from '../support/points.js'
import { at, B, expectClose, minus, norm, ou, rowsOf, times, value, views } from './test-support.js'

describe('closed forms', () => {
  it('(62): score (−x₁, −x₂/v), noise (√v x₁, x₂/√v) and denoiser (a x₁, 0) of the line', () =>
    fc.assert(
      fc.asyncProperty(value, value, times, async (x1, x2, t) => {
        const { score, noise, denoiser } = views(lineNormal())
        const [a, v] = [Math.exp(-t / 2), 1 - Math.exp(-t)]
        // 1 − e^(−t), written so, has a relative error of 1e-16/t here; the noise of x₁ subtracts two numbers near x₁ before it divides by √v.
        const lost = 1e-14 + 4e-16 / t
        expectClose((await at(score, [[x1, x2]], t))[0] as number[], [-x1, -x2 / v], lost)
        expectClose((await at(denoiser, [[x1, x2]], t))[0] as number[], [a * x1, 0], lost)
        expectClose((await at(noise, [[x1, x2]], t))[0] as number[], [Math.sqrt(v) * x1, x2 / Math.sqrt(v)], lost, 1e-15 / Math.sqrt(v))
      }),
    ))

  it('(72): score −(x − aμ)/(1 + (s² − 1) e^(−t)) of N(μ, s²), on the line and in one dimension', () =>
    fc.assert(
      fc.asyncProperty(value, value, evenly(0.1, 3), times, async (x, mean, deviation, t) => {
        const exact = -(x - Math.exp(-t / 2) * mean) / (1 + (deviation ** 2 - 1) * Math.exp(-t))
        const tolerance = 1e-13 * (Math.abs(exact) + 1 / deviation ** 2 + 1)
        const onLine = await at(views(lineNormal({ mean, deviation })).score, [[x, 0]], t)
        const alone = gaussian(B, { mean: [mean], covariance: fromRows([[deviation ** 2]]) })(ou)
        expectClose([onLine[0]?.[0] as number], [exact], 0, tolerance)
        expectClose((await at(as('score', ou)(alone), [[x]], t))[0] as number[], [exact], 0, tolerance)
        alone.free()
      }),
    ))

  it('(64) and (78): the point cloud is a softmax of squared distances over 2v', () =>
    fc.assert(
      fc.asyncProperty(keys(), fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 4 }), times, async (of, n, d, t) => {
        const support = randomPoints(of, n, d)
        const { denoiser, score } = views(support)
        const x = Array.from(normalArray(fold(of, 3), d))
        const [a, v] = [Math.exp(-t / 2), -Math.expm1(-t)]
        const rows = rowsOf(support.points)
        const logits = rows.map(
          (row) =>
            -(
              norm(
                minus(
                  x,
                  row.map((y) => a * y),
                ),
              ) ** 2
            ) /
            (2 * v),
        )
        const largest = Math.max(...logits)
        const logTotal = largest + Math.log(logits.reduce((sum, logit) => sum + Math.exp(logit - largest), 0))
        const mean = x.map((_, j) => rows.reduce((sum, row, i) => sum + Math.exp((logits[i] as number) - logTotal) * (row[j] as number), 0))
        // Logits up to |largest| are rounded relative to themselves; that moves the weights.
        const rounding = 1e-14 + 4e-16 * Math.abs(largest)
        expectClose((await at(denoiser, [x], t))[0] as number[], mean, 0, 4 * rounding)
        const s = x.map((xj, j) => (a * (mean[j] as number) - xj) / v)
        expectClose((await at(score, [x], t))[0] as number[], s, 0, (8 * rounding) / v + 1e-13 * norm(s))
        denoiser.free()
      }),
    ))
})
