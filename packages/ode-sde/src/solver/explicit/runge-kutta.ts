import { isRegular } from '../../term/coefficient.js'
import { velocity } from '../../term/velocity.js'
import type { Solver } from '../solver.js'
import { errorOf } from './embedded-error.js'
import { insideOf } from './inside.js'
import { stepOntoSingular } from './onto-singular.js'
import { isFirstSameAsLast, requireTableau, type Tableau } from './tableau.js'
import { weightedSum } from './weighted-sum.js'

/**
 * The explicit Runge–Kutta method of a tableau (Hairer, Nørsett & Wanner, "Solving ODEs I", §II.1), in either direction of time. With an embedded
 * method a step gives the estimate of its error; with an interpolant the state inside it, where that is asked for. A method whose last stage
 * is the end of the step hands that velocity on, and evaluates once less a step. A step onto a time where the velocity is infinite is that of
 * `stepOntoSingular`.
 *
 * Throws `InvalidArgument` for numbers that are no explicit, consistent method; a step throws `SolverFailure` where a stage meets a time at
 * which the equation is singular.
 *
 * @example
 * const kutta3 = explicitRungeKutta({ name: 'kutta3', order: 3, nodes: [0, 0.5, 1], stages: [[], [0.5], [-1, 2]], weights: [1 / 6, 2 / 3, 1 / 6] })
 */
export const explicitRungeKutta = (tableau: Tableau): Solver => {
  requireTableau(tableau)
  const { name, order, nodes, stages, weights, embedded, interpolant } = tableau
  const last = stages.length - 1
  const reuses = isFirstSameAsLast(tableau)
  return {
    name,
    order,
    ...(embedded && { errorOrder: embedded.order }),
    kind: 'ode',
    evaluationsPerStep: reuses ? last : last + 1,
    ...(reuses && { start: (_, term, { x, t }) => ({ memory: [{ time: t, value: velocity(term)(x, t) }], evaluations: 1 }) }),
    step: (B, term, input) => {
      const { t, s, x, dense = false } = input
      if (!isRegular(term, s)) return stepOntoSingular(B, term, input, embedded !== undefined)
      const v = velocity(term)
      const h = s - t
      const held = reuses && input.memory[0]?.time === t ? input.memory[0].value : undefined
      const slopes = [held ?? v(x, t)]
      const moved = (row: readonly number[]) => weightedSum(B, [...slopes.map((_, j) => h * (row[j] ?? 0)), 1], [...slopes, x])
      const evaluate = (rows: Tableau['stages'], times: readonly number[]): void =>
        rows.forEach((row, i) => {
          const node = times[i] as number
          slopes.push(B.scope(() => v(moved(row), node === 1 ? s : t + node * h)))
        })
      evaluate(stages.slice(1, reuses ? last : undefined), nodes.slice(1))
      const end = moved(weights.slice(0, slopes.length))
      if (reuses) slopes.push(v(end, s))
      const memory = reuses && { memory: [{ time: s, value: slopes[last] as typeof x }] }
      const error = embedded && { error: errorOf(B, embedded, h, slopes) }
      const extra = dense ? interpolant?.extra : undefined
      if (extra) evaluate(extra.stages, extra.nodes)
      return {
        x: end,
        ...memory,
        ...error,
        ...(dense && interpolant && { dense: insideOf(B, interpolant, input, slopes) }),
        evaluations: slopes.length - (held ? 1 : 0),
      }
    },
  }
}
