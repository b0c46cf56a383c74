import { choiceWithoutReplacement, type HostMatrix, type Key, tweedieError } from '@tweedie/core'
import { logSumExp } from './log-sum-exp.js'

/** The floors that are tried: half powers of 2 from 2⁻¹³ to ½. */
const FLOORS = Array.from({ length: 25 }, (_, k) => 2 ** (k / 2 - 13))
const MOST_ROWS = 500

/**
 * The floor (noise variance, in scores) of a cloud's flow under which rows left out are likeliest: the largest mean over rows y_i of
 *
 *     ln (1/(n − 1)) Σ_{j ≠ i} N(y_i; y_j/r, (f/r²) I),    r = √(1 + f),
 *
 * the density of `cloudDensity` at t = 0 of `vanishingLinear({ floor: f })` without the row's own kernel (Duin 1976), among half powers of 2 from 2⁻¹³ to ½. Of
 * more than 500 rows 500 are drawn by `key`. Throws `InvalidTable` for fewer than two rows.
 *
 * @param cloud [n, d], of unit variance as scores are.
 */
export const likelihoodFloor = (cloud: HostMatrix, { key }: { readonly key: Key }): number => {
  const { data, rows, columns: d } = cloud
  if (rows < 2) throw tweedieError('InvalidTable', 'likelihoodFloor', `${rows} rows`, 'Leaving a row out needs another one')
  const chosen = rows <= MOST_ROWS ? Uint32Array.from({ length: rows }, (_, i) => i) : choiceWithoutReplacement(key, rows, MOST_ROWS)
  const squares = Float64Array.from({ length: rows }, (_, i) => product(data, i, i, d))
  const sums = FLOORS.map((floor) => -0.5 * chosen.length * d * Math.log(floor / (1 + floor)))
  const terms = new Float64Array(rows)
  for (const i of chosen) {
    const products = Float64Array.from({ length: rows }, (_, j) => product(data, i, j, d))
    FLOORS.forEach((floor, f) => {
      const r = Math.sqrt(1 + floor)
      for (let j = 0; j < rows; j++) {
        const distance = (squares[i] as number) - (2 / r) * (products[j] as number) + (squares[j] as number) / (r * r)
        terms[j] = j === i ? Number.NEGATIVE_INFINITY : (-0.5 * r * r * distance) / floor
      }
      sums[f] = (sums[f] as number) + logSumExp(terms)
    })
  }
  return FLOORS[sums.indexOf(sums.reduce((a, b) => Math.max(a, b)))] as number
}

/** y_i · y_j. */
const product = (data: Float64Array, i: number, j: number, d: number): number => {
  let sum = 0
  for (let p = 0; p < d; p++) sum += (data[i * d + p] as number) * (data[j * d + p] as number)
  return sum
}
