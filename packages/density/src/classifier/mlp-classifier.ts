import { type Activation, type Backend, readAndFree } from '@tweedie/core'
import { type Classifier, columnScale, standardise } from '@tweedie/metrics'
import { adam, cosineDecay, mlp, train } from '@tweedie/nn'
import { toTensor } from '../fit.js'
import { logisticLoss } from './logistic-loss.js'

export interface MlpClassifierOptions {
  /** Units of each hidden layer; default 64 and 64. */
  readonly hidden?: readonly number[]
  /** Default `silu`. */
  readonly activation?: Activation
  /** Steps of Adam, its rate falling to 0 along half a cosine; default 1000. */
  readonly steps?: number
  /** Adam's rate at the first step; default 3e-3. */
  readonly rate?: number
  /** Rows of a step; default 128, or all rows where there are fewer. */
  readonly batch?: number
  /** The share of the training rows that chooses the best step; default 0.15. */
  readonly validationFraction?: number
  /** Stops after this many validations, of 50 in all, without a new best; default 10. */
  readonly patience?: number
  readonly signal?: AbortSignal
}

/**
 * A network as the classifier of `classifierTwoSampleTest` (Lopez-Paz and Oquab 2017 use one as well): a multilayer perceptron with one
 * output, the log-odds, trained by the logistic loss on columns standardised by the training rows. The weights kept are those of the
 * best validation loss, so where nothing is to be learnt it stays near 0.
 *
 * `logOdds` rejects with what `train` rejects with, and frees all tensors it made, however it ends.
 */
export const mlpClassifier = <N>(B: Backend<N>, options: MlpClassifierOptions = {}): Classifier<Promise<Float64Array>> => ({
  name: 'multilayer perceptron',
  logOdds: async ({ rows, labels }, queries, key) => {
    const { hidden = [64, 64], activation = 'silu', steps = 1000, rate = 3e-3, batch = 128, signal } = options
    const { validationFraction = 0.15, patience = 10 } = options
    const scale = columnScale(rows)
    const asked = standardise(queries, scale)
    const network = mlp([rows.columns, ...hidden, 1], { activation })
    const training = rows.rows - (validationFraction === 0 ? 0 : Math.max(1, Math.round(validationFraction * rows.rows)))
    const optimiser = adam({ rate: cosineDecay(rate, steps) })
    const inputs = toTensor(B, standardise(rows, scale))
    const targets = B.tensor(Float64Array.from(labels), [rows.rows, 1])
    const { parameters } = await train(B, {
      network,
      inputs,
      targets,
      optimiser,
      steps,
      key,
      batch: Math.min(batch, training),
      loss: logisticLoss,
      validationFraction,
      ...(validationFraction > 0 && { patience }),
      signal,
    }).finally(() => {
      B.free(inputs)
      B.free(targets)
    })
    try {
      const scores = B.scope(() => network.apply(B)(parameters, toTensor(B, asked)))
      return Float64Array.from(await readAndFree(B, scores))
    } finally {
      for (const { weight, bias } of parameters) {
        B.free(weight)
        B.free(bias)
      }
    }
  },
})
