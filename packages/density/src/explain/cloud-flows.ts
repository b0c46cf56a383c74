import { type Backend, type ForwardProcess, fold, type HostMatrix, type Key } from '@tweedie/core'
import { type ProbabilityFlow, probabilityFlow } from '@tweedie/ode-sde'
import { type MiniBatchField, miniBatch, pointCloud } from '@tweedie/score'
import type { LabelFlow } from '../labelled-pairs.js'

/** Which mini-batch makes which labels. */
export interface Draws {
  readonly size: number
  readonly replacement: boolean
  /** Consecutive labels of one mini-batch. */
  readonly group: number
  readonly keyOf: (group: number) => Key
}

/** The flows of a cloud under any process: of the whole cloud, or of the mini-batches that are asked for. */
export interface CloudFlows<N> {
  readonly whole: (process: ForwardProcess) => ProbabilityFlow<N>
  readonly drawn: (process: ForwardProcess, draws: Draws) => LabelFlow<N>
  readonly free: () => void
}

/** The flows of a cloud. The whole cloud lies on the backend until `free`; a mini-batch lies there while its labels are made. */
export const cloudFlows = <N>(B: Backend<N>, scores: HostMatrix, process: ForwardProcess): CloudFlows<N> => {
  const under = pointCloud(B, scores)
  const held = under(process)
  return {
    whole: (other) => probabilityFlow(B, other, other === process ? held : under(other)),
    drawn: (other, { size, replacement, group, keyOf }) => {
      let current: MiniBatchField<N> | undefined
      return {
        size: group,
        flow: (index) => {
          current = miniBatch(B, scores, { size, replacement, key: keyOf(index) })(other)
          return probabilityFlow(B, other, current)
        },
        free: () => current?.free(),
      }
    },
    free: held.free,
  }
}

/** Key of the mini-batch of a group: there are `groups` of them, and one index after the last begins anew. */
export const groupKeys =
  (key: Key, groups: number, shift = 0) =>
  (group: number): Key =>
    fold(key, Number.isFinite(groups) ? (group + shift) % groups : group + shift)
