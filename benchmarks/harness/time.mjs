/** The middle of sorted numbers. */
export const medianOf = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)]

/**
 * Milliseconds of at least five calls after one that warms up; a call may return a promise. Short calls are repeated for a tenth of a second, so that what
 * the engine compiles late is compiled.
 */
export const timesOf = async (call, repeats = 5) => {
  await call()
  const warm = performance.now() + 100
  for (let k = 0; k < 50 && performance.now() < warm; k++) await call()
  const times = []
  while (times.length < repeats) {
    const began = performance.now()
    await call()
    times.push(performance.now() - began)
  }
  return times
}
