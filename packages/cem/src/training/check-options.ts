import { showShape, tweedieError } from '@tweedie/core'
import type { BoundTimeLaw } from '../times/time-law.js'
import type { TrainModelOptions } from './model.js'

const refuse = (what: string, mend: string) => tweedieError('InvalidArgument', 'trainModel', what, mend)

const requireCount = (what: string, value: number): void => {
  if (!(Number.isSafeInteger(value) && value >= 1)) throw refuse(`${what} = ${value}`, 'Use a whole number of at least 1')
}

/** The options with their defaults, checked. Throws `InvalidArgument`, `ShapeMismatch` or `NotFinite`. */
export const checkModelOptions = (
  options: TrainModelOptions,
): { readonly law: BoundTimeLaw; readonly lookEvery: number; readonly checkpointEvery: number } => {
  const { data, network, process, times, steps, batch, averaging, resume } = options
  requireCount('steps', steps)
  requireCount('batch', batch)
  const lookEvery = options.lookEvery ?? Math.ceil(steps / 100)
  const checkpointEvery = options.checkpointEvery ?? 1_000
  requireCount('lookEvery', lookEvery)
  requireCount('checkpointEvery', checkpointEvery)
  if (data.columns !== network.dimension)
    throw tweedieError(
      'ShapeMismatch',
      'trainModel',
      `data of shape ${showShape([data.rows, data.columns])} for a network of dimension ${network.dimension}`,
      'Give one column per dimension of the network',
    )
  if (batch > data.rows) throw refuse(`batch = ${batch} of ${data.rows} rows`, 'Use a batch of at most all rows')
  if (averaging !== undefined && !(averaging >= 0 && averaging < 1))
    throw refuse(`averaging = ${averaging}`, 'Use a decay from 0 to below 1, such as 0.999')
  if (resume !== undefined && !(Number.isSafeInteger(resume.step) && resume.step >= 0 && resume.step < steps))
    throw refuse(`resuming after step ${resume.step} of ${steps}`, 'Resume a run that is not over')
  const bad = data.data.findIndex((x) => !Number.isFinite(x))
  if (bad >= 0)
    throw tweedieError(
      'NotFinite',
      'trainModel, data',
      `${data.data[bad]} in row ${Math.floor(bad / data.columns)}, column ${bad % data.columns}`,
      'Leave out rows with missing values',
    )
  return { law: times.under(process), lookEvery, checkpointEvery }
}
