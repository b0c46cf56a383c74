import type { HostMatrix } from '@tweedie/core'

/** Mean and covariance of the data given one noisy state: its trace, and a bound on its largest eigenvalue. */
export interface Posterior {
  readonly mean: readonly number[]
  readonly trace: number
  readonly largest: number
}

type Square = readonly (readonly number[])[]

const traceOf = (C: Square): number => C.reduce((sum, line, i) => sum + line[i]!, 0)
const squareOf = (C: Square): Square => C.map((line) => C.map((_, j) => line.reduce((sum, value, k) => sum + value * C[k]![j]!, 0)))

/** tr(C¹⁶)^(1/16), from the largest eigenvalue up to d^(1/16) of it. */
const largestEigenvalue = (C: Square): number => {
  const trace = traceOf(C)
  if (!(trace > 0)) return 0
  let power: Square = C.map((line) => line.map((value) => value / trace))
  for (let k = 0; k < 4; k++) power = squareOf(power)
  return trace * traceOf(power) ** (1 / 16)
}

/** Bayes' rule over the points of a cloud in plain loops, for every row of x. */
export const posteriorsOf = (x: Float64Array, { data, rows, columns: d }: HostMatrix, alpha: number, sigma: number): Posterior[] =>
  Array.from({ length: x.length / d }, (_, row) => {
    const logits = Array.from({ length: rows }, (_, i) => {
      let square = 0
      for (let j = 0; j < d; j++) square += (x[row * d + j]! - alpha * data[i * d + j]!) ** 2
      return -square / (2 * sigma * sigma)
    })
    const top = logits.reduce((a, b) => Math.max(a, b))
    // What is below e⁻¹⁰⁰ of the largest moves no digit of float64.
    const weights = logits.flatMap((logit, i) => (logit > top - 100 ? [[i, Math.exp(logit - top)] as const] : []))
    const total = weights.reduce((sum, [, w]) => sum + w, 0)
    const over = (f: (i: number) => number): number => weights.reduce((sum, [i, w]) => sum + (w / total) * f(i), 0)
    const axes = Array.from({ length: d }, (_, j) => j)
    const mean = axes.map((j) => over((i) => data[i * d + j]!))
    const C = axes.map((a) => axes.map((b) => over((i) => (data[i * d + a]! - mean[a]!) * (data[i * d + b]! - mean[b]!))))
    return { mean, trace: traceOf(C), largest: largestEigenvalue(C) }
  })
