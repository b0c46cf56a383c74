import { tweedieError } from '../errors.js'

/**
 * Memory by scope.
 *
 * `scope(body)` frees every tensor made inside the body except those it returns, which then belong to the enclosing scope, or to the
 * caller where there is none. A backend keeps one tracker and tells it of every tensor it makes.
 */
export interface ScopeTracker<N extends object> {
  /** Notes a new tensor and hands it back. */
  readonly track: <T extends N>(tensor: T) => T
  readonly scope: <T>(body: () => T) => T
  /** Frees one tensor; freeing it again does nothing. */
  readonly free: (tensor: N) => void
  /** How many tracked tensors have not been freed. */
  readonly liveTensors: () => number
}

/** Calls `visit` on every tensor inside a value: the value itself, array elements, and values of plain objects, at any depth. */
export const forEachTensor = <N>(value: unknown, isTensor: (value: unknown) => value is N, visit: (tensor: N) => void): void => {
  if (isTensor(value)) visit(value)
  else if (Array.isArray(value)) for (const item of value) forEachTensor(item, isTensor, visit)
  else if (
    typeof value === 'object' &&
    value !== null &&
    (Object.getPrototypeOf(value) === Object.prototype || Object.getPrototypeOf(value) === null)
  )
    for (const item of Object.values(value)) forEachTensor(item, isTensor, visit)
}

export const isPromise = (value: unknown): value is PromiseLike<unknown> =>
  typeof value === 'object' && value !== null && typeof (value as { then?: unknown }).then === 'function'

/** Refuses an asynchronous body: its tensors would be freed before it has finished. */
export const requireSynchronous = <T>(result: T): T => {
  if (isPromise(result))
    throw tweedieError(
      'InvalidArgument',
      'scope',
      'the body returned a promise',
      'Keep scopes around synchronous code and await outside of them',
    )
  return result
}

/**
 * A tracker for tensors of type N. `release` gives a tensor's memory back; leave it out where a garbage collector does.
 */
export const scopeTracker = <N extends object>(
  isTensor: (value: unknown) => value is N,
  release: (tensor: N) => void = () => {},
): ScopeTracker<N> => {
  const open: Set<N>[] = []
  const alive = new WeakSet<N>()
  let live = 0

  const forget = (tensor: N): void => {
    if (!alive.delete(tensor)) return
    live--
    release(tensor)
  }

  return {
    track: (tensor) => {
      if (!alive.has(tensor)) {
        alive.add(tensor)
        live++
        open.at(-1)?.add(tensor)
      }
      return tensor
    },
    scope: (body) => {
      const mine = new Set<N>()
      open.push(mine)
      const escaped = new Set<N>()
      try {
        const result = requireSynchronous(body())
        forEachTensor(result, isTensor, (tensor) => escaped.add(tensor))
        return result
      } finally {
        open.pop()
        for (const tensor of mine) {
          if (escaped.has(tensor)) open.at(-1)?.add(tensor)
          else forget(tensor)
        }
      }
    },
    free: (tensor) => {
      for (const made of open) made.delete(tensor)
      forget(tensor)
    },
    liveTensors: () => live,
  }
}
