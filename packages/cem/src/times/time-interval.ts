import { type ForwardProcess, tweedieError } from '@tweedie/core'

/**
 * The times that a law draws from, all of the process's range where not given. Time runs forwards here: `start` is the clean end and `stop` the
 * noisy one, unlike a sampling grid, which goes from noise to data.
 */
export interface TimeInterval {
  readonly start?: number | undefined
  readonly stop?: number | undefined
}

/** Resolves and checks an interval. Throws `InvalidArgument`. */
export const timeInterval = (where: string, process: ForwardProcess, given: TimeInterval): readonly [start: number, stop: number] => {
  const [low, high] = process.timeRange
  const { start = low, stop = high } = given
  const refuse = (what: string, mend: string) => tweedieError('InvalidArgument', `${where} under ${process.name}`, what, mend)
  for (const [name, t] of [
    ['start', start],
    ['stop', stop],
  ] as const) {
    if (!Number.isFinite(t)) throw refuse(`${name} ${t}`, 'Use a finite time')
    if (t < low || t > high) throw refuse(`${name} ${t} is outside [${low}, ${high}]`, 'Stay within the time range of the process')
  }
  if (!(start < stop)) throw refuse(`start ${start} and stop ${stop}`, 'Give start < stop: start is the clean end, stop the noisy one')
  return [start, stop]
}
