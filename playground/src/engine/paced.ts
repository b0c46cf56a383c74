import type { Answer } from '../protocol.js'
import type { Post } from './job.js'

/** Milliseconds between two messages of progress: twenty a second. */
const BETWEEN = 50

/** The same, but progress within 50 ms of the last of its stage is left out, unless it is the stage's end. */
export const paced = (post: Post, now: () => number = () => performance.now()): Post => {
  let last = { stage: '', at: Number.NEGATIVE_INFINITY }
  return (answer: Answer) => {
    if (answer.kind === 'progress') {
      const { stage, done, of } = answer
      const at = now()
      if (stage === last.stage && at - last.at < BETWEEN && done < of) return
      last = { stage, at }
    }
    post(answer)
  }
}
