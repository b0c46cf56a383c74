/** How a cloud of N points is cut for M queries, so that partial sums are small and short. */
export interface Plan {
  /** Points in a slice; each slice of each query is summed on its own. */
  readonly sliceLength: number
  readonly slices: number
  /** Queries that are taken at once. */
  readonly batch: number
}

/** Points that one invocation goes through at most: a driver's watchdog is not met, and sums stay short. */
const longest = 1 << 14
/** Sums for a query at most, which a single invocation adds up. */
const mostSums = 1024
/** Numbers of partial sums at once: 8 MiB. Those of earlier batches wait in the queue for their end, about seven of them. */
const partialNumbers = 1 << 21
/** The points that make an invocation worth its start. */
const shortest = 64

/** What a plan is made for. */
export interface PlanOptions {
  /** Pairs of a query and a point in one dispatch: unless told a fraction of a second on a small GPU. */
  readonly mostPairs?: number
  /** Invocations that keep the device busy: unless told, those of a large GPU. */
  readonly wanted?: number
}

/**
 * Slices so that enough invocations are busy where queries are few, and none goes through more than 2¹⁴ points as long as there are fewer than 2²⁴;
 * queries so that partial sums, `width` numbers for each of `lanes` invocations in each slice of each query, stay within 8 MiB.
 */
export const planOf = (
  queries: number,
  points: number,
  width: number,
  lanes: number,
  { mostPairs = 2 ** 31, wanted = 32_768 }: PlanOptions = {},
): Plan => {
  const forWork = Math.min(Math.ceil(wanted / (queries * lanes)), Math.ceil(points / (shortest * lanes)))
  const asked = Math.min(Math.ceil(mostSums / lanes), Math.max(forWork, Math.ceil(points / (longest * lanes))))
  const sliceLength = Math.ceil(points / asked)
  const slices = Math.ceil(points / sliceLength)
  const most = Math.min(partialNumbers / (slices * lanes * width), mostPairs / points)
  return { sliceLength, slices, batch: Math.max(1, Math.min(queries, Math.floor(most))) }
}
