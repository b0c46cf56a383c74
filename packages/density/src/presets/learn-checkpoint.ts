import type { TrainingState } from '@tweedie/nn'
import type { LabelsMade } from '../labelled-pairs.js'
import type { Tried } from './best/tried.js'

/** How far a preset is, as numbers on the host: no backend owns any of it, and any backend can take it up. */
export interface LearnCheckpoint {
  /** Of preset `best`, where it chooses: what was tried. */
  readonly tried?: readonly Tried[]
  /** The labels that there are, as `labelledPairs` gives them. */
  readonly labels?: LabelsMade
  /** The state of the training, once it has begun. */
  readonly training?: TrainingState
}

/** Where a preset goes on from, and what it hands out to go on from. */
export interface LearnCheckpointOptions {
  /** What was handed to `onCheckpoint` by a run with the same options, on this backend or another. */
  readonly resume?: LearnCheckpoint | undefined
  /** Takes how far the preset is: after each chunk of labels, every `checkpointEvery` steps of the training, and after its last. */
  readonly onCheckpoint?: ((reached: LearnCheckpoint) => void | Promise<void>) | undefined
  /** Steps of the training between two calls; 1,000 by default. */
  readonly checkpointEvery?: number | undefined
}

/** The options of one stage that is `part` of a preset: its part is taken up, and comes back among the others. */
export const stageOf = <Part extends keyof LearnCheckpoint>({ resume, onCheckpoint }: LearnCheckpointOptions, part: Part) => ({
  resume: resume?.[part],
  ...(onCheckpoint && { onCheckpoint: (state: NonNullable<LearnCheckpoint[Part]>) => onCheckpoint({ ...resume, [part]: state }) }),
})

/** Passes checkpoints on, and gives each stage what was reached by those before it. */
export const reached = ({ resume, onCheckpoint }: LearnCheckpointOptions) => {
  let last = resume
  return (): Pick<LearnCheckpointOptions, 'resume' | 'onCheckpoint'> => ({
    resume: last,
    ...(onCheckpoint && {
      onCheckpoint: (state: LearnCheckpoint) => {
        last = state
        return onCheckpoint(state)
      },
    }),
  })
}
