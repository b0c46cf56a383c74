import type { HostMatrix } from '@tweedie/core'
import type { Network } from '@tweedie/nn'

/** Half the distance from 1 to the next float32. */
const u = 2 ** -24

/** Largest slopes: |gelu′| ≤ 1.129, |silu′| ≤ 1.0999. */
const slope = { identity: 1, tanh: 1, relu: 1, silu: 1.1, gelu: 1.13 } as const

/**
 * A bound on what float32 does to a forward pass, for each output (Higham, Accuracy and Stability, §3.1): a sum of n products in any order is off
 * by at most γ = (n + 3)u/(1 − (n + 3)u) times the sum of their sizes, roundings of weights, input and bias included; an activation by its slope
 * times the error of what it is given, and by eight roundings of numbers no larger than 1 + |z|. `hidden[l]` are layer l's inputs, `before[l]` the
 * numbers its activation is given, both in float64.
 */
export const float32Error = (
  network: Network,
  weights: readonly { readonly weight: Float64Array; readonly bias: Float64Array }[],
  hidden: readonly HostMatrix[],
  before: readonly HostMatrix[],
): Float64Array => {
  let error = new Float64Array((hidden[0] as HostMatrix).data.length)
  weights.forEach(({ weight, bias }, l) => {
    const { data: h, rows, columns: n } = hidden[l] as HostMatrix
    const { data: z, columns: m } = before[l] as HostMatrix
    const gamma = ((n + 3) * u) / (1 - (n + 3) * u)
    const isLast = l === weights.length - 1
    const steep = slope[isLast ? network.outputActivation : network.activation]
    const next = new Float64Array(rows * m)
    for (let i = 0; i < rows; i++)
      for (let k = 0; k < m; k++) {
        let [carried, size] = [0, Math.abs(bias[k] as number)]
        for (let j = 0; j < n; j++) {
          const w = Math.abs(weight[j * m + k] as number)
          carried += w * (error[i * n + j] as number)
          size += w * Math.abs(h[i * n + j] as number)
        }
        next[i * m + k] = steep * ((1 + gamma) * carried + gamma * size) + 8 * u * (1 + Math.abs(z[i * m + k] as number))
      }
    error = next
  })
  return error
}
