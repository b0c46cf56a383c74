// Values that a table repeats, given back to rows of real numbers: without this the digits alone tell such rows apart.
import { column } from '@tweedie/core'

/** Columns in which more than a tenth of the training values repeat another one. */
const repeats = (values) => new Set(values).size < 0.9 * values.length

/** The element of an ascending list that is nearest to `value`; the lower one of two as near. */
const nearest = (sorted, value) => {
  let [low, high] = [0, sorted.length - 1]
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if (sorted[middle] <= value) low = middle
    else high = middle
  }
  return value - sorted[low] <= sorted[high] - value ? sorted[low] : sorted[high]
}

/** Rows with the nearest training value in every column that repeats values. */
export const snap = (rows, train) => {
  const lists = Array.from({ length: train.columns }, (_, j) => column(train, j)).map((values) =>
    repeats(values) ? Float64Array.from(new Set(values)).sort() : undefined,
  )
  const data = rows.data.map((value, k) => {
    const sorted = lists[k % train.columns]
    return sorted === undefined ? value : nearest(sorted, value)
  })
  return { ...rows, data }
}
