import { type Backend, eachOperation, isTweedieError, type NativeOf, type TweedieError, untyped } from '@tweedie/core'

/** A backend that stands still once its device is lost. */
export interface UntilLost<B> {
  readonly backend: B
  /** The first `DeviceLost` that the backend threw; undefined as long as there was none. */
  readonly lost: () => TweedieError | undefined
}

const isDeviceLost = (thrown: unknown): thrown is TweedieError => isTweedieError(thrown) && thrown._tag === 'DeviceLost'

/**
 * The same backend, which remembers the first `DeviceLost`. From then on every operation, scope and read throws that error, whatever the one
 * below does: answers with garbage, throws something else, or nothing. Freeing is silent, so a `finally` that frees does not hide why it runs.
 */
export const untilLost = <B extends Backend<NativeOf<B>>>(B: B): UntilLost<B> => {
  type N = NativeOf<B>
  const P = untyped<N>(B)
  let lost: TweedieError | undefined
  /** What is to be thrown in place of this: the loss, once there was one. */
  const seen = (thrown: unknown): unknown => {
    if (lost === undefined && isDeviceLost(thrown)) lost = thrown
    return lost ?? thrown
  }
  const attempt = <R>(run: () => R): R => {
    if (lost !== undefined) throw lost
    try {
      return run()
    } catch (thrown) {
      throw seen(thrown)
    }
  }
  const guarded = <A extends readonly unknown[], R>(f: ((...args: A) => R) | undefined) =>
    f && ((...args: A): R => attempt(() => f(...args)))
  /** Those that not every backend has. */
  const optional = { allFinite: guarded(P.allFinite), readNow: guarded(P.readNow), cloudTree: guarded(P.cloudTree) }

  const backend = eachOperation(B, ({ run }) => attempt(run), {
    ...Object.fromEntries(Object.entries(optional).filter(([, member]) => member !== undefined)),
    scope: guarded(P.scope),
    read: async (x: N): Promise<Float64Array> => {
      try {
        const numbers = await attempt(() => P.read(x))
        if (lost === undefined) return numbers
      } catch (thrown) {
        throw seen(thrown)
      }
      throw lost
    },
    free: (x: N): void => {
      try {
        P.free(x)
      } catch (thrown) {
        seen(thrown)
        if (lost === undefined) throw thrown
      }
    },
  })
  return { backend, lost: () => lost }
}
