import { type ForwardProcess, sameShape, showShape } from '@tweedie/core'
import fc from 'fast-check'
import { evaluate, type LawfulDenoiser, type QueryOptions, queries } from '../field/evaluate.js'
import { jacobianLaw, rowsAloneLaw } from '../field/pointwise.js'
import { type Law, law } from '../law.js'
import { type DenoiserDataOptions, endLaws } from './ends.js'
import { kindLaws, type LawfulConversion } from './kinds.js'

export interface DenoiserLawOptions extends QueryOptions, DenoiserDataOptions {
  /** What rounding may do, relative to x and m: 1e-10 on a float64 backend and 1e-4 on a float32 one when not given. */
  readonly tolerance?: number
  /** Views fields as other kinds, to be held against the process: `(kind, process, source) => as(kind, process)(source)`. */
  readonly as?: LawfulConversion
  /** Whether it is exactly a posterior mean, so that its Jacobian is a covariance; false when not given. Needs a float64 backend. */
  readonly posteriorMean?: boolean
}

/**
 * What any denoiser keeps, a network or a closed form, without a density: its shape, rows alone, finite and repeatable values. What is known besides
 * goes into the options: the bounds of the data, their mean, a bound on the score, a conversion between kinds, being a posterior mean.
 *
 * Throws `InvalidArgument` when the process has none of the log-SNRs.
 */
export const denoiserLaws = <N>(denoise: LawfulDenoiser<N>, process: ForwardProcess, options: DenoiserLawOptions): readonly Law[] => {
  const { dimension, as, posteriorMean = false } = options
  const B = denoise.backend
  const { tolerance = B.dtype === 'float64' ? 1e-10 : 1e-4 } = options
  const all = queries(process, options)
  const batches = fc.array(all, { minLength: 1, maxLength: 5 }).map((some) => ({
    t: some[0]?.t as number,
    rows: some.flatMap(({ x }) => x),
  }))

  return [
    law('m has the shape of x', 'definition: m maps [M, D] to [M, D]', batches, ({ t, rows }) => {
      const x = B.tensor(rows, [rows.length / dimension, dimension])
      const m = denoise(x, t)
      const [given, found] = [B.shape(x), B.shape(m)]
      if ((m as unknown) !== x) B.free(m)
      B.free(x)
      if (!sameShape(given, found)) throw new Error(`m of x of shape ${showShape(given)} has shape ${showShape(found)} at t = ${t}`)
    }),
    law(
      'm is finite, also a thousand times further out',
      'E|X_0| is finite, so m is (Williams 1991, §9.1)',
      fc.tuple(batches, fc.constantFrom(1, 1000)),
      async ([{ t, rows }, factor]) => {
        const far = rows.map((value) => factor * value)
        const bad = (await evaluate(B, denoise, far, dimension, t)).find((value) => !Number.isFinite(value))
        if (bad !== undefined) throw new Error(`m holds ${bad} at t = ${t}`)
      },
    ),
    law(
      'm is the same when asked twice, and x is left as it was',
      'definition: m is a function of x and t',
      batches,
      async ({ t, rows }) => {
        const x = B.tensor(rows, [rows.length / dimension, dimension])
        const before = await B.read(x)
        const results = [denoise(x, t), denoise(x, t)]
        const [one, other] = [await B.read(results[0] as typeof x), await B.read(results[1] as typeof x)]
        const after = await B.read(x)
        for (const m of results) if ((m as unknown) !== x) B.free(m)
        B.free(x)
        const differs = (a: Float64Array, b: Float64Array): boolean =>
          a.length !== b.length || a.some((value, k) => !Object.is(value, b[k]))
        if (differs(one as Float64Array, other as Float64Array)) throw new Error(`two answers differ at t = ${t}`)
        if (differs(before, after)) throw new Error(`x was changed at t = ${t}`)
      },
    ),
    rowsAloneLaw(denoise, process, options, tolerance),
    ...(posteriorMean ? [jacobianLaw(denoise, process, options)] : []),
    ...endLaws(denoise, process, options, tolerance),
    ...(as === undefined ? [] : kindLaws(denoise, process, options, as, tolerance)),
  ]
}
