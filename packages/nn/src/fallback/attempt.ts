import { type Backend, isTweedieError, type TweedieError, type TweedieErrorTag } from '@tweedie/core'
import { untilLost } from './until-lost.js'

/** A backend with what it may have besides: an end, and word of its device. */
export type Made<N> = Backend<N> & { readonly dispose?: () => unknown; readonly lost?: Promise<unknown> }

/** How a job on one backend went. `reason` is why another may be tried; undefined where none may. */
export type Outcome<R> =
  | { readonly result: R }
  | { readonly thrown: unknown; readonly reason: TweedieError | undefined; readonly backend: string | undefined }

/** Makes a backend, runs a job on it, and disposes of it. Never rejects. */
export const attempt = async <N, R>(
  make: () => Made<N> | Promise<Made<N>>,
  job: (B: Backend<N>) => Promise<R>,
  on: readonly TweedieErrorTag[],
): Promise<Outcome<R>> => {
  const among = (error: unknown): error is TweedieError => isTweedieError(error) && on.includes(error._tag)
  let made: Made<N>
  try {
    made = await make()
  } catch (thrown) {
    return { thrown, reason: among(thrown) ? thrown : undefined, backend: undefined }
  }
  const { backend, lost } = untilLost<Backend<N>>(made)
  try {
    const result = await job(backend)
    await dispose(made)
    return { result }
  } catch (thrown) {
    // Asked before the disposal, which may itself count as a loss.
    const reason = [lost(), thrown, await settled(made.lost)].find(among)
    const disposed = dispose(made)
    // A device that is gone may never answer.
    if (reason?._tag !== 'DeviceLost') await disposed
    return { thrown, reason, backend: made.name }
  }
}

/** What a promise has resolved with by the next turn of the event loop; undefined where it has not, or is none. */
const settled = (lost: Promise<unknown> | undefined): Promise<unknown> =>
  lost === undefined
    ? Promise.resolve(undefined)
    : Promise.race([lost.catch((error: unknown) => error), new Promise<undefined>((resolve) => setTimeout(() => resolve(undefined), 0))])

/** The job has its outcome; an end that fails does not change it. */
const dispose = async (made: { readonly dispose?: () => unknown }): Promise<void> => {
  try {
    await made.dispose?.()
  } catch {}
}
