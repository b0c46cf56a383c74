import { diffusionSquared, drift, fromRows, key, type Matrix, normalArray, uniformLogSnr, vanishingLinear } from '@tweedie/core'
import { type CpuTensor, cpu } from '@tweedie/core/cpu'
import { ddim, dop853, heun, odeTerm, probabilityFlow, rungeKutta4, type Solver, solve, type Term, velocity } from '@tweedie/ode-sde'
import { as, pointCloud } from '@tweedie/score'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'

// Paper A's simplified field dx/dt = [x − (1 + t) m]/(2t) (docs/formulas.md §2) is f x − ½ g² score for α = 1 − t, σ² = t (§1).

const B = cpu()
const process = vanishingLinear()
const epsilon = 2 ** -52

/** m(x, t) of a cloud from its definition, Σ w_i y_i with w_i ∝ exp(−|x − (1 − t) y_i|²/(2t)); nothing of the library is in it. */
const posteriorMean = (cloud: readonly (readonly number[])[], x: readonly number[], t: number): number[] => {
  const logits = cloud.map((y) => -y.reduce((sum, value, k) => sum + ((x[k] as number) - (1 - t) * value) ** 2, 0) / (2 * t))
  const most = Math.max(...logits)
  const weights = logits.map((logit) => Math.exp(logit - most))
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  return x.map((_, k) => weights.reduce((sum, weight, i) => sum + (weight / total) * (cloud[i]?.[k] as number), 0))
}

const coordinate = fc.integer({ min: -3000, max: 3000 }).map((k) => k / 1000)
const cases = fc.integer({ min: 1, max: 4 }).chain((d) =>
  fc.record({
    cloud: fc.array(fc.array(coordinate, { minLength: d, maxLength: d }), { minLength: 1, maxLength: 8 }),
    x: fc.array(coordinate, { minLength: d, maxLength: d }),
    t: fc.double({ min: 1e-3, max: 1, noNaN: true }),
  }),
)

describe('[x − (1 + t) m]/(2t)', () => {
  test('is the velocity of the probability flow, at every x, t and cloud, at α = 0 too', async () => {
    const atOne = cases.map((each) => ({ ...each, t: 1 }))
    await fc.assert(
      fc.asyncProperty(fc.oneof({ weight: 9, arbitrary: cases }, { weight: 1, arbitrary: atOne }), async ({ cloud, x, t }) => {
        const source = pointCloud(B, fromRows(cloud))(process)
        const state = B.tensor(x, [1, x.length])
        const general = await B.read(velocity(probabilityFlow(B, process, source))(state, t))
        const m = posteriorMean(cloud, x, t)
        // A logit |x − α y|²/(2t) is rounded by a few units of its size; the weights are off by that, and m by that times the cloud's extent.
        const size = Math.max(
          ...cloud.map((y) => y.reduce((sum, value, k) => sum + ((x[k] as number) - (1 - t) * value) ** 2, 0) / (2 * t)),
        )
        for (const [k, value] of general.entries())
          expect(Math.abs(value - ((x[k] as number) - (1 + t) * (m[k] as number)) / (2 * t))).toBeLessThanOrEqual(
            (50 * epsilon * (1 + size)) / t,
          )
      }),
      { numRuns: 300 },
    )
  })

  test('is f x − ½ g² score, where α > 0', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async ({ cloud, x, t }) => {
        fc.pre(t < 0.999)
        const source = pointCloud(B, fromRows(cloud))(process)
        const state = B.tensor(x, [1, x.length])
        const [score, m] = [await B.read(as('score', process)(source)(state, t)), await B.read(source(state, t))]
        const [f, g2] = [drift(process, t), diffusionSquared(process, t)]
        for (const [k, value] of score.entries()) {
          const [own, mean] = [x[k] as number, m[k] as number]
          // Both terms grow like 1/(1 − t) and cancel: a few roundings of their sizes.
          const room = 20 * epsilon * (Math.abs(f * own) + g2 * (Math.abs(value) + (Math.abs(own) + Math.abs(mean)) / t))
          expect(Math.abs(f * own - 0.5 * g2 * value - (own - (1 + t) * mean) / (2 * t))).toBeLessThanOrEqual(room)
        }
      }),
      { numRuns: 300 },
    )
  })
})

describe('integrated from noise at t = 1', () => {
  const source = pointCloud(
    B,
    fromRows([
      [0, 1],
      [1.2, -0.4],
      [-1, -0.8],
    ]),
  )(process)
  const simplified = odeTerm(B, (x: Matrix<CpuTensor>, t) => B.mul(B.sub(x, B.mul(source(x, t), 1 + t)), 1 / (2 * t)))
  const general = probabilityFlow(B, process, source)
  const end = async (term: Term<CpuTensor>, solver: Solver, steps: number): Promise<Float64Array> => {
    const initial = B.tensor(normalArray(key(8), 40), [20, 2])
    const grid = [1, ...uniformLogSnr(process, steps - 1, { start: process.timeOfLogSnr(-8), stop: process.timeOfLogSnr(5) })]
    const { x } = await solve(B, term, { initial, grid, solver })
    return B.read(x)
  }
  const apart = (a: Float64Array, b: Float64Array): number => Math.max(...a.map((value, k) => Math.abs(value - (b[k] as number))))

  test.each([heun, rungeKutta4, dop853])('both give the same states by $name, to rounding', async (solver) => {
    // Errors of a unit of rounding a step, spread apart between the points by at most e⁵ (the flow there grows like the ratio of densities).
    expect(apart(await end(simplified, solver, 60), await end(general, solver, 60))).toBeLessThan(60 * epsilon * Math.exp(5) * 10)
  })

  test('the exponential step of the general one comes to the same flow, at order 1', async () => {
    const exact = await end(simplified, dop853, 200)
    const [coarse, fine] = [apart(await end(general, ddim, 200), exact), apart(await end(general, ddim, 400), exact)]
    expect(fine).toBeLessThan(0.05)
    // The first step, from α = 0, is the same on both grids and keeps part of the error.
    expect(coarse / fine).toBeGreaterThan(1.6)
    expect(coarse / fine).toBeLessThan(2.4)
  })

  test('a field with (1 − t) in place of (1 + t) is another flow', async () => {
    const other = odeTerm(B, (x: Matrix<CpuTensor>, t) => B.mul(B.sub(x, B.mul(source(x, t), 1 - t)), 1 / (2 * t)))
    expect(apart(await end(other, rungeKutta4, 60), await end(general, rungeKutta4, 60))).toBeGreaterThan(0.1)
  })
})
