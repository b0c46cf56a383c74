import type { Progress } from '../files/index.js'

/** What the commands need of the world around them. */
export interface World {
  readonly progress: Progress
  readonly signal: AbortSignal
  /** Writes a result to standard output. */
  readonly print: (text: string) => void
}
