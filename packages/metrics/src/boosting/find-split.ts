import type { Histogram } from './histogram.js'

/** Sums over a set of rows: gradients and second derivatives in whole units, and how many rows. */
export interface Sums {
  readonly gradient: number
  readonly curvature: number
  readonly count: number
}

/** A cut of a node: rows whose code of `column` is at most `bin` go left. */
export interface Split {
  readonly column: number
  readonly bin: number
  readonly gain: number
  readonly left: Sums
}

export interface SplitLimits {
  readonly minimumLeafRows: number
  /** The least sum of second derivatives in a leaf, in whole units. */
  readonly minimumCurvature: number
  /** Added to the second derivatives, in whole units. */
  readonly penalty: number
}

/** Twice what the quadratic model of the loss gains by one leaf of these sums: G²/(H + λ). */
const score = (gradient: number, curvature: number): number => (gradient * gradient) / curvature

/**
 * The cut of greatest gain G_l²/(H_l + λ) + G_r²/(H_r + λ) − G²/(H + λ) (Chen and Guestrin 2016, eq. 7, with γ = 0), of equal ones the
 * first by column and bin; undefined where none gains anything within the limits.
 */
export const findSplit = (
  histogram: Histogram,
  offsets: Int32Array,
  { gradient, curvature, count }: Sums,
  { minimumLeafRows, minimumCurvature, penalty }: SplitLimits,
): Split | undefined => {
  const whole = score(gradient, curvature + penalty)
  let gain = 0
  let best: { column: number; at: number; gradient: number; curvature: number; count: number } | undefined
  for (let j = 0; j + 1 < offsets.length; j++) {
    let leftGradient = 0
    let leftCurvature = 0
    let leftCount = 0
    const end = (offsets[j + 1] as number) - 3
    for (let at = offsets[j] as number; at < end; at += 3) {
      leftGradient += histogram[at] as number
      leftCurvature += histogram[at + 1] as number
      leftCount += histogram[at + 2] as number
      if (leftCount < minimumLeafRows || leftCurvature < minimumCurvature) continue
      const rightCurvature = curvature - leftCurvature
      if (count - leftCount < minimumLeafRows || rightCurvature < minimumCurvature) break
      const gained = score(leftGradient, leftCurvature + penalty) + score(gradient - leftGradient, rightCurvature + penalty) - whole
      if (gained > gain) {
        gain = gained
        best = { column: j, at, gradient: leftGradient, curvature: leftCurvature, count: leftCount }
      }
    }
  }
  if (best === undefined) return undefined
  const { column, at, ...left } = best
  return { column, bin: (at - (offsets[column] as number)) / 3, gain, left }
}
