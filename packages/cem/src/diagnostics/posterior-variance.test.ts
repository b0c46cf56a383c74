import { type ForwardProcess, key, ornsteinUhlenbeck, rectifiedFlow, vpLinear } from '@tweedie/core'
import { type CpuTensor, cpu } from '@tweedie/core/cpu'
import { type DensityField, densityField, field } from '@tweedie/score'
import { keys } from '@tweedie/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { circleSupport } from '../support/circle-support.js'
import { curveIn } from '../support/curve-in.js'
import { lineNormal } from '../support/line-normal.js'
import { planeNormal } from '../support/plane-normal.js'
import { randomPoints } from '../support/points.js'
import { spiral } from '../support/spiral.js'
import { surface } from '../support/surface.js'
import { estimate } from './mean-error.js'
import { type NoisedSampleOptions, noisedSample } from './noised-sample.js'
import { intrinsicDimension, posteriorVariance } from './posterior-variance.js'

const B = cpu()
const process = ornsteinUhlenbeck()
const timesOf = (process: ForwardProcess, ratios: readonly number[]): number[] =>
  ratios.map((ratio) => process.timeOfLogSnr(-2 * Math.log(ratio)))

/** tr Cov(X₀ | X_t = x) at the draws that `posteriorVariance` looks at. */
const tracesOf = (exact: DensityField<CpuTensor>, options: NoisedSampleOptions, t: number): Promise<Float64Array> => {
  const { noised } = noisedSample('test', options, t, 0)
  const moments = exact.moments?.(B.tensor(noised.data, [noised.rows, noised.columns]), t)
  return B.read(moments?.covarianceTrace as NonNullable<typeof moments>['covarianceTrace'])
}

describe('(65), E|X₀ − m|² = c σ²/α² with c the intrinsic dimension', () => {
  // c is 1/(1 + (σ/(α s))²) for each of the directions of a Gaussian: below 1 by 1e-4 at σ/α = 0.01 and s = 1.
  for (const process of [ornsteinUhlenbeck(), vpLinear(), rectifiedFlow()])
    it.each([
      [0, randomPoints(key(3), 5, 2)],
      [1, lineNormal()],
      [2, planeNormal({ normal: [1, 2, 3] })],
    ] as const)(`c = %i under ${process.name}`, (dimension, support) =>
      fc.assert(
        fc.asyncProperty(keys(), async (of) => {
          const exact = densityField(B, support.law(B))(process)
          const options = { support, process, key: of, count: 500, times: timesOf(process, [0.01, 0.003, 0.001]) }
          const fit = intrinsicDimension(await posteriorVariance(B, { ...options, field: exact }))
          exact.free()
          // |X₀ − m|²/v is χ² of `dimension` degrees of freedom: variance 2 per degree, 1,500 draws.
          const error = Math.sqrt((2 * dimension) / 1500)
          expect(Math.abs(fit.dimension - dimension)).toBeLessThan(6 * error + 4e-4)
          // The standard error of a standard deviation from χ² draws is about √(14/(4 · 1500)) = 5 % of it.
          expect(Math.abs(fit.standardError - error)).toBeLessThan(6 * 0.05 * error + 1e-12)
          expect(fit.perTime.map(({ t }) => t)).toEqual(options.times)
        }),
        { numRuns: 3 },
      ),
    )

  // Where the support bends the correction is O(σ²/α²) with a constant of the order of its curvature: a percent or two at these. The posterior variance of the
  // exact field has no other noise than that it differs from point to point.
  it.each([
    ['spiral', 1, spiral(), 0.02],
    ['circle', 1, circleSupport(2), 0.05],
    ['curve in R¹⁶', 1, curveIn(16), 0.01],
    ['torus', 2, surface(), 0.1],
  ] as const)('where the support bends: %s, c = %i', async (_, dimension, support, ratio) => {
    const exact = densityField(B, support.law(B))(process)
    const [t] = timesOf(process, [ratio]) as [number]
    const traces = await tracesOf(exact, { support, process, key: key(9), count: 40 }, t)
    exact.free()
    expect(Math.abs(estimate(traces).mean / ratio ** 2 - dimension)).toBeLessThan(0.02 * dimension)
  })

  it.each([spiral({ nodes: 1024 }), circleSupport(2), randomPoints(key(1), 5, 2)])(
    'is the mean posterior variance of an exact field, within 5 standard errors: $name',
    async (support) => {
      const exact = densityField(B, support.law(B))(process)
      const options = { support, process, key: key(21), count: 2000 }
      const [measured] = await posteriorVariance(B, { ...options, field: exact, times: [0.2] })
      const { mean } = estimate(await tracesOf(exact, options, 0.2))
      exact.free()
      expect(Math.abs((measured?.mean as number) - mean)).toBeLessThan(5 * (measured?.standardError as number))
      expect(measured?.standardError).toBeLessThan(0.1 * mean)
    },
  )

  it('of a wrong field is larger by its squared error', async () => {
    // m + b, b constant: E|X₀ − m − b|² = E|X₀ − m|² + |b|², 9 here.
    const support = lineNormal()
    const exact = densityField(B, support.law(B))(process)
    const wrong = field(B, 'denoiser', (x, t) => B.add(exact(x, t), B.tensor([0, 3], [1, 2])))
    const options = { support, process, key: key(2), count: 200, times: [0.5] }
    const [right] = await posteriorVariance(B, { ...options, field: exact })
    const [off] = await posteriorVariance(B, { ...options, field: wrong })
    expect((off?.mean as number) - (right?.mean as number)).toBeCloseTo(9, 10)
  })

  it('refuses times without noise, and no times', async () => {
    const support = lineNormal()
    const exact = densityField(B, support.law(B))(process)
    const clean = await posteriorVariance(B, { field: exact, support, process, key: key(1), count: 5, times: [0] })
    expect(() => intrinsicDimension(clean)).toThrow(/σ²\/α² = 0/)
    expect(() => intrinsicDimension([])).toThrow(/no times/)
  })
})
