import type { StageProgress } from '@tweedie/cem'
import type { Progress, Stage } from '../files/index.js'

/** The seconds of a stage. */
export interface StageSeconds {
  readonly stage: string
  readonly seconds: number
}

export interface StageTracker {
  /** What an experiment calls. A stage ends when it is done, when another begins, or with `end`. */
  readonly report: (progress: StageProgress) => void
  /** Ends the open stage; the seconds of every stage, in the order in which they began. */
  readonly end: () => readonly StageSeconds[]
}

/** Room for a stage's name beside the bar and the time left on a terminal of 80 columns. */
const widest = 30

/** A long name without its middle: it ends with what tells one model or seed from another. */
const middleCut = (name: string, width: number): string => {
  const letters = Array.from(name)
  if (letters.length <= width) return name
  const end = Math.ceil((width - 1) * 0.6)
  return `${letters
    .slice(0, width - 1 - end)
    .join('')
    .trimEnd()}…${letters.slice(-end).join('').trimStart()}`
}

/** Shows the stages of an experiment, each name after `prefix`, and times them. `now` is in milliseconds. */
export const trackStages = (progress: Progress, prefix: string, now: () => number = () => performance.now()): StageTracker => {
  const seconds = new Map<string, number>()
  let open: { readonly name: string; readonly began: number; readonly shown: Stage } | undefined
  let last = ''

  const close = (): void => {
    if (open === undefined) return
    seconds.set(open.name, (seconds.get(open.name) ?? 0) + (now() - open.began) / 1000)
    open.shown.done()
    open = undefined
  }

  return {
    report: ({ stage, done, total }) => {
      // A second word that a stage is done begins nothing.
      if (open === undefined && stage === last && done >= total) return
      if (open?.name !== stage) {
        close()
        if (!seconds.has(stage)) seconds.set(stage, 0)
        open = { name: stage, began: now(), shown: progress.stage(`${prefix}${middleCut(stage, widest - prefix.length)}`, total, '', done) }
        last = stage
      }
      open.shown.update(done)
      if (done >= total) close()
    },
    end: () => {
      close()
      return Array.from(seconds, ([stage, each]) => ({ stage, seconds: each }))
    },
  }
}
