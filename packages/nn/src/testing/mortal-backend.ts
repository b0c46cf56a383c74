import { type Backend, eachOperation, type NativeOf, tweedieError, untyped } from '@tweedie/core'

/** How far a mortal backend is. */
export interface Life {
  /** Operations and reads that were asked for while it lived. */
  readonly calls: () => number
  /** What it died in, and whether that was inside a scope; undefined as long as it lives. */
  readonly death: () => { readonly of: string; readonly inScope: boolean } | undefined
}

/**
 * A backend that dies as a device does: the call after `calls` of its operations and reads throws `DeviceLost`, and from then on all that is asked of it throws
 * something that says nothing of the kind, freeing and leaving a scope included. What it computes cannot be looked at without a read.
 */
export const mortal = <B extends Backend<NativeOf<B>>>(B: B, calls = Number.POSITIVE_INFINITY): B & Life => {
  type N = NativeOf<B>
  const P = untyped<N>(B)
  let [made, depth] = [0, 0]
  let death: { readonly of: string; readonly inScope: boolean } | undefined
  const requireLife = (): void => {
    if (death !== undefined) throw new TypeError("Cannot read properties of null (reading 'queue')")
  }
  const count = (of: string): void => {
    requireLife()
    if (made === calls) {
      death = { of, inScope: depth > 0 }
      throw tweedieError('DeviceLost', of, 'the device is gone', 'Go on from a checkpoint, on another backend')
    }
    made++
  }
  const {
    allFinite: _,
    readNow: __,
    ...device
  } = eachOperation(
    B,
    ({ name, run }) => {
      count(name)
      return run()
    },
    {
      name: 'mortal',
      calls: () => made,
      death: () => death,
      read: async (x: N) => {
        count('read')
        // Another read may be where the device is lost.
        await Promise.resolve()
        requireLife()
        return P.read(x)
      },
      scope: <T>(body: () => T): T => {
        depth++
        try {
          return P.scope(body)
        } finally {
          depth--
          requireLife()
        }
      },
      free: (x: N) => {
        requireLife()
        P.free(x)
      },
    },
  ) as B & Life
  return device as B & Life
}
