import fc from 'fast-check'
import { expect, test } from 'vitest'
import { prior } from './derived.js'
import { edm } from './edm.js'
import { ornsteinUhlenbeck } from './ornstein-uhlenbeck.js'
import { vanishingLinear } from './vanishing-linear.js'
import { varianceExploding } from './variance-exploding.js'

test('the prior is at the noisiest time of any process', () => {
  const between = (min: number, max: number) => fc.integer({ min: 100 * min, max: 100 * max }).map((k) => k / 100)
  const processes = fc.oneof(
    between(1, 12).map((end) => ornsteinUhlenbeck({ end })),
    between(0, 0.5).map((floor) => vanishingLinear({ floor })),
    between(1, 50).map((sigmaMax) => varianceExploding({ sigmaMin: 0.01, sigmaMax })),
    between(1, 90).map((sigmaMax) => edm({ sigmaMin: 0.01, sigmaMax })),
  )
  fc.assert(
    fc.property(processes, between(0, 1), (process, fraction) => {
      const [start, end] = process.timeRange
      const { time, alpha, sigma } = prior(process)
      expect([alpha, sigma]).toEqual([process.alpha(time), process.sigma(time)])
      expect(process.logSnr(start + (end - start) * fraction)).toBeGreaterThanOrEqual(process.logSnr(time))
      expect(sigma).toBeGreaterThanOrEqual(process.sigma(start))
      expect(time).toBeGreaterThan(start)
    }),
  )
})
