/** A spread and a step that were tried: how a generator with a fifth of the labels and iterations does on rows that it has not seen. */
export interface Tried {
  readonly spread: number
  readonly step: number | 'network'
  /** Accuracy of a classifier that tells its rows from validation rows (C2ST); ½ is best. */
  readonly accuracy: number
  readonly standardError: number
  /** Distance to the nearest training row over that of validation rows (medians); null where that is 0. */
  readonly ratio: number | null
}
