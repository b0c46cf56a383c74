import { key, type Matrix, ornsteinUhlenbeck } from '@tweedie/core'
import type { CpuTensor } from '@tweedie/core/cpu'
import { describe, expect, it } from 'vitest'
import { brownianPath } from '../../noise/brownian-path.js'
import { solve } from '../../solve/solve.js'
import { diagonalSdeTerm } from '../../term/diagonal-sde.js'
import { sdeTerm } from '../../term/ode-term.js'
import { reverseSde } from '../../term/reverse-sde.js'
import type { SdeTerm } from '../../term/term.js'
import { B, gaussianField, logSlope } from '../../testing/test-problems.js'
import type { Solver } from '../solver.js'
import { ddpmAncestralWith } from './ddpm-ancestral.js'
import { dpmSolverSde } from './dpm-solver-sde.js'
import { eulerMaruyama } from './euler-maruyama.js'
import { exponentialEulerMaruyama } from './exponential-euler-maruyama.js'
import { heunStratonovich } from './heun-stratonovich.js'
import { milstein } from './milstein.js'
import { shark } from './shark.js'
import { splitting } from './splitting.js'
import { sra1 } from './sra1.js'

// Strong orders along one brownianPath that finer and finer grids refine, in both directions of time. 100 paths leave some hundredths in a
// slope; the next term of the error leaves the rest of the 0.25.
const rows = 100
const path = brownianPath(B, key(12), { span: [0, 2] })
const increment = (t: number, s: number): Promise<Float64Array> => B.read(path.increment({ step: 0, t, s }, [rows, 1]))

const end = async (term: SdeTerm<CpuTensor>, solver: Solver, from: number, to: number, steps: number, start: number) => {
  const grid = Array.from({ length: steps + 1 }, (_, k) => from + ((to - from) * k) / steps)
  return B.read((await solve(B, term, { initial: B.full([rows, 1], start), grid, solver, brownian: path })).x)
}
const slope = async (error: (steps: number) => Promise<number>, steps = [8, 16, 32, 64, 128]): Promise<number> => {
  const errors: number[] = []
  for (const count of steps) errors.push(await error(count))
  return logSlope(
    steps.map((count) => 1 / count),
    errors,
  )
}
const distance = (a: Float64Array, b: Float64Array): number =>
  a.reduce((sum, value, i) => sum + Math.abs(value - (b[i] as number)), 0) / rows

describe('geometric Brownian motion, along a path', () => {
  const [a, b] = [0.3, 0.8]
  const term = diagonalSdeTerm(B, {
    drift: (x) => B.mul(x, a),
    diffusion: (x) => B.mul(x, b),
    diffusionDerivative: (x: Matrix<CpuTensor>) => B.full(B.shape(x), b),
  })
  /** x₀ exp(a (s − t) − correction |s − t| + b (W_s − W_t)): the correction is b²/2 in Itô's sense and 0 in Stratonovich's. */
  const exact = async (t: number, s: number, correction: number): Promise<Float64Array> =>
    (await increment(t, s)).map((w) => Math.exp(a * (s - t) - correction * Math.abs(s - t) + b * w))
  for (const [t, s] of [
    [0.5, 1.5],
    [1.5, 0.5],
  ] as const)
    for (const [solver, order, correction] of [
      [milstein, 1, (b * b) / 2],
      [eulerMaruyama, 0.5, (b * b) / 2],
      [heunStratonovich, 1, 0],
    ] as const)
      it(`${solver.name} has strong order ${order}, from ${t} to ${s}`, async () => {
        const solution = await exact(t, s, correction)
        const measured = await slope(async (steps) => distance(await end(term, solver, t, s, steps, 1), solution))
        expect(Math.abs(measured - order)).toBeLessThan(0.25)
      })

  it('is refused by methods for additive noise', async () => {
    for (const solver of [sra1, shark, exponentialEulerMaruyama, dpmSolverSde])
      await expect(end(term, solver, 1, 0, 2, 1)).rejects.toThrow(/depends on the state.*milstein/s)
  })
})

describe('a curved drift with noise that changes in time, along a path', () => {
  const term = sdeTerm(
    B,
    (x, t) => B.add(B.sin(B.mul(x, 2)), t),
    (t) => 0.5 + t * t,
  )
  for (const [t, s] of [
    [0, 1],
    [1, 0],
  ] as const)
    for (const solver of [sra1, shark])
      it(`${solver.name} has strong order 1.5, from ${t} to ${s}`, async () => {
        // The other method at steps 8 times finer than the finest: its error is a twentieth.
        const reference = await end(term, solver === sra1 ? shark : sra1, t, s, 1024, 0.4)
        const measured = await slope(async (steps) => distance(await end(term, solver, t, s, steps, 0.4), reference))
        expect(Math.abs(measured - (solver.strongOrder as number))).toBeLessThan(0.25)
      })
})

describe('the reverse equation of a Gaussian, along a path', () => {
  const process = ornsteinUhlenbeck()
  const term = reverseSde(B, process, gaussianField({ mean: [1], variance: [0.25] }, process))
  const reference = end(term, shark, 2, 0.25, 512, 0.6)
  for (const solver of [
    eulerMaruyama,
    exponentialEulerMaruyama,
    heunStratonovich,
    dpmSolverSde,
    ddpmAncestralWith('posterior'),
    ddpmAncestralWith('transition'),
    splitting('39'),
    splitting('39', { noiseFirst: true }),
    splitting('authors'),
  ])
    it(`${solver.name} has strong order 1`, async () => {
      const exact = await reference
      const measured = await slope(async (steps) => distance(await end(term, solver, 2, 0.25, steps, 0.6), exact), [8, 16, 32, 64, 128])
      expect(Math.abs(measured - (solver.strongOrder as number))).toBeLessThan(0.25)
    })
})
