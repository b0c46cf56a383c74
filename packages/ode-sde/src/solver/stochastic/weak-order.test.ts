import { ornsteinUhlenbeck, vpLinear } from '@tweedie/core'
import type { CpuTensor } from '@tweedie/core/cpu'
import { describe, expect, it } from 'vitest'
import type { Brownian } from '../../noise/brownian.js'
import { solve } from '../../solve/solve.js'
import { reverseSde } from '../../term/reverse-sde.js'
import { B, gaussianField, logSlope, uniform } from '../../testing/test-problems.js'
import { ddpmAncestralWith } from './ddpm-ancestral.js'
import { dpmSolverSde } from './dpm-solver-sde.js'
import { eulerMaruyama } from './euler-maruyama.js'
import { exponentialEulerMaruyama } from './exponential-euler-maruyama.js'
import { heunStratonovich } from './heun-stratonovich.js'
import { shark } from './shark.js'
import { splitting } from './splitting.js'
import { sra1 } from './sra1.js'

// The second moment at the end, without Monte Carlo error: increments and areas are the columns of a Hadamard matrix, of mean 0 and without
// correlation, and the second moment of a linear equation sees no more.
const rows = 128
const odd = (value: number): boolean => value !== 0 && !odd(value & (value - 1))
const signs = (column: number, size: number) =>
  B.tensor(
    Float64Array.from({ length: rows }, (_, i) => (odd(i & column) ? size : -size)),
    [rows, 1],
  )
const brownian: Brownian<CpuTensor> = {
  refines: false,
  increment: ({ step, t, s }) => signs(2 * step + 1, Math.sqrt(Math.abs(t - s))),
  levyArea: ({ step, t, s }) => signs(2 * step + 2, Math.sqrt(Math.abs(t - s) / 12)),
}

const [mu, c, x0] = [1, 0.25, 0.6]
const cases = [
  [ornsteinUhlenbeck(), 2, 0.3],
  [vpLinear(), 0.6, 0.15],
] as const

for (const [process, t, s] of cases)
  describe(`the reverse equation of a Gaussian under ${process.name}`, () => {
    const term = reverseSde(B, process, gaussianField({ mean: [mu], variance: [c] }, process))
    // X_s given X_t = x₀, by conditioning of Gaussians.
    const spread = (u: number): number => process.alpha(u) ** 2 * c + process.sigma(u) ** 2
    const gain = ((process.alpha(t) / process.alpha(s)) * spread(s)) / spread(t)
    const mean = process.alpha(s) * mu + gain * (x0 - process.alpha(t) * mu)
    const moment = mean * mean + spread(s) - gain * gain * spread(t)
    for (const solver of [
      eulerMaruyama,
      exponentialEulerMaruyama,
      heunStratonovich,
      sra1,
      shark,
      dpmSolverSde,
      ddpmAncestralWith('posterior'),
      ddpmAncestralWith('transition'),
      splitting('23'),
      splitting('23', { noiseFirst: true }),
      splitting('authors'),
    ])
      it(`${solver.name} has weak order ${solver.order}`, async () => {
        const steps = [20, 28, 36, 48, 60]
        const errors: number[] = []
        for (const count of steps) {
          const { x } = await solve(B, term, { initial: B.full([rows, 1], x0), grid: uniform(t, s, count), solver, brownian })
          errors.push(Math.abs((await B.read(x)).reduce((sum, value) => sum + value * value, 0) / rows - moment))
        }
        const measured = logSlope(
          steps.map((count) => 1 / count),
          errors,
        )
        // The next term of the error at steps of a twentieth of the way.
        expect(Math.abs(measured - solver.order), `${measured} from ${errors.map((e) => e.toExponential(2))}`).toBeLessThan(0.25)
      })
  })
