/**
 * Progress of named stages, on stderr. A terminal gets a bar that redraws itself; a file or a pipe gets at most ten plain lines a
 * stage; `quiet` gets nothing.
 */

import { SingleBar } from 'cli-progress'
import { duration, shortCount } from './quantity.js'

export interface ProgressOptions {
  /** Where to write. Default `process.stderr`. */
  readonly stream?: NodeJS.WritableStream | undefined
  /** Print nothing at all. Default false. */
  readonly quiet?: boolean | undefined
  /** The clock, in milliseconds. Default `performance.now`. */
  readonly now?: (() => number) | undefined
}

/** One stage of the work. */
export interface Stage {
  /** `done` of the total so far, with something to show beside it (a loss). Cheap: call it as often as you like. */
  readonly update: (done: number, suffix?: string) => void
  /** Ends the stage with a line of what it took, and `summary` after it. */
  readonly done: (summary?: string) => void
}

export interface Progress {
  /** Starts a stage; the one before it, if still open, is closed. `from` is how much was done before (a resumed run). */
  readonly stage: (name: string, total: number, unit?: string, from?: number) => Stage
  /** A line of its own. */
  readonly note: (text: string) => void
  /** Takes the bar away and releases its timer; needed when the work ends in an error. */
  readonly stop: () => void
}

interface Measured {
  readonly fraction: number
  /** Units per second since the stage began. */
  readonly rate: number
  readonly elapsed: number
  readonly left: number
}

const measure = (done: number, total: number, from: number, elapsed: number): Measured => {
  const rate = elapsed > 0 ? (done - from) / elapsed : 0
  return {
    fraction: total > 0 ? Math.min(1, Math.max(0, done / total)) || 0 : 1,
    rate,
    elapsed,
    left: rate > 0 ? Math.max(0, total - done) / rate : Number.NaN,
  }
}

const percent = ({ fraction }: Measured): string => `${Math.floor(fraction * 100)}%`
const pace = ({ rate, left }: Measured): string => (rate > 0 ? `${shortCount(rate)}/s, ${duration(left)} left` : '')
const listed = (...parts: readonly (string | undefined)[]): string => parts.filter((part) => part !== undefined && part !== '').join(', ')

const doneLine = (name: string, done: number, unit: string, measured: Measured, summary: string | undefined): string =>
  listed(
    `${name}: ${[shortCount(done), unit].filter((part) => part !== '').join(' ')} in ${duration(measured.elapsed)}`,
    measured.rate > 0 ? `${shortCount(measured.rate)}/s` : '',
    summary,
  )

/** What a stage shows while it runs; the bar and the plain lines are the two ways. */
interface Display {
  readonly show: (done: number, measured: Measured, suffix: string | undefined) => void
  /** Takes itself off the screen, so that a line can be written. */
  readonly hide: () => void
  readonly resume: () => void
}

const barWidth = 24

const barDisplay = (stream: NodeJS.WritableStream, name: string, total: number, from: number): Display => {
  let last = { done: from, text: '' }
  const bar = new SingleBar({
    stream,
    clearOnComplete: true,
    gracefulExit: false,
    linewrap: true,
    fps: 10,
    // The bar knows the width; the text beside it is ours, so that it reads like the plain lines.
    format: (_options, { value, total: all, maxWidth }) => {
      const filled = Math.round(barWidth * (all > 0 ? Math.min(1, Math.max(0, value / all)) : 1))
      return `${name} ${'█'.repeat(filled)}${'░'.repeat(barWidth - filled)} ${last.text}`.slice(0, maxWidth - 1)
    },
  })
  const resume = (): void => bar.start(total, last.done)
  resume()
  return {
    show: (done, measured, suffix) => {
      last = { done, text: listed(`${percent(measured)} ${pace(measured)}`.trim(), suffix) }
      bar.update(done)
    },
    hide: () => bar.stop(),
    resume,
  }
}

/** A line whenever another tenth is done; the tenth tenth is the closing line. */
const lineDisplay = (stream: NodeJS.WritableStream, name: string, start: Measured): Display => {
  let next = Math.floor(start.fraction * 10) + 1
  return {
    show: (_done, measured, suffix) => {
      const tenth = Math.floor(measured.fraction * 10)
      if (tenth < next || tenth >= 10) return
      next = tenth + 1
      stream.write(`${listed(`${name} ${percent(measured)} ${pace(measured)}`.trim(), suffix)}\n`)
    },
    hide: () => undefined,
    resume: () => undefined,
  }
}

const silent: Progress = { stage: () => ({ update: () => undefined, done: () => undefined }), note: () => undefined, stop: () => undefined }

/** Reports progress of one stage after another. */
export const createProgress = ({
  stream = process.stderr,
  quiet = false,
  now = () => performance.now(),
}: ProgressOptions = {}): Progress => {
  if (quiet) return silent
  const isTerminal = 'isTTY' in stream && stream.isTTY === true
  let open: { readonly display: Display; readonly id: symbol } | undefined

  const stop = (): void => {
    open?.display.hide()
    open = undefined
  }

  const stage = (name: string, total: number, unit = '', from = 0): Stage => {
    stop()
    const began = now()
    const measured = (done: number): Measured => measure(done, total, from, (now() - began) / 1000)
    const display = isTerminal ? barDisplay(stream, name, total, from) : lineDisplay(stream, name, measured(from))
    const id = Symbol(name)
    let latest = from
    open = { display, id }
    return {
      update: (done, suffix) => {
        latest = done
        if (open?.id === id) display.show(done, measured(done), suffix)
      },
      done: (summary) => {
        if (open?.id !== id) return
        stop()
        stream.write(`${doneLine(name, latest, unit, measured(latest), summary)}\n`)
      },
    }
  }

  const note = (text: string): void => {
    open?.display.hide()
    stream.write(`${text}\n`)
    open?.display.resume()
  }

  return { stage, note, stop }
}
