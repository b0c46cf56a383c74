import { type HostMatrix, type Key, tweedieError } from '@tweedie/core'
import { requireSample } from './validate.js'

/** Rows of two classes. */
export interface LabelledRows {
  readonly rows: HostMatrix
  /** 0 or 1 for each row. */
  readonly labels: ArrayLike<number>
}

/**
 * A classifier as a value: fits itself to labelled rows and scores others. The score is the log-odds of label 1, so above 0 means
 * "more likely 1"; for the area under the ROC curve any increasing function of it does. A classifier that learns asynchronously (a
 * network) gives a promise. It must draw whatever is random from the key.
 */
export interface Classifier<Scores extends Float64Array | Promise<Float64Array> = Float64Array | Promise<Float64Array>> {
  /** Names it in a report. */
  readonly name: string
  /** One score for each row of `queries`, which have the columns of `training.rows`. */
  readonly logOdds: (training: LabelledRows, queries: HostMatrix, key: Key) => Scores
}

/** Throws unless there is one label, 0 or 1, for every row, and both occur. */
export const requireLabelled = (where: string, { rows, labels }: LabelledRows): void => {
  requireSample(where, 'rows', rows, 2)
  if (labels.length !== rows.rows)
    throw tweedieError('ShapeMismatch', where, `${labels.length} labels for ${rows.rows} rows`, 'Pass one label for each row')
  let ones = 0
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i]
    if (label !== 0 && label !== 1)
      throw tweedieError('InvalidArgument', where, `the label of row ${i} is ${label}`, 'Use the labels 0 and 1')
    ones += label
  }
  if (ones === 0 || ones === rows.rows)
    throw tweedieError('InvalidArgument', where, `every label is ${ones === 0 ? 0 : 1}`, 'Pass rows of both classes')
}
