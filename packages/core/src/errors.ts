/**
 * Errors that name the mend.
 *
 * Every refusal in Tweedie is a `TweedieError`: a tagged value that says what was wrong, where, and what to do about it. It extends
 * `Error`, so a promise rejects with it and a stack trace is there, and it is the left side of every `Either` and `TaskEither`.
 */

/** What kind of thing went wrong. The tags are the public contract; the texts may improve. */
export type TweedieErrorTag =
  /** An argument is outside what the function accepts (a negative count, an increasing time grid). */
  | 'InvalidArgument'
  /** Two tensors, or a tensor and a model, do not fit together. */
  | 'ShapeMismatch'
  /** A NaN or an infinity appeared where a finite number is needed. */
  | 'NotFinite'
  /** A table could not be used: ragged, empty, text among numbers, constant column. */
  | 'InvalidTable'
  /** A file is missing, unreadable, unwritable or not of the format its name says. */
  | 'FileError'
  /** A saved model is truncated, altered, or belongs to something else. */
  | 'InvalidModel'
  /** A command line could not be understood. */
  | 'Usage'
  /** The caller's AbortSignal fired. */
  | 'Aborted'
  /** A solver could not go on. */
  | 'SolverFailure'
  /** A backend's memory is full. */
  | 'OutOfMemory'
  /** The device that computed is gone: its driver was reset, or the page lost its context. */
  | 'DeviceLost'
  /** A thread or worker died, or did not answer. */
  | 'WorkerFailure'
  /** The thing asked for is not available here (an operation of a backend, a missing feature of the machine). */
  | 'Unsupported'

/** The three sentences of a refusal. */
export interface Refusal {
  /** Where it happened: a function, a file, a row and column. */
  readonly where: string
  /** What was wrong, with the offending value. */
  readonly what: string
  /** What to do about it. */
  readonly mend: string
}

/** A refusal as a value that can be thrown, returned in an `Either`, or matched by `_tag`. */
export class TweedieError<Tag extends TweedieErrorTag = TweedieErrorTag> extends Error implements Refusal {
  readonly _tag: Tag
  readonly where: string
  readonly what: string
  readonly mend: string

  constructor(tag: Tag, refusal: Refusal, options?: ErrorOptions) {
    super(`${refusal.where}: ${refusal.what}. ${refusal.mend}`, options)
    this.name = 'TweedieError'
    this._tag = tag
    this.where = refusal.where
    this.what = refusal.what
    this.mend = refusal.mend
  }
}

/** Builds the error of a tag; throw it, or hand it to `E.left`. */
export const tweedieError = <Tag extends TweedieErrorTag>(
  tag: Tag,
  where: string,
  what: string,
  mend: string,
  cause?: unknown,
): TweedieError<Tag> => new TweedieError(tag, { where, what, mend }, cause === undefined ? undefined : { cause })

/** True for any `TweedieError`, including one made by another copy of this package. */
export const isTweedieError = (value: unknown): value is TweedieError =>
  value instanceof Error && value.name === 'TweedieError' && '_tag' in value

/** Turns anything thrown into a `TweedieError`: its own are kept, an `AbortError` becomes `Aborted`, the rest `fallback`. */
export const toTweedieError = (thrown: unknown, fallback: { tag: TweedieErrorTag } & Refusal): TweedieError => {
  if (isTweedieError(thrown)) return thrown
  if (thrown instanceof Error && thrown.name === 'AbortError') return aborted(fallback.where, thrown)
  const detail = thrown instanceof Error ? thrown.message : String(thrown)
  return tweedieError(fallback.tag, fallback.where, `${fallback.what}: ${detail}`, fallback.mend, thrown)
}

/** The error every job rejects with when its AbortSignal fires. */
export const aborted = (where: string, cause?: unknown): TweedieError<'Aborted'> =>
  tweedieError('Aborted', where, 'the job was aborted', 'Nothing was kept; start it again to get a result', cause)

/** Throws `Aborted` if the signal has fired. */
export const throwIfAborted = (signal: AbortSignal | undefined, where: string): void => {
  if (signal?.aborted === true) throw aborted(where, signal.reason)
}
