/**
 * Floyd and Rivest's SELECT (Communications of the ACM 18, 1975, algorithm 489): puts the key of rank `place` among keys[from … to] at
 * `place`, none greater before it and none smaller after it, and moves `items` along. About 1.5 n comparisons for the median.
 */
export const select = (keys: Float64Array, items: Uint32Array, from: number, to: number, place: number): void => {
  const swap = (a: number, b: number): void => {
    const key = keys[a] as number
    const item = items[a] as number
    keys[a] = keys[b] as number
    items[a] = items[b] as number
    keys[b] = key
    items[b] = item
  }
  let low = from
  let high = to
  while (high > low) {
    if (high - low > 600) {
      // A sample of size n^(2/3) about the place gives a pivot that is likely just beyond it.
      const n = high - low + 1
      const rank = place - low + 1
      const z = Math.log(n)
      const size = 0.5 * Math.exp((2 * z) / 3)
      const spread = 0.5 * Math.sqrt((z * size * (n - size)) / n) * Math.sign(rank - n / 2)
      select(
        keys,
        items,
        Math.max(low, Math.floor(place - (rank * size) / n + spread)),
        Math.min(high, Math.floor(place + ((n - rank) * size) / n + spread)),
        place,
      )
    }
    const pivot = keys[place] as number
    let left = low
    let right = high
    swap(low, place)
    if ((keys[high] as number) > pivot) swap(high, low)
    while (left < right) {
      swap(left++, right--)
      while ((keys[left] as number) < pivot) left++
      while ((keys[right] as number) > pivot) right--
    }
    if (keys[low] === pivot) swap(low, right)
    else swap(++right, high)
    if (right <= place) low = right + 1
    if (place <= right) high = right - 1
  }
}
