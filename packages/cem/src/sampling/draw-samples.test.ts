import { exponential, forwardProcess, fromRows, key, linear, ornsteinUhlenbeck, uniformLogSnr, vpLinear } from '@tweedie/core'
import { type CpuTensor, cpu } from '@tweedie/core/cpu'
import { ddim, ddpmAncestral, dpmSolver2M, dpmSolverSde, splitting } from '@tweedie/ode-sde'
import { as, type Field, gaussian, type Kind } from '@tweedie/score'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type DrawOptions, drawSamples } from './draw-samples.js'

const B = cpu()
const process = ornsteinUhlenbeck()
const law = {
  mean: [1, -2],
  covariance: fromRows([
    [0.5, 0.2],
    [0.2, 0.3],
  ]),
}
const exact = gaussian(B, law)(process)
const options: DrawOptions = {
  process,
  grid: exponential(process, 12, { epsilon: 1e-2 }),
  solver: ddim,
  count: 7,
  dimension: 2,
  key: key(1),
}

describe('drawSamples', () => {
  it('gives sample i whatever the count and the chunk, for solvers of both kinds', async () => {
    const solvers = fc.constantFrom(ddim, dpmSolver2M, splitting('39'), ddpmAncestral)
    await fc.assert(
      fc.asyncProperty(
        solvers,
        fc.integer({ min: 1, max: 9 }),
        fc.integer({ min: 1, max: 9 }),
        fc.nat(1e6),
        async (solver, count, chunk, seed) => {
          const draw = (changes: Partial<DrawOptions>) => drawSamples(B, exact, { ...options, solver, key: key(seed), ...changes })
          const [all, some] = [await draw({ count: 9 }), await draw({ count, chunk })]
          expect([...some.data]).toEqual([...all.data.subarray(0, 2 * count)])
        },
      ),
      { numRuns: 30 },
    )
  })

  it('reads a field of any kind as a denoiser', async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom('score' as const, 'noise' as const, 'velocity' as const), fc.nat(1e6), async (kind, seed) => {
        const draw = (field: Field<Kind, CpuTensor>) =>
          drawSamples(B, field, { ...options, grid: linear(process, 12, { stop: 0.1 }), key: key(seed) })
        const [one, other] = [await draw(exact), await draw(as(kind, process)(exact))]
        // Rounding: x − α m loses a factor α/σ² < 10 twice per step, over 12 steps.
        for (const [e, value] of one.data.entries())
          expect(Math.abs(value - (other.data[e] as number))).toBeLessThan(1e-11 * (1 + Math.abs(value)))
      }),
      { numRuns: 20 },
    )
  })

  it('draws from the law: mean and covariance of a normal one', async () => {
    const count = 20_000
    for (const [p, solver] of [
      [process, dpmSolverSde],
      [vpLinear(), dpmSolver2M],
    ] as const) {
      const field = gaussian(B, law)(p)
      const { data } = await drawSamples(B, field, {
        ...options,
        process: p,
        grid: uniformLogSnr(p, 40, { stop: 1e-3 }),
        solver,
        count,
      })
      const mean = [0, 1].map((j) => data.reduce((sum, x, e) => (e % 2 === j ? sum + x : sum), 0) / count)
      const variance = [0, 1].map((j) => data.reduce((sum, x, e) => (e % 2 === j ? sum + (x - (mean[j] as number)) ** 2 : sum), 0) / count)
      // 5 standard errors (wrong once in 4e5 runs of eight numbers) and a few per cent for 40 steps and the noise left at the end.
      for (const j of [0, 1]) {
        const exactVariance = law.covariance.data[3 * j] as number
        expect(Math.abs((mean[j] as number) - (law.mean[j] as number))).toBeLessThan(5 * Math.sqrt(exactVariance / count) + 0.02)
        expect(Math.abs((variance[j] as number) / exactVariance - 1)).toBeLessThan(5 * Math.sqrt(2 / count) + 0.05)
      }
    }
  })

  it('frees what it makes, also when interrupted', async () => {
    const before = B.liveTensors()
    await drawSamples(B, exact, options)
    const stop = new AbortController()
    stop.abort()
    await expect(drawSamples(B, exact, { ...options, signal: stop.signal })).rejects.toMatchObject({ _tag: 'Aborted' })
    expect(B.liveTensors()).toBe(before)
  })

  it('refuses a grid that increases, a process without a prior, and counts that are none', async () => {
    const refusal = (changes: Partial<DrawOptions>) =>
      drawSamples(B, exact, { ...options, ...changes }).catch((error: Error) => error.message)
    expect(await refusal({ grid: [0.1, 1, 10] })).toMatch(/time 1 at position 1 after 0\.1.*decrease/)
    expect(await refusal({ grid: [11, 1] })).toMatch(/leave \[0, 10\]/)
    const endless = forwardProcess({
      name: 'without end',
      timeRange: [0, 1],
      alpha: () => 1,
      sigma: (t) => t / (1 - t),
      alphaDerivative: () => 0,
      varianceDerivative: (t) => (2 * t) / (1 - t) ** 3,
    })
    expect(await refusal({ process: endless, grid: [0.5, 0.1] })).toMatch(/prior of without end: σ = Infinity/)
    for (const count of [0, 1.5, Number.NaN]) expect(await refusal({ count })).toMatch(/count = /)
    expect(await refusal({ chunk: 0 })).toMatch(/chunk = 0/)
  })
})
