import { type Backend, isTweedieError, type Matrix } from '@tweedie/core'
import fc from 'fast-check'
import { agree, type Law, law } from '../law.js'
import type { LawfulSolver, LawfulTerm, SolverLawOptions } from './lawful-solver.js'
import { march } from './march.js'
import { constantTerm, riccatiTerm, withoutNoise } from './problems.js'

/** Thousandths, so that most values are of the size of the bound; fast-check's doubles are mostly tiny. */
const between = (low: number, high: number): fc.Arbitrary<number> =>
  fc.integer({ min: Math.round(low * 1000), max: Math.round(high * 1000) }).map((value) => value / 1000)
const within = (size: number): fc.Arbitrary<number> => between(-size, size)
const several = (count: number): fc.Arbitrary<number[]> => fc.array(within(2), { minLength: count, maxLength: count })
/** Up to 5 uneven steps down from 1. */
const grids = fc
  .array(between(0.02, 0.2), { minLength: 1, maxLength: 5 })
  .map((gaps) => [1, ...gaps.map((_, k) => 1 - gaps.slice(0, k + 1).reduce((sum, gap) => sum + gap, 0))])

/** Rounding of a few dozen operations a step on numbers of size 10. */
const ROUNDING = 1e-12

/** What a step does to constants, copies, maps and shifts: exactly, so to rounding. */
export const stepLaws = <N>(B: Backend<N>, solver: LawfulSolver, { exponential = false }: SolverLawOptions): readonly Law[] => {
  const suited = (term: LawfulTerm<N>): LawfulTerm<N> => (solver.kind === 'sde' ? withoutNoise(term) : term)
  const run = async (term: LawfulTerm<N>, data: readonly number[], columns: number, grid: readonly number[]): Promise<Float64Array> =>
    (await march(B, solver, suited(term), { data, columns }, grid)).values
  const constant = (c: readonly number[]) => (x: Matrix<N>) => B.scope(() => B.add(B.mul(x, 0), B.tensor(c, [1, c.length])))
  const compare = (what: string, actual: Float64Array, expected: ArrayLike<number>, tolerance = ROUNDING): void => {
    actual.forEach((value, k) =>
      agree(`${what}, entry ${k}`, value, expected[k] as number, tolerance * (1 + Math.abs(expected[k] as number))),
    )
  }
  const coupling = [0.8, -0.6, 0.9, 0.4]
  /** f(x) = tanh(x K), seen in coordinates y = x P. */
  const coupled = (map: readonly number[], inverse: readonly number[]): LawfulTerm<N> =>
    constantTerm(B, -0.5, 1, (y) =>
      B.scope(() => {
        const square = (entries: readonly number[]): Matrix<N> => B.tensor(entries, [2, 2])
        return B.matMul(B.tanh(B.matMul(B.matMul(y, square(inverse)), square(coupling))), square(map))
      }),
    )

  const laws: Law[] = [
    law(
      'a constant velocity is followed exactly',
      'Σ bᵢ = 1: the condition of consistency (Hairer, Nørsett & Wanner I, §II.1)',
      fc.tuple(several(2), several(2), grids),
      async ([x, c, grid]) => {
        const change = (grid.at(-1) as number) - 1
        const end = await run(constantTerm(B, 0, 1, constant(c)), x, 2, grid)
        compare(
          `x + ${change} c`,
          end,
          x.map((value, j) => value + change * (c[j] as number)),
        )
      },
    ),
    law(
      'a step onto the same time changes nothing, or is refused',
      'x_t is the state at t',
      fc.tuple(fc.array(between(0, 0.9), { minLength: 2, maxLength: 2 }), grids),
      async ([x, grid]) => {
        const last = grid.at(-1) as number
        const moved = await run(riccatiTerm(B), x, 1, grid)
        const stayed = await run(riccatiTerm(B), x, 1, [...grid, last]).catch((error: unknown) => {
          if (isTweedieError(error)) return moved
          throw error
        })
        compare(`x after a step from ${last} to ${last}`, stayed, moved)
      },
    ),
    law(
      'two short steps move by the velocity',
      'consistency: (x_s − x_t)/(s − t) → x′ (Hairer, Nørsett & Wanner I, §II.3)',
      fc.tuple(several(1), between(0.2, 1)),
      async ([x, t]) => {
        const h = 1e-6
        const [start] = x as [number]
        const [end] = (await run(riccatiTerm(B), x, 1, [t, t - h, t - 2 * h])) as unknown as [number]
        // |x″| = |2x² + 4t x x′| is at most 72 here, so the difference is off by 1e-4 at most.
        agree(`the slope at x = ${start}, t = ${t}`, (end - start) / (-2 * h), -2 * t * start * start, 1e-3)
      },
    ),
    law(
      'rows are integrated alone',
      'definition: samples do not know of each other, so a batch may be cut anywhere',
      fc.tuple(several(2), several(4), grids),
      async ([x, others, grid]) => {
        const term = coupled([1, 0, 0, 1], [1, 0, 0, 1])
        const alone = await run(term, x, 2, grid)
        const together = await run(term, [...others.slice(0, 2), ...x, ...others.slice(2)], 2, grid)
        compare('a row in a batch of three', together.slice(2, 4), alone)
      },
    ),
    law(
      'a linear change of the state goes through',
      'equivariance of B-series methods (McLachlan, Modin, Munthe-Kaas & Verdier 2016, "B-series methods are exactly the affine equivariant methods")',
      fc.tuple(several(2), grids, within(3), between(0.5, 2)),
      async ([x, grid, angle, stretch]) => {
        const [c, s] = [Math.cos(angle), Math.sin(angle)]
        const map = [c * stretch, s, -s * stretch, c]
        const inverse = [c / stretch, -s / stretch, s, c]
        const mapped = (row: ArrayLike<number>): number[] => {
          const [a, b] = row as unknown as [number, number]
          return [a * (map[0] as number) + b * (map[2] as number), a * (map[1] as number) + b * (map[3] as number)]
        }
        const plain = await run(coupled([1, 0, 0, 1], [1, 0, 0, 1]), x, 2, grid)
        compare('the image of the end', await run(coupled(map, inverse), mapped(x), 2, grid), mapped(plain), 10 * ROUNDING)
      },
    ),
    law(
      'an equation without time has no clock of its own',
      'autonomy: a solution shifted in time is a solution',
      fc.tuple(several(2), grids, within(3)),
      async ([x, grid, shift]) => {
        const term = coupled([1, 0, 0, 1], [1, 0, 0, 1])
        const moved = await run(
          term,
          x,
          2,
          grid.map((t) => t + shift),
        )
        // Rounding of the times, 4 · 2e-16 over steps of 0.02, enters the ratios of steps.
        compare(`the end, ${shift} later`, moved, await run(term, x, 2, grid), 10 * ROUNDING)
      },
    ),
  ]
  if (!exponential) return laws
  return [
    ...laws,
    law(
      'the linear part and a constant are solved exactly',
      'exponential methods: x_s = propagator x_t + weight c (Hochbruck & Ostermann 2010, "Exponential integrators", §2.1)',
      fc.tuple(several(2), fc.oneof(fc.constant([0, 0]), several(2)), grids),
      async ([x, c, grid]) => {
        // x′ = x/(1 + t) + c: x_s = (1 + s)(x_t/(1 + t) + c ln((1 + s)/(1 + t))).
        const term: LawfulTerm<N> = {
          ...constantTerm(B, 0, 1, constant(c)),
          linear: (t) => 1 / (1 + t),
          propagator: (t, s) => (1 + s) / (1 + t),
          weight: (t, s) => (1 + s) * Math.log((1 + s) / (1 + t)),
          clock: { at: (t) => Math.log(1 + t), inverse: (reading) => Math.expm1(reading), rate: 0 },
        }
        const last = grid.at(-1) as number
        const [p, w] = [(1 + last) / 2, (1 + last) * Math.log((1 + last) / 2)]
        compare(
          'propagator x + weight c',
          await run(term, x, 2, grid),
          x.map((value, j) => p * value + w * (c[j] as number)),
        )
      },
    ),
  ]
}
