import { type Backend, exponential, fromRows, type Matrix, vanishingLinear } from '@tweedie/core'
import type { CpuTensor } from '@tweedie/core/cpu'
import { ddim, dpmSolver2M, flowMap, heun, probabilityFlow, type Solver, solve } from '@tweedie/ode-sde'
import { type DensityField, field, mixture, pointCloud } from '@tweedie/score'
import { describe, it } from 'vitest'
import { B, D, differences, expectClose, innerProduct, leavingNothing, normals, readAll, type T } from './support.js'

/** Solves of 20 steps with respect to their initial state, and with respect to the points of their cloud. */

const process = vanishingLinear({ floor: 0.05 })
const grid = exponential(process, 20)
const rows = 2
const table = fromRows([
  [0.5, -0.2],
  [-1, 0.7],
  [1.2, 1.1],
  [-0.4, -1.3],
  [0.1, 0.9],
])
const components = [
  {
    mean: [0.8, -0.5],
    covariance: fromRows([
      [0.3, 0.1],
      [0.1, 0.2],
    ]),
    weight: 2,
  },
  {
    mean: [-1, 0.6],
    covariance: fromRows([
      [0.2, -0.05],
      [-0.05, 0.4],
    ]),
  },
]
const laws: Record<string, <N>(b: Backend<N>) => DensityField<N>> = {
  'a point cloud': (b) => pointCloud(b, table)(process),
  'a Gaussian mixture': (b) => mixture(b, components)(process),
}
const solvers: readonly Solver[] = [heun, ddim, dpmSolver2M]
const cases = Object.entries(laws).flatMap(([name, law]) => solvers.map((solver) => [name, solver.name, law, solver] as const))

describe.each(cases)('a solve over %s with %s', (_, __, law, solver) => {
  const start = normals(11, rows * 2)
  /** The flow on a backend, for one call: the law's tensors are freed with the scope around. */
  const flow = <N>(b: Backend<N>, x: Matrix<N>): Matrix<N> => flowMap(b, probabilityFlow(b, process, law(b)), { grid, solver })(x)
  const bring = (numbers: Float64Array): Matrix<CpuTensor> => B.tensor(numbers, [rows, 2])

  it('has the Jacobian by its initial state that differences of `solve` give, the same in both modes', () =>
    leavingNothing(async () => {
      const held = law(B)
      const end = async (numbers: Float64Array): Promise<Float64Array> => {
        const initial = bring(numbers)
        const { x } = await solve(B, probabilityFlow(B, process, held), { initial, grid, solver })
        const read = await B.read(x)
        for (const each of [x, initial]) B.free(each)
        return read
      }
      const v = normals(12, rows * 2)
      const u = normals(13, rows * 2)
      const { value, jacobian, blocks, tangent, pulled } = await readAll(() => {
        const x = bring(start)
        const traced = (y: Matrix<T>): Matrix<T> => flow(D, y)
        const { value, tangent } = D.jacobianVector(traced, x, bring(v))
        const pulled = D.vectorJacobian(traced, x).pull(bring(u))
        return { value, tangent, pulled, jacobian: D.jacobian(traced, x), blocks: D.rowJacobian(traced, x) }
      })
      expectClose(value, await end(start), 0)
      expectClose(jacobian, await differences(end, start), 1e-6)
      held.free()

      // To rounding: ⟨u, Jv⟩ = ⟨Jᵀu, v⟩, and rows depend on their own initial state alone.
      expectClose([innerProduct(u, tangent)], [innerProduct(pulled, v)], 1e-12)
      const width = rows * 2
      const diagonal = Array.from({ length: rows * 4 }, (_, e) => {
        const [i, r, j] = [Math.floor(e / 4), Math.floor(e / 2) % 2, e % 2]
        return jacobian[(i * 2 + r) * width + i * 2 + j] as number
      })
      expectClose(blocks, diagonal, 1e-13)
      const across = Array.from(jacobian).filter((_, e) => Math.floor(e / width / 2) !== Math.floor((e % width) / 2))
      expectClose(
        across,
        across.map(() => 0),
        0,
      )
    }))
})

describe.each(solvers.map((solver) => [solver.name, solver] as const))('a solve with %s by the points of its cloud', (_, solver) => {
  const points = Float64Array.from(table.data)
  const weights = normals(15, rows * 2)
  /** Σ w · Φ(x) as a function of the points of the cloud. */
  const total = <N>(b: Backend<N>, cloud: Matrix<N>): Matrix<N> => {
    const denoiser = field(b, 'denoiser', (x: Matrix<N>, t) =>
      b.posteriorMean(x, { points: cloud }, { alpha: process.alpha(t), sigma: process.sigma(t) }),
    )
    const end = flowMap(b, probabilityFlow(b, process, denoiser), { grid, solver })(b.tensor(normals(14, rows * 2), [rows, 2]))
    return b.reshape(b.sum(b.mul(end, b.tensor(weights, [rows, 2]))), [1, 1])
  }

  it('has the gradient that differences give, in both modes', () =>
    leavingNothing(async () => {
      const v = normals(16, points.length)
      const { gradient, tangent } = await readAll(() => {
        const cloud: Matrix<CpuTensor> = B.tensor(points, [table.rows, 2])
        return {
          gradient: D.gradient((y: Matrix<T>) => D.sum(total(D, y)))(cloud),
          tangent: D.jacobianVector((y: Matrix<T>) => total(D, y), cloud, B.tensor(v, [table.rows, 2])).tangent,
        }
      })
      const at = async (numbers: Float64Array) => (await readAll(() => ({ total: total(B, B.tensor(numbers, [table.rows, 2])) }))).total
      expectClose(gradient, await differences(at, points), 1e-6)
      expectClose(tangent, [innerProduct(gradient, v)], 1e-12)
    }))
})
