import { type Backend, type ForwardProcess, type HostMatrix, sliceRows } from '@tweedie/core'
import { probabilityFlow } from '@tweedie/ode-sde'
import { type LabelledPairs, type LabelOptions, labelledPairs } from '../labelled-pairs.js'
import { type ConditionalCloudOptions, type ConditionalField, conditionalCloud } from './conditional-cloud.js'

/**
 * Pairs (Y_A, x_A) of the flow of `conditionalCloud`, pair i under condition i of `centres` [count, dB]. A chunk of states is a group of pairs with
 * their conditions; it decides memory, never the result.
 */
export const flowGiven = async <N>(
  B: Backend<N>,
  cloud: HostMatrix,
  options: ConditionalCloudOptions,
  centres: HostMatrix,
  process: ForwardProcess,
  labels: Omit<LabelOptions, 'count' | 'dimension'>,
): Promise<LabelledPairs> => {
  const { chunk = 1_000 } = labels
  const conditional = conditionalCloud(B, cloud, options)(process)
  let current: ConditionalField<N> | undefined
  const flow = (group: number) => {
    current = conditional.given(sliceRows(centres, group * chunk, Math.min(centres.rows, (group + 1) * chunk)))
    return probabilityFlow(B, process, current)
  }
  try {
    return await labelledPairs(B, { size: chunk, flow, free: () => current?.free() }, { ...labels, chunk, count: centres.rows })
  } finally {
    conditional.free()
  }
}
