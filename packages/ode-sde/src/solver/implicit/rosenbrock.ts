import { type Backend, type Matrix, tweedieError } from '@tweedie/core'
import { identity, luFactor, luSolve } from '../../linear-solve/lu.js'
import { isRegular } from '../../term/coefficient.js'
import type { Term } from '../../term/term.js'
import { velocity } from '../../term/velocity.js'
import { combine } from '../combine.js'
import { stepOntoSingular } from '../explicit/onto-singular.js'
import { weightedSum } from '../explicit/weighted-sum.js'
import type { Dense, Solver, StepInput } from '../solver.js'
import { changeInTime, jacobianOf, type RosenbrockOptions } from './derivatives.js'
import { couplings, gamma, inside, nodes, slopes, stages } from './rodas4p.js'

/**
 * A Rosenbrock method for stiff equations: RODASP, order 4 with an embedded order 3, six stages, stiffly accurate and L-stable (Steinebach 1995;
 * Hairer & Wanner, "Solving ODEs II", §IV.7). Where explicit methods must take steps of 1/|λ|, λ the fastest rate at which solutions come
 * together, it takes those that the solution itself asks for. With h = s − t and γ = 1/4, stage by stage,
 *
 *     (I − hγJ) uᵢ = γ (h f(x + Σ aᵢⱼ uⱼ, t + αᵢ h) + Σ cᵢⱼ uⱼ + γᵢ h² ∂f/∂t),      x_s = x + Σ bᵢ uᵢ,
 *
 * by one elimination with pivots a row of the batch and step (`luFactor`: D³ work, so for D up to about 20).
 *
 * Evaluations a step: 6 and, for what is not given, 2 D for the Jacobian and 2 for the time derivative; `evaluationsPerStep` is declared for D = 1,
 * a step reports its own. What `jacobian` itself evaluates is not counted. Differences move an entry of
 * x by 6e-6 max(|xⱼ|, scale) both ways (float64) and are off by 4e-11: set `scale` to the size of the smallest entries that matter where that is
 * far from 1, or give the Jacobian.
 *
 * On a very stiff equation, h|λ| ≫ 1, the order falls to 3, with errors proportional to 1/|λ| (Prothero–Robinson; most methods of order 4 fall to 1
 * or 2). The dense output has order 3. Under `adaptive`, controller 'I' takes fewer steps where a solution settles down; a PI controller holds the
 * growth of steps back. A step onto a time where the velocity is infinite (σ = 0) is that of `stepOntoSingular`.
 *
 * Gives `InvalidArgument` for a scale that is not positive. A step throws `ShapeMismatch` for derivatives of another shape. Where I − hγJ is
 * singular the state is not finite, which `solve` reports.
 *
 * @example
 * const solver = rosenbrock<CpuTensor>({ jacobian: (x, t) => D.rowJacobian((y) => f(y, t), x) }) // f over D = autodiff(cpu())
 * await solve(B, term, { initial, grid: [0, 1e11], solver, control: adaptive({ rtol: 1e-6, atol: 1e-12, controller: 'I' }) })
 */
export const rosenbrock = <N = never>({ jacobian, timeDerivative, scale = 1 }: RosenbrockOptions<N> = {}): Solver => {
  if (!(scale > 0 && Number.isFinite(scale)))
    throw tweedieError('InvalidArgument', 'rosenbrock', `scale ${scale}`, 'Use the positive size of the smallest entries that matter')
  const inTime = timeDerivative === undefined ? 2 : 0
  return {
    name: 'rosenbrock',
    order: 4,
    errorOrder: 3,
    implicit: true,
    kind: 'ode',
    evaluationsPerStep: 6 + inTime + (jacobian === undefined ? 2 : 0),
    step: <T>(B: Backend<T>, term: Term<T>, input: StepInput<T>) => {
      const { t, s, x } = input
      if (!isRegular(term, s)) return stepOntoSingular(B, term, input, true)
      // The derivatives are of the backend that the solve is on; `derivatives.ts` checks it.
      const given = { jacobian, timeDerivative } as unknown as RosenbrockOptions<T>
      const f = velocity(term)
      const h = s - t

      const here = { f, x, t, h }
      const factors = B.scope(() => luFactor(B, B.sub(identity(B, B.shape(x)[1]), B.mul(jacobianOf(B, given, here, scale), h * gamma))))
      const first = f(x, t)
      const change = changeInTime(B, given, here, first)

      const u: Matrix<T>[] = []
      let at = x
      for (const [i, node] of nodes.entries()) {
        if (i > 0) at = weightedSum(B, [...(stages[i] as readonly number[]), 1], [...u, x])
        const part = B.scope(() => {
          const slope = i === 0 ? first : f(at, node === 1 ? s : t + node * h)
          const weights = [...(couplings[i] as readonly number[]), slopes[i] as number, h].map((weight) => gamma * weight)
          return luSolve(B, factors, weightedSum(B, weights, [...u, change, slope]))
        })
        u.push(part)
      }
      const error = u[5] as Matrix<T>
      const evaluations = 6 + inTime + (jacobian === undefined ? 2 * B.shape(x)[1] : 0)
      const end = B.add(at, error)
      return { x: end, error, evaluations, ...(input.dense && { dense: denseOutput(B, x, end, t, h, u) }) }
    },
  }
}

const denseOutput = <N>(B: Backend<N>, x: Matrix<N>, end: Matrix<N>, t: number, h: number, u: readonly Matrix<N>[]): Dense<N> => {
  const [whole, constant, slope] = [B.sub(end, x), weightedSum(B, inside[0], u), weightedSum(B, inside[1], u)]
  return {
    tensors: [whole, constant, slope],
    at: (time) => {
      const part = h === 0 ? 0 : (time - t) / h
      return B.add(combine(B, 1, x, part, whole), B.mul(combine(B, 1, constant, part, slope), part * (1 - part)))
    },
  }
}
