import { type HostMatrix, type Key, normalArray, tweedieError } from '@tweedie/core'
import type { GeneratorMap } from './generator-map.js'
import type { LogDensityOptions } from './log-density.js'

/** Where to look for the noise behind a row. */
export interface StartOptions {
  readonly key: Key
  /** A first guess of the noise behind each row, such as `flowEncoding`. */
  readonly encode?: (rows: HostMatrix, options?: Pick<LogDensityOptions, 'signal'>) => Promise<HostMatrix>
  /** Draws of the generator among which the nearest to each row are further guesses; default 2,048. */
  readonly pool?: number
  /** Guesses in all; default 3. */
  readonly starts?: number
}

/** Guesses of the noise behind rows: `starts` matrices [n, d]. The pool is drawn once. */
export const startsOf = (
  where: string,
  map: GeneratorMap,
  { key, encode, pool = 2_048, starts = 3 }: StartOptions,
): ((rows: HostMatrix, signal: AbortSignal | undefined) => Promise<readonly HostMatrix[]>) => {
  if (![pool, starts].every((count) => Number.isSafeInteger(count) && count >= 1) || starts > pool || starts > 100)
    throw tweedieError(
      'InvalidArgument',
      where,
      `${starts} starts, a pool of ${pool}`,
      'Use whole numbers: 1 to 100 starts, at most the pool',
    )
  const d = map.dimension
  const draw = async (): Promise<{ noise: Float64Array; values: Float64Array }> => {
    const noise = normalArray(key, pool * d)
    return { noise, values: (await map.value({ data: noise, rows: pool, columns: d })).data }
  }
  let drawn: ReturnType<typeof draw> | undefined
  return async (rows, signal) => {
    const encoded = encode === undefined ? [] : [await encode(rows, signal === undefined ? {} : { signal })]
    const wanted = starts - encoded.length
    if (wanted === 0) return encoded
    drawn ??= draw()
    const { noise, values } = await drawn
    const near = Array.from({ length: wanted }, () => new Float64Array(rows.rows * d))
    for (let i = 0; i < rows.rows; i++)
      nearest(rows.data.subarray(i * d, (i + 1) * d), values, wanted).forEach((k, order) => {
        ;(near[order] as Float64Array).set(noise.subarray(k * d, (k + 1) * d), i * d)
      })
    return [...encoded, ...near.map((data) => ({ ...rows, data }))]
  }
}

/** The numbers of the `count` rows nearest to x, the nearest first. */
const nearest = (x: Float64Array, rows: Float64Array, count: number): readonly number[] => {
  const d = x.length
  const found: { distance: number; k: number }[] = []
  for (let k = 0; k * d < rows.length; k++) {
    let distance = 0
    for (let j = 0; j < d; j++) distance += ((rows[k * d + j] as number) - (x[j] as number)) ** 2
    if (found.length === count && !(distance < (found[count - 1] as { distance: number }).distance)) continue
    let at = Math.min(found.length, count - 1)
    while (at > 0 && distance < (found[at - 1] as { distance: number }).distance) at--
    found.splice(at, 0, { distance, k })
    found.length = Math.min(found.length, count)
  }
  return found.map(({ k }) => k)
}
