/** How long a job may hold the event loop, in milliseconds. */
const LONGEST_TURN = 30

/**
 * Gives the event loop a turn now and then: the returned function says whether the job has held it for 30 ms, and if so resolves after
 * timers, input and an AbortController have had their chance.
 */
export const turns = (): (() => Promise<boolean>) => {
  let began = performance.now()
  return async () => {
    if (performance.now() - began < LONGEST_TURN) return false
    await new Promise((resolve) => setTimeout(resolve, 0))
    began = performance.now()
    return true
  }
}
