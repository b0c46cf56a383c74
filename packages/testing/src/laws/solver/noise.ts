import type { Backend } from '@tweedie/core'
import { agree, type Law } from '../law.js'
import type { LawfulBrownian, LawfulSolver, LawfulTerm } from './lawful-solver.js'
import { evenly, incrementsOf, march } from './march.js'
import { type OrderMeasurement, orderLaw, solverOrder } from './order.js'
import { brownianPath } from './path.js'
import { constantTerm } from './problems.js'
import { single } from './single.js'

const SPREAD = 0.8
const START = 1.5
/** The next term of the error shows at steps as coarse as 1/4 (1/8 in moments), and a strong error is measured over 100 paths. */
const MARGIN = 0.25

/** dx = x dt + 0.8 dW run from t = 1 down to 0, whose end is normal with mean 1.5/e and variance 0.64 (1 − e⁻²)/2. Additive noise. */
const ornsteinUhlenbeck = <N>(B: Backend<N>, solver: LawfulSolver) => {
  const equation: LawfulTerm<N> = {
    ...constantTerm(B, 0, 1, (x) => B.mul(x, 1)),
    diffusion: () => SPREAD,
    noise: (t, s) => SPREAD * Math.sqrt(Math.abs(t - s)),
  }
  const run = async (rows: number, steps: number, noise: LawfulBrownian<N>, term = equation): Promise<Float64Array> =>
    (await march(B, solver, term, { data: new Array<number>(rows).fill(START), columns: 1 }, evenly(1, 0, steps), noise)).values
  return { equation, run, mean: START * Math.exp(-1), variance: (SPREAD * SPREAD * -Math.expm1(-2)) / 2 }
}

const average = (values: ArrayLike<number>, f: (value: number, i: number) => number): number =>
  Array.from(values).reduce((sum, value, i) => sum + f(value, i), 0) / values.length

/** What a method with noise keeps, on the Ornstein–Uhlenbeck equation. */
export const noiseLaws = <N>(B: Backend<N>, solver: LawfulSolver): readonly Law[] => {
  if (solver.kind === 'ode') return []
  const { equation, run, mean, variance } = ornsteinUhlenbeck(B, solver)

  return [
    single('the same noise gives the same path, another key another', 'a path is a function of its noise', async () => {
      const [first, again, other] = [
        await run(20, 8, incrementsOf(B, 5)),
        await run(20, 8, incrementsOf(B, 5)),
        await run(20, 8, incrementsOf(B, 6)),
      ]
      first.forEach((value, i) => {
        if (!Object.is(value, again[i])) throw new Error(`path ${i} ends at ${value} and then at ${again[i]}`)
        if (value === other[i]) throw new Error(`path ${i} ends at ${value} under two keys`)
      })
    }),
    single('without a drift the noise is diffusion (W_s − W_t)', 'definition of the Itô integral of a constant', async () => {
      const path = brownianPath(B, 50, 64, 3)
      const still = { ...equation, nonlinear: constantTerm(B, 0, 1, (x) => B.mul(x, 0)).nonlinear }
      const end = await run(50, 8, path.brownian, still)
      end.forEach((value, i) => agree(`path ${i}`, value, START + SPREAD * path.at(i, 64), 1e-12))
    }),
    single(
      'mean and variance of an Ornstein–Uhlenbeck process are the exact ones',
      'Kloeden & Platen 1992, §4.4: N(x₀ e⁻¹, g² (1 − e⁻²)/2); 5 standard errors of 4,000 paths, error rate 1.2e-6, fixed key',
      async () => {
        // The truncation at 64 steps is a tenth of the tolerance at weak order 1.
        const rows = 4000
        const end = await run(rows, 64, incrementsOf(B, 7))
        const centre = average(end, (value) => value)
        agree('the mean', centre, mean, 5 * Math.sqrt(variance / rows))
        agree(
          'the variance',
          average(end, (value) => (value - centre) ** 2),
          variance,
          5 * variance * Math.sqrt(2 / rows),
        )
      },
    ),
    ...noiseOrderMeasurements(B, solver).map((each) => orderLaw(solver, each)),
  ]
}

/** The weak order, and the strong one where it is claimed. */
export const noiseOrderMeasurements = <N>(B: Backend<N>, solver: LawfulSolver): readonly OrderMeasurement[] => {
  if (solver.kind === 'ode') return []
  const { strongOrder } = solver
  return [weakOrder(B, solver), ...(strongOrder === undefined ? [] : [strongOrderAlongPaths(B, solver, strongOrder)])]
}

const weakOrder = <N>(B: Backend<N>, solver: LawfulSolver): OrderMeasurement => {
  const { run, mean, variance } = ornsteinUhlenbeck(B, solver)
  const of = 'in the second moment (weak)'
  return {
    of,
    source:
      'Kloeden & Platen 1992, §9.7, over increments ±√h and areas ±√(h/12) without correlation: the second moment of a linear equation sees no more than their covariance',
    measure: async () => {
      const steps = [8, 12, 16, 20, 28]
      const errors: number[] = []
      for (const count of steps) {
        const rows = 64
        // Walsh functions: the columns of a Hadamard matrix but the first have mean 0 and no correlation.
        const signs = (column: number, size: number) =>
          B.tensor(
            Float64Array.from({ length: rows }, (_, i) => (odd(i & column) ? size : -size)),
            [rows, 1],
          )
        const noise: LawfulBrownian<N> = {
          refines: false,
          increment: ({ step, t, s }) => signs(2 * step + 1, Math.sqrt(t - s)),
          levyArea: ({ step, t, s }) => signs(2 * step + 2, Math.sqrt((t - s) / 12)),
        }
        errors.push(Math.abs(average(await run(rows, count, noise), (value) => value * value) - mean * mean - variance))
      }
      return solverOrder(of, solver.order, steps, errors, MARGIN)
    },
  }
}

/** Whether the number of binary digits 1 is odd. */
const odd = (value: number): boolean => value !== 0 && !odd(value & (value - 1))

/**
 * The mean error over 100 paths of dx = sin(2x) dt + 0.8 dW, t from 1 to 0, against the exact end of each. A path is made of 4,096 lines; along
 * it y = x − 0.8 W keeps an ordinary differential equation, which Kutta's method solves line by line to 1e-12. Curvature of the drift is what
 * tells strong order 1.5 from 2.
 */
const strongOrderAlongPaths = <N>(B: Backend<N>, solver: LawfulSolver, claimed: number): OrderMeasurement => {
  const { run, equation } = ornsteinUhlenbeck(B, solver)
  const curved: LawfulTerm<N> = { ...equation, nonlinear: (x) => B.scope(() => B.sin(B.mul(x, 2))) }
  const of = 'along a path (strong)'
  return {
    of,
    source: 'Kloeden & Platen 1992, §9.6 and 10.3: along paths that refine; 1.0 or more for additive noise',
    measure: async () => {
      const [rows, fine] = [100, 4096]
      const { brownian, at } = brownianPath(B, rows, fine, 11)
      const exact = (i: number): number => {
        const slope = (y: number, w: number): number => -Math.sin(2 * (y + SPREAD * w)) / fine
        let y = START
        for (let k = 0; k < fine; k++) {
          const [w, after] = [at(i, k), at(i, k + 1)]
          const a = slope(y, w)
          const b = slope(y + a / 2, (w + after) / 2)
          const c = slope(y + b / 2, (w + after) / 2)
          y += (a + 2 * b + 2 * c + slope(y + c, after)) / 6
        }
        return y + SPREAD * at(i, fine)
      }
      const ends = Array.from({ length: rows }, (_, i) => exact(i))
      const steps = [4, 8, 16, 32, 64]
      const errors: number[] = []
      for (const count of steps) {
        const values = await run(rows, count, brownian, curved)
        errors.push(values.reduce((sum, value, i) => sum + Math.abs(value - (ends[i] as number)), 0) / rows)
      }
      return solverOrder(of, claimed, steps, errors, MARGIN)
    },
  }
}
