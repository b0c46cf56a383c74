/** ln Σ e^v, −Infinity for an empty list. The largest is taken out first, so nothing overflows. */
export const logSumExp = (values: ArrayLike<number>): number => {
  let most = Number.NEGATIVE_INFINITY
  for (let k = 0; k < values.length; k++) most = Math.max(most, values[k] as number)
  if (most === Number.NEGATIVE_INFINITY) return most
  let sum = 0
  for (let k = 0; k < values.length; k++) sum += Math.exp((values[k] as number) - most)
  return most + Math.log(sum)
}
