export interface Fault {
  readonly id: string
  /** From the root of the repository, with forward slashes. */
  readonly file: string
  readonly kind: string
  /** Occurs exactly once in the file. */
  readonly from: string
  readonly to: string
  /** What is wrong then, in a sentence. */
  readonly wrong: string
  /** Why no property notices, where that is so. */
  readonly survives?: string
}

export const faults: readonly Fault[]
