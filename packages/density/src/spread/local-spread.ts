import { fold, type HostMatrix, type Key, normalArray, permutation, tweedieError } from '@tweedie/core'
import { nearestRows } from './nearest-rows.js'

export interface LocalSpreadOptions {
  /** Rows to draw; every row of the table is the centre of as many, one more or less. */
  readonly count: number
  /** Width of the kernels, in root mean square distances to the neighbours; 0 gives the rows themselves. */
  readonly spread: number
  /** Neighbours that say in which directions a kernel runs; `neighboursFor` when left out. */
  readonly neighbours?: number
  readonly key: Key
}

/** Twice as many neighbours as columns, at least 10: enough to span the directions that the data has. */
export const neighboursFor = (columns: number): number => Math.max(10, 2 * columns)

/**
 * Draws from a kernel density whose kernels lie along the data (manifold Parzen windows, Vincent & Bengio 2003): around row y_i stands
 * N(y_i, s² C_i), with C_i = (1/k) Σ_j (y_j − y_i)(y_j − y_i)ᵀ over its k nearest rows and s the spread. A draw is
 * y_i + (s/√k) Σ_j z_j (y_j − y_i), z ~ N(0, I): no matrix is made. Where the data lies on a surface, draws stay near it, while a kernel
 * of equal width in all directions leaves it.
 *
 * Draw r depends on the key, the table and r alone. Throws `InvalidArgument` for a spread below 0 or a count or number of neighbours that is not a
 * positive whole number, `InvalidTable` for a table of fewer than two rows.
 *
 * @param table [rows, d], in units in which distances make sense (scores).
 * @returns [count, d]
 */
export const localSpread = (table: HostMatrix, options: LocalSpreadOptions): HostMatrix => {
  const { count, spread, key } = options
  const { data, rows, columns } = table
  if (rows < 2) throw tweedieError('InvalidTable', 'localSpread', `${rows} rows`, 'A row needs another to be spread towards')
  const wanted = options.neighbours ?? neighboursFor(columns)
  if (!(Number.isSafeInteger(count) && count >= 1 && Number.isSafeInteger(wanted) && wanted >= 1 && spread >= 0 && Number.isFinite(spread)))
    throw tweedieError(
      'InvalidArgument',
      'localSpread',
      `count ${count}, neighbours ${wanted}, spread ${spread}`,
      'Use positive whole numbers, and a finite spread of 0 or more',
    )
  const neighbours = Math.min(wanted, rows - 1)
  const centres = inTurns(count, rows, fold(key, 0))
  const drawn = new Float64Array(count * columns)
  const found = spread === 0 ? undefined : nearestRows(table, neighbours, fold(key, 1))
  const normals = fold(key, 2)
  const scale = spread / Math.sqrt(neighbours)
  for (let r = 0; r < count; r++) {
    const centre = centres[r] as number
    const own = data.subarray(centre * columns, (centre + 1) * columns)
    const into = drawn.subarray(r * columns, (r + 1) * columns)
    into.set(own)
    if (found === undefined) continue
    const z = normalArray(normals, neighbours, r * neighbours)
    for (let n = 0; n < neighbours; n++) {
      const weight = scale * (z[n] as number)
      const other = (found[centre * neighbours + n] as number) * columns
      for (let j = 0; j < columns; j++) into[j] = (into[j] as number) + weight * ((data[other + j] as number) - (own[j] as number))
    }
  }
  return { data: drawn, rows: count, columns }
}

/** Row numbers, all of them once in random order, then again. */
const inTurns = (count: number, rows: number, key: Key): Uint32Array => {
  const centres = new Uint32Array(count)
  for (let from = 0, turn = 0; from < count; from += rows, turn++)
    centres.set(permutation(fold(key, turn), rows).subarray(0, Math.min(rows, count - from)), from)
  return centres
}
