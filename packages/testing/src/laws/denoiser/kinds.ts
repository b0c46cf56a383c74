import type { Backend, ForwardProcess, Matrix } from '@tweedie/core'
import { evaluate, type LawfulDenoiser, type QueryOptions, queries } from '../field/evaluate.js'
import { agree, type Law, law } from '../law.js'

/** The kinds of docs/formulas.md §1. */
export type LawfulKind = 'denoiser' | 'score' | 'noise' | 'v' | 'velocity'

/** A field of some kind. */
export interface LawfulView<N> {
  (x: Matrix<N>, t: number): Matrix<N>
  readonly kind: LawfulKind
  readonly backend: Backend<N>
}

/** Views a field as another kind, as `as` of `@tweedie/score` does. */
export type LawfulConversion = <N>(kind: LawfulKind, process: ForwardProcess, source: LawfulView<N>) => LawfulView<N>

const VIEWS = ['score', 'noise', 'v', 'velocity'] as const
type View = (typeof VIEWS)[number]

/** A value, and the size of what was added up to get it. */
interface Rounded {
  readonly value: number
  readonly size: number
}

/** The largest size among the coordinates: a field may turn them into each other, so each rounds like the largest. */
const largest = (values: readonly Rounded[]): number => values.reduce((most, { size }) => Math.max(most, size), 1e-12)

const sum = (...terms: readonly number[]): Rounded => ({
  value: terms.reduce((total, term) => total + term, 0),
  size: terms.reduce((total, term) => total + Math.abs(term), 0),
})

/** What the process says at a time. `half` is ½(σ²)' = σ σ'. */
const coefficients = (process: ForwardProcess, t: number) => ({
  alpha: process.alpha(t),
  sigma: process.sigma(t),
  rate: process.alphaDerivative(t),
  half: process.varianceDerivative(t) / 2,
})

/** The view of m at x. */
const viewOf = (kind: View, { alpha, sigma, rate, half }: ReturnType<typeof coefficients>, x: number, m: number): Rounded => {
  switch (kind) {
    case 'score':
      return sum((alpha * m) / sigma ** 2, -x / sigma ** 2)
    case 'noise':
      return sum(x / sigma, (-alpha * m) / sigma)
    case 'v':
      return sum((alpha * x) / sigma, (-alpha * alpha * m) / sigma, -sigma * m)
    case 'velocity':
      return sum(rate * m, (half * x) / sigma ** 2, (-half * alpha * m) / sigma ** 2)
  }
}

/** What an error in the view does to m when it is read back. */
const gainOf = (kind: View, { alpha, sigma, rate, half }: ReturnType<typeof coefficients>): number => {
  switch (kind) {
    case 'score':
      return sigma ** 2 / alpha
    case 'noise':
      return sigma / alpha
    case 'v':
      return sigma
    case 'velocity':
      return sigma ** 2 / Math.abs(rate * sigma ** 2 - alpha * half)
  }
}

/** Score, noise, v (where α² + σ² = 1) and velocity of a denoiser by the process's coefficients, and m back from each. */
export const kindLaws = <N>(
  denoise: LawfulDenoiser<N>,
  process: ForwardProcess,
  options: QueryOptions,
  convert: LawfulConversion,
  tolerance: number,
): readonly Law[] => {
  const { dimension } = options
  const all = queries(process, options)
  const numbers = (of: LawfulView<N>, x: readonly number[], t: number): Promise<Float64Array> => evaluate(of.backend, of, x, dimension, t)
  const defined = (kind: View, t: number): boolean => kind !== 'v' || Math.abs(process.alpha(t) ** 2 + process.sigma(t) ** 2 - 1) < 1e-12

  return VIEWS.flatMap((kind) => [
    law(`the ${kind} of a denoiser is that of the process's α and σ`, 'docs/formulas.md §1, the table of kinds', all, async ({ t, x }) => {
      if (!defined(kind, t)) return
      const [m, view] = [await numbers(denoise, x, t), await numbers(convert(kind, process, denoise), x, t)]
      const expected = x.map((coordinate, j) => viewOf(kind, coefficients(process, t), coordinate, m[j] as number))
      expected.forEach(({ value }, j) =>
        agree(`coordinate ${j} of the ${kind} at t = ${t}`, view[j] as number, value, tolerance * largest(expected)),
      )
    }),
    law(`a denoiser seen as ${kind} and back is itself`, 'docs/formulas.md §1, the table of kinds', all, async ({ t, x }) => {
      if (!defined(kind, t)) return
      const back = convert('denoiser', process, convert(kind, process, denoise))
      const [m, again] = [await numbers(denoise, x, t), await numbers(back, x, t)]
      const at = coefficients(process, t)
      const viewed = x.map((coordinate, j) => viewOf(kind, at, coordinate, m[j] as number))
      const error = tolerance * (Math.max(...m.map(Math.abs)) + gainOf(kind, at) * largest(viewed))
      m.forEach((value, j) => agree(`coordinate ${j} of m by way of ${kind} at t = ${t}`, again[j] as number, value, error))
    }),
  ])
}
