/**
 * Gives the event loop a turn when `interval` milliseconds of work have gone by since the last one, so that timers, progress bars and an
 * AbortSignal act during a long job. `setTimeout` is what every browser, worker and Node has.
 */
export const turns = (interval = 30): (() => Promise<void>) => {
  let last = performance.now()
  return async () => {
    if (performance.now() - last < interval) return
    await new Promise<void>((resolve) => setTimeout(resolve, 0))
    last = performance.now()
  }
}
