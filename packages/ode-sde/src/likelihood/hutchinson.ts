import { type Backend, fold, type Key, type Matrix, tweedieError } from '@tweedie/core'
import type { MatrixFunction, ProductDifferentiation, TracedTerm } from './differentiation.js'
import type { Divergence } from './divergence.js'

export interface HutchinsonOptions {
  readonly key: Key
  /** How many probes, at least 2: their spread is the standard error. */
  readonly probes: number
  /**
   * Of the entries: ±1 where not given, or standard normal. With S the symmetric part of the Jacobian, one probe has variance 2 Σ_{i≠j} S_ij², the
   * least that independent entries can have, or 2 Σ S_ij².
   */
  readonly law?: 'rademacher' | 'normal'
}

/**
 * Hutchinson's estimate of the divergence, the mean of vᵀ J v over probes v with E[v vᵀ] = I (Hutchinson 1990; Grathwohl et al. 2019, "FFJORD",
 * eq. 8): one recording and `probes` sweeps an evaluation, or as many forward passes, whatever D.
 *
 * A probe stays the same along the whole solve, so each gives an unbiased, independent estimate of the log-density of a row, for an exact
 * solve; the solver's own error is not in their spread. The probes of a row depend on (key, probe, sample) alone. `term` is the term solved,
 * on the differentiating backend. Throws `InvalidArgument` unless there are at least 2 probes.
 */
export const hutchinson = <N, T>(
  D: ProductDifferentiation<N, T>,
  { nonlinear }: TracedTerm<T>,
  { key, probes, law = 'rademacher' }: HutchinsonOptions,
): Divergence<N> => {
  if (!Number.isSafeInteger(probes) || probes < 2)
    throw tweedieError(
      'InvalidArgument',
      'hutchinson',
      `${probes} probes`,
      'Use a whole number, at least 2: one alone has no standard error',
    )

  const draw = (B: Backend<N>, probe: number, rows: number, dimension: number, firstSample: number): Matrix<N> =>
    B.scope(() => {
      const normal: Matrix<N> = B.normal(fold(key, probe), [rows, dimension], firstSample * dimension)
      return law === 'normal' ? normal : B.where(B.greater(normal, 0), B.full([rows, dimension], 1), -1)
    })

  return {
    name: `hutchinson with ${probes} ${law} probes`,
    estimates: probes,
    open: ({ backend: B }, { rows, dimension, firstSample }) => {
      const held = Array.from({ length: probes }, (_, probe) => draw(B, probe, rows, dimension, firstSample))
      const along = (v: Matrix<N>, product: Matrix<N>): Matrix<N> => B.sum(B.mul(v, product), 1, true)
      return {
        held,
        at: (x, t) => {
          const f: MatrixFunction<T> = (y) => nonlinear(y, t)
          if ('vectorJacobian' in D) {
            const { value, pull } = D.vectorJacobian(f, x)
            return {
              nonlinear: value,
              divergence: B.concat(
                held.map((v) => B.scope(() => along(v, pull(v)))),
                1,
              ),
            }
          }
          const columns = held.map((v) =>
            B.scope(() => {
              const { value, tangent } = D.jacobianVector(f, x, v)
              return { value, column: along(v, tangent) }
            }),
          )
          const divergence = B.concat(
            columns.map(({ column }) => column),
            1,
          )
          return { nonlinear: (columns[0] as (typeof columns)[number]).value, divergence }
        },
      }
    },
  }
}
