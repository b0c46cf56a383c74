import type { Backend } from '@tweedie/core'
import { agree, type Law } from '../law.js'
import type { LawfulBrownian, LawfulSolver, LawfulTerm } from './lawful-solver.js'
import { evenly, incrementsOf, march } from './march.js'
import { requireOrder } from './order.js'
import { brownianPath } from './path.js'
import { constantTerm } from './problems.js'
import { single } from './single.js'

const SPREAD = 0.8
const START = 1.5
/** The next term of the error shows at steps as coarse as 1/4, and a strong error is measured over 100 paths. */
const MARGIN = 0.25

/**
 * What a method with noise keeps, on the Ornstein–Uhlenbeck equation dx = x dt + 0.8 dW run from t = 1 down to 0, whose end is normal with
 * mean 1.5/e and variance 0.64 (1 − e⁻²)/2. Additive noise.
 */
export const noiseLaws = <N>(B: Backend<N>, solver: LawfulSolver): readonly Law[] => {
  if (solver.kind === 'ode') return []
  const equation: LawfulTerm<N> = {
    ...constantTerm(B, 0, 1, (x) => B.mul(x, 1)),
    diffusion: () => SPREAD,
    noise: (t, s) => SPREAD * Math.sqrt(Math.abs(t - s)),
  }
  const run = async (rows: number, steps: number, noise: LawfulBrownian<N>, term = equation): Promise<Float64Array> =>
    (await march(B, solver, term, { data: new Array<number>(rows).fill(START), columns: 1 }, evenly(1, 0, steps), noise)).values
  const [mean, variance] = [START * Math.exp(-1), (SPREAD * SPREAD * -Math.expm1(-2)) / 2]
  const average = (values: ArrayLike<number>, f: (value: number, i: number) => number): number =>
    Array.from(values).reduce((sum, value, i) => sum + f(value, i), 0) / values.length

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
    single(
      'the weak order is that claimed',
      'Kloeden & Platen 1992, §9.7, over all paths of increments ±√h: the second moment of a linear equation sees no more than their variance',
      async () => {
        const steps = [4, 6, 8, 10, 12]
        const errors: number[] = []
        for (const count of steps) {
          const rows = 2 ** count
          const signs: LawfulBrownian<N> = {
            refines: false,
            increment: ({ step, t, s }) =>
              B.tensor(
                Float64Array.from({ length: rows }, (_, i) => ((i >> step) & 1 ? 1 : -1) * Math.sqrt(t - s)),
                [rows, 1],
              ),
          }
          errors.push(Math.abs(average(await run(rows, count, signs), (value) => value * value) - mean * mean - variance))
        }
        requireOrder(`${solver.name}, in the second moment,`, solver.order, steps, errors, MARGIN)
      },
    ),
    ...(solver.strongOrder === undefined ? [] : [strongOrder(B, solver, run, solver.strongOrder)]),
  ]
}

/**
 * The mean error over 100 paths against the exact end of each. By parts the end is x₀/e + g (W − ∫ e^(−(1 − τ)) W dτ), τ = 1 − t; the
 * trapezium rule over 4,096 points of the path is off by 1e-4, a fiftieth of the smallest error.
 */
const strongOrder = <N>(
  B: Backend<N>,
  solver: LawfulSolver,
  run: (rows: number, steps: number, noise: LawfulBrownian<N>) => Promise<Float64Array>,
  claimed: number,
): Law =>
  single(
    'the strong order is that claimed',
    'Kloeden & Platen 1992, §9.6 and 10.3: along paths that refine; 1.0 or more for additive noise',
    async () => {
      const [rows, fine] = [100, 4096]
      const { brownian, at } = brownianPath(B, rows, fine, 11)
      const exact = (i: number): number => {
        let integral = 0
        for (let k = 0; k <= fine; k++) integral += ((k === 0 || k === fine ? 0.5 : 1) * Math.exp(k / fine - 1) * at(i, k)) / fine
        return START * Math.exp(-1) + SPREAD * (at(i, fine) - integral)
      }
      const ends = Array.from({ length: rows }, (_, i) => exact(i))
      const steps = [4, 8, 16, 32, 64]
      const errors: number[] = []
      for (const count of steps) {
        const values = await run(rows, count, brownian)
        errors.push(values.reduce((sum, value, i) => sum + Math.abs(value - (ends[i] as number)), 0) / rows)
      }
      requireOrder(`${solver.name}, along a path,`, claimed, steps, errors, MARGIN)
    },
  )
