import { ornsteinUhlenbeck, rectifiedFlow, vanishingLinear, vpLinear } from '@tweedie/core'
import type { CpuTensor } from '@tweedie/core/cpu'
import { field } from '@tweedie/score'
import { flowLaws, type LawfulSampling, testLaws } from '@tweedie/testing'
import { describe, it } from 'vitest'
import { solve } from '../../solve/solve.js'
import { type Churn, churnSde } from '../../term/churn.js'
import { reverseSde } from '../../term/reverse-sde.js'
import { B } from '../../testing/test-problems.js'
import type { Solver } from '../solver.js'
import { ddpmAncestral, ddpmAncestralWith } from './ddpm-ancestral.js'
import { dpmSolverSde } from './dpm-solver-sde.js'
import { exponentialEulerMaruyama } from './exponential-euler-maruyama.js'
import { heunStratonovich } from './heun-stratonovich.js'
import { predictorCorrector } from './predictor-corrector.js'
import { shark } from './shark.js'
import { splitting } from './splitting.js'
import { sra1 } from './sra1.js'

/** By a solver, on the reverse equation or with another amount of noise. */
const by = (solver: Solver, eta?: Churn): LawfulSampling<CpuTensor> => ({
  flow: () => Promise.reject(new Error('not asked for')),
  reverse: async (process, m, initial, grid, key) => {
    const denoise = field(B, 'denoiser', m)
    const term = eta === undefined ? reverseSde(B, process, denoise) : churnSde(B, process, denoise, eta)
    return (await solve(B, term, { initial, grid, solver, key })).x
  },
})

/** The law of a mixture on the line: mean, variance and distribution function at the end against the exact ones. */
const marginals = (process: Parameters<typeof flowLaws>[1], sampling: LawfulSampling<CpuTensor>) =>
  flowLaws(B, process, sampling, { steps: 64, rows: 1000 }).filter(({ name }) => name.includes('the reverse equation carries'))

for (const solver of [
  heunStratonovich,
  sra1,
  shark,
  exponentialEulerMaruyama,
  dpmSolverSde,
  ddpmAncestral,
  ddpmAncestralWith('transition'),
  splitting('23'),
  splitting('25'),
  splitting('39', { noiseFirst: true }),
  splitting('authors'),
  predictorCorrector(),
  predictorCorrector({ predictor: dpmSolverSde, corrections: 2, signalToNoise: 0.1 }),
])
  describe(solver.name, () => testLaws(it, marginals(ornsteinUhlenbeck(), by(solver))))

for (const [name, eta] of [
  ['0', 0],
  ['0.5', 0.5],
  ['1.5', 1.5],
  ['of time', (t: number) => (t > 0.1 && t < 0.6 ? 1 : 0.2)],
] as const)
  describe(`churnSde with η ${name}`, () => {
    for (const [solver, process] of [
      [exponentialEulerMaruyama, vanishingLinear()],
      [dpmSolverSde, vpLinear()],
      [predictorCorrector(), rectifiedFlow()],
    ] as const)
      describe(solver.name, () => testLaws(it, marginals(process, by(solver, eta))))
  })
