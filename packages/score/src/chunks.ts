import type { Backend, Matrix, Tensor } from '@tweedie/core'

/** How many numbers [queries, points] a derived kernel may hold in one tensor before queries are taken in chunks: 32 MiB in float64. */
const PAIRS_AT_ONCE = 2 ** 22

/** How many queries to take at once against a cloud of so many points, where a tensor is made of all pairs. */
export const defaultQueriesAtOnce = (points: number): number => Math.max(1, Math.floor(PAIRS_AT_ONCE / points))

/**
 * Applies a function of queries, whose results have a row per query, to chunks of at most `size` queries, and joins the results. Each chunk
 * runs in a scope of its own, so memory is that of one chunk.
 */
export const inChunks = <N, R extends Readonly<Record<string, Tensor<N>>>>(
  B: Backend<N>,
  x: Matrix<N>,
  size: number,
  of: (queries: Matrix<N>) => R,
): R => {
  const count = B.shape(x)[0]
  if (count <= size) return of(x)
  const parts: R[] = []
  for (let from = 0; from < count; from += size) parts.push(B.scope(() => of(B.slice(x, 0, from, Math.min(count, from + size)))))
  const names = Object.keys(parts[0] as R)
  // Each name keeps the type it has in a part: joining along axis 0 changes the number of rows alone.
  return Object.fromEntries(
    names.map((name) => [
      name,
      B.concat(
        parts.map((part) => part[name] as Tensor<N>),
        0,
      ),
    ]),
  ) as R
}
