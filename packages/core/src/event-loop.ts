/** How long a job may hold the event loop, in milliseconds. */
const LONGEST_TURN = 30

/**
 * Gives the event loop a turn now and then, so that timers, progress bars and an AbortSignal act during a long job: the returned function
 * says whether the job has held the loop for 30 ms, and if so resolves after the others have had their chance. `setTimeout` is what
 * every browser, worker and Node has.
 */
export const turns = (): (() => Promise<boolean>) => {
  let began = performance.now()
  return async () => {
    if (performance.now() - began < LONGEST_TURN) return false
    await new Promise<void>((resolve) => setTimeout(resolve, 0))
    began = performance.now()
    return true
  }
}
