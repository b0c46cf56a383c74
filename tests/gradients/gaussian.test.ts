import { type Backend, exponential, fromRows, linear, type Matrix, type Scalar, type TimeGrid, vpLinear } from '@tweedie/core'
import type { CpuTensor } from '@tweedie/core/cpu'
import { hessian, hessianVector } from '@tweedie/nn'
import { ddim, dpmSolver2M, flowMap, heun, probabilityFlow, type Solver } from '@tweedie/ode-sde'
import { as, gaussian, mixture } from '@tweedie/score'
import { describe, expect, it } from 'vitest'
import { B, D, differences, expectClose, leavingNothing, normals, readAll, type T } from './support.js'

/** Derivatives of what is Gaussian, against closed forms. */

const process = vpLinear()
// C = V diag(λ) Vᵀ with V a rotation, so that closed forms need no decomposition of their own.
const angle = 0.6
const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
const spectral = (first: number, second: number): number[] => [
  cos * cos * first + sin * sin * second,
  cos * sin * (first - second),
  cos * sin * (first - second),
  sin * sin * first + cos * cos * second,
]
const variances = [2, 0.3] as const
const [c11, c12, c21, c22] = spectral(...variances) as [number, number, number, number]
const covariance = fromRows([
  [c11, c12],
  [c21, c22],
])
const law = { mean: [0.5, -1], covariance }
const rows = 2
const start = normals(21, rows * 2)

const flowJacobian = async (grid: TimeGrid, solver: Solver): Promise<Float64Array> =>
  (
    await readAll(() => {
      const flow = flowMap(D, probabilityFlow(D, process, gaussian(D, law)(process)), { grid, solver })
      return { blocks: D.rowJacobian((x: Matrix<T>) => flow(x), B.tensor(start, [rows, 2])) }
    })
  ).blocks

describe('the flow map of a Gaussian', () => {
  it('with ddim has the product of its steps as Jacobian, to rounding', () =>
    leavingNothing(async () => {
      const grid = exponential(process, 20)
      // In direction λ a step multiplies by propagator + weight α λ/(α² λ + σ²).
      const factor = (lambda: number): number =>
        grid.slice(1).reduce((product, s, k) => {
          const t = grid[k] as number
          const [alpha, sigma, ratio] = [process.alpha(t), process.sigma(t), process.sigma(s) / process.sigma(t)]
          const gain = (alpha * lambda) / (alpha * alpha * lambda + sigma * sigma)
          return product * (ratio + (process.alpha(s) - alpha * ratio) * gain)
        }, 1)
      const exact = spectral(factor(variances[0]), factor(variances[1]))
      expectClose(await flowJacobian(grid, ddim), [...exact, ...exact], 1e-13)
    }))

  it.each([
    [heun.name, heun],
    [dpmSolver2M.name, dpmSolver2M],
  ] as const)('with %s has a Jacobian that converges at order 2 to √((α_s² λ + σ_s²)/(α_t² λ + σ_t²)) in direction λ', (_, solver) =>
    leavingNothing(async () => {
      const range = { start: 1, stop: 0.1 }
      const noise = (t: number, lambda: number): number => process.alpha(t) ** 2 * lambda + process.sigma(t) ** 2
      const factor = (lambda: number): number => Math.sqrt(noise(range.stop, lambda) / noise(range.start, lambda))
      const exact = spectral(factor(variances[0]), factor(variances[1]))
      const error = async (steps: number): Promise<number> => {
        const found = await flowJacobian(linear(process, steps, range), solver)
        return Math.max(...found.map((each, e) => Math.abs(each - (exact[e % 4] as number))))
      }
      const [coarse, fine] = [await error(20), await error(40)]
      expect(Math.log2(coarse / fine)).toBeGreaterThan(1.7)
      expect(Math.log2(coarse / fine)).toBeLessThan(2.4)
      expect(fine).toBeLessThan(1e-2)
    }),
  )
})

describe('the Hessian of a log-density', () => {
  const time = 0.3
  const [alpha, sigma] = [process.alpha(time), process.sigma(time)]

  it('of a Gaussian is −(α² C + σ² I)⁻¹, whatever x', () =>
    leavingNothing(async () => {
      const { curvature } = await readAll(() => ({
        curvature: hessian(B, logDensityOf([law]))(B.tensor(start.slice(0, 2), [1, 2])),
      }))
      expectClose(curvature, spectral(-1 / (alpha ** 2 * variances[0] + sigma ** 2), -1 / (alpha ** 2 * variances[1] + sigma ** 2)), 1e-12)
    }))

  const components = [
    { ...law, weight: 2 },
    {
      mean: [-1, 0.4],
      covariance: fromRows([
        [0.2, 0],
        [0, 0.1],
      ]),
      weight: 1,
    },
    {
      mean: [1, 1.5],
      covariance: fromRows([
        [0.3, -0.2],
        [-0.2, 0.5],
      ]),
      weight: 3,
    },
  ]
  const logDensityOf =
    (parts: readonly (typeof law)[]) =>
    <N>(b: Backend<N>) =>
    (x: Matrix<N>): Scalar<N> =>
      b.sum(mixture(b, parts)(process).logDensity(x, time))

  it('of a mixture is the Jacobian of its score by differences, is symmetric, and acts on vectors', () =>
    leavingNothing(async () => {
      const source = mixture(B, components)(process)
      const score = as('score', process)(source)
      for (const seed of [1, 2, 3, 4, 5]) {
        const at = normals(30 + seed, 2)
        const v = normals(40 + seed, 2)
        const { curvature, product, again } = await readAll(() => {
          const x: Matrix<CpuTensor> = B.tensor(at, [1, 2])
          const own = as('score', process)(mixture(D, components)(process))
          return {
            curvature: hessian(B, logDensityOf(components))(x),
            product: hessianVector(B, logDensityOf(components))(x, B.tensor(v, [1, 2])),
            again: D.rowJacobian((y: Matrix<T>) => own(y, time), x),
          }
        })
        const byDifferences = await differences(async (x) => (await readAll(() => ({ s: score(B.tensor(x, [1, 2]), time) }))).s, at)
        expectClose(curvature, byDifferences, 1e-8)
        // The score's own formula, differentiated once, to rounding.
        expectClose(curvature, again, 1e-12)
        const [h11, h12, h21, h22] = curvature as unknown as [number, number, number, number]
        expectClose([h12], [h21], 1e-12)
        expectClose(product, [h11 * (v[0] as number) + h12 * (v[1] as number), h21 * (v[0] as number) + h22 * (v[1] as number)], 1e-12)
      }
      source.free()
    }))
})
