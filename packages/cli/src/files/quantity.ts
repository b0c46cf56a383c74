/** Counts, rates and durations as a person reads them. */

/** `950`, `1.2k`, `37k`, `3.4M`: three characters or so. */
export const shortCount = (count: number): string => {
  if (!Number.isFinite(count)) return '?'
  for (const [size, letter] of [
    [1e9, 'G'],
    [1e6, 'M'],
    [1e3, 'k'],
  ] as const)
    if (count >= 0.9995 * size) return `${digits(count / size)}${letter}`
  return count >= 100 || Number.isInteger(count) ? count.toFixed(0) : digits(count)
}

const digits = (value: number): string => (value >= 9.95 ? value.toFixed(0) : value.toFixed(value >= 0.095 ? 1 : 2))

/** Seconds as `0.4 s`, `12 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`. */
export const duration = (seconds: number): string => {
  if (!Number.isFinite(seconds)) return '?'
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`
  const whole = Math.round(seconds)
  if (whole < 60) return `${whole} s`
  if (whole < 3600) return pair(Math.floor(whole / 60), 'min', whole % 60, 's')
  const minutes = Math.round(whole / 60)
  if (minutes < 1440) return pair(Math.floor(minutes / 60), 'h', minutes % 60, 'min')
  const hours = Math.round(minutes / 60)
  return pair(Math.floor(hours / 24), 'd', hours % 24, 'h')
}

const pair = (large: number, largeUnit: string, small: number, smallUnit: string): string =>
  small === 0 ? `${large} ${largeUnit}` : `${large} ${largeUnit} ${small} ${smallUnit}`
