import { type HostMatrix, sliceRows, throwIfAborted, turns, tweedieError } from '@tweedie/core'

export interface LogDensityOptions {
  readonly signal?: AbortSignal
  readonly onProgress?: (progress: { readonly done: number; readonly total: number }) => void
}

/** ln p at n rows, and how far each is to be trusted. Every list has n numbers. */
export interface LogDensities {
  /** ln p(x), in nats; −Infinity where the law has no density, or where `converged` is 0. */
  readonly logDensity: Float64Array
  /** Standard error of ln p, where it was estimated at random. */
  readonly standardError?: Float64Array
  /** Of the draws behind an estimate: (Σw)²/Σw². A few units mean that the standard error itself is not to be trusted. */
  readonly effectiveSampleSize?: Float64Array
  /** 1 where an equation was solved for the row, 0 where no solution was found. */
  readonly converged?: Uint8Array
  /** |F(y) − x| that was reached, in the largest column. */
  readonly residual?: Float64Array
  /** Solutions F(y) = x that were found and added up. */
  readonly preimages?: Uint8Array
}

/**
 * A log-density as a function of rows [n, d]. `cloudDensity`, `flowDensity`, `generatorDensity` and `importanceDensity` give one in the model's
 * scores, `inTableUnits` turns it to the table's. Rejects with `ShapeMismatch` for other columns, `NotFinite` naming the row and column of a NaN
 * or an infinity, and `Aborted`.
 */
export type LogDensity = (rows: HostMatrix, options?: LogDensityOptions) => Promise<LogDensities>

/** A log-density from one that takes a chunk of checked rows; `first` is the number of the chunk's first row. */
export const inChunks =
  (where: string, dimension: number, chunk: number, evaluate: (rows: HostMatrix, first: number) => Promise<LogDensities>): LogDensity =>
  async (rows, { signal, onProgress } = {}) => {
    if (!(Number.isSafeInteger(chunk) && chunk >= 1))
      throw tweedieError('InvalidArgument', where, `chunk ${chunk}`, 'Use a whole number, at least 1')
    requireRows(where, rows, dimension)
    const parts: LogDensities[] = []
    const turn = turns()
    for (let from = 0; from < rows.rows; from += chunk) {
      throwIfAborted(signal, where)
      const to = Math.min(rows.rows, from + chunk)
      const part = await evaluate(sliceRows(rows, from, to), from)
      const bad = part.logDensity.findIndex((value) => Number.isNaN(value) || value === Number.POSITIVE_INFINITY)
      if (bad >= 0)
        throw tweedieError(
          'NotFinite',
          `${where}, row ${from + bad + 1}`,
          `ln p = ${part.logDensity[bad]}`,
          'The model is not sound: fit it again',
        )
      parts.push(part)
      onProgress?.({ done: to, total: rows.rows })
      await turn()
    }
    return joined(parts)
  }

/** Refuses rows that are not [n, dimension] or not finite. */
export const requireRows = (where: string, { data, columns }: HostMatrix, dimension: number): void => {
  if (columns !== dimension)
    throw tweedieError(
      'ShapeMismatch',
      where,
      `${columns} columns for a density in ${dimension}`,
      'Use the columns that the model was fitted to, in the same order',
    )
  const at = data.findIndex((value) => !Number.isFinite(value))
  if (at >= 0)
    throw tweedieError(
      'NotFinite',
      `${where}, row ${Math.floor(at / columns) + 1}, column ${(at % columns) + 1}`,
      `the value ${data[at]}`,
      'Remove the row or fill in a finite number',
    )
}

const joined = (parts: readonly LogDensities[]): LogDensities => {
  const floats = (of: (part: LogDensities) => Float64Array | undefined) => joinedList(parts, of, (n) => new Float64Array(n))
  const bytes = (of: (part: LogDensities) => Uint8Array | undefined) => joinedList(parts, of, (n) => new Uint8Array(n))
  const standardError = floats((part) => part.standardError)
  const effectiveSampleSize = floats((part) => part.effectiveSampleSize)
  const converged = bytes((part) => part.converged)
  const residual = floats((part) => part.residual)
  const preimages = bytes((part) => part.preimages)
  return {
    logDensity: floats((part) => part.logDensity) ?? new Float64Array(0),
    ...(standardError && { standardError }),
    ...(effectiveSampleSize && { effectiveSampleSize }),
    ...(converged && { converged }),
    ...(residual && { residual }),
    ...(preimages && { preimages }),
  }
}

const joinedList = <A extends Float64Array | Uint8Array>(
  parts: readonly LogDensities[],
  of: (part: LogDensities) => A | undefined,
  make: (length: number) => A,
): A | undefined => {
  const lists = parts.map(of)
  if (lists.length === 0 || lists[0] === undefined) return undefined
  const all = make(lists.reduce((sum, list) => sum + (list as A).length, 0))
  let at = 0
  for (const list of lists as A[]) {
    all.set(list, at)
    at += list.length
  }
  return all
}
