import { fold, type HostMatrix, type Key, uniformArray } from '@tweedie/core'

/**
 * Labels that a generator starts from. A network fitted by least squares blurs where the map from noise to data is steep; the label knows better. With
 * anchor (Y_j, X_j) and ξ ~ N(0, I) a sample is
 *
 *     x = F(Y) + (X_j − F(Y_j)),   Y = √(1 − δ²) Y_j + δ ξ.
 *
 * Over all labels Y is again N(0, I), over those that `balancedOrder` keeps nearly so; the network is asked only how the map changes from Y_j to Y, a step
 * of length δ, and its error at Y_j is taken off, as with a control variate. δ = 0 gives the labels back, and the larger δ, the more of the network is in
 * a sample.
 */
export interface Anchors {
  /** Y_j [M, d], numbers of float32. */
  readonly noise: HostMatrix
  /** X_j − F(Y_j) [M, d], in the network's units, numbers of float32. */
  readonly residuals: HostMatrix
  /** δ, above 0 and at most 1. */
  readonly step: number
}

/** The anchors of samples `first` to `first + count`: one after the other from a place that the key draws, and round again. */
export const anchorsFor = (
  { noise, residuals }: Anchors,
  key: Key,
  first: number,
  count: number,
): { readonly noise: Float64Array; readonly residuals: Float64Array } => {
  const { rows, columns } = noise
  const start = Math.floor((uniformArray(fold(key, 1), 1)[0] as number) * rows)
  const [takenNoise, takenResiduals] = [new Float64Array(count * columns), new Float64Array(count * columns)]
  for (let i = 0; i < count; i++) {
    const from = ((start + first + i) % rows) * columns
    for (let j = 0, k = i * columns; j < columns; j++, k++) {
      takenNoise[k] = noise.data[from + j] as number
      takenResiduals[k] = residuals.data[from + j] as number
    }
  }
  return { noise: takenNoise, residuals: takenResiduals }
}
