import type { Backend, Matrix } from '@tweedie/core'

/**
 * Weights e^(logit)/Σ e^(logit) of each row, [M, K] → [M, K]. Divided by their sum and not by e^(log-sum-exp), which is rounded relative to the
 * logits: those grow like |x|²/σ², and the weights would add up to 1 only as well.
 */
export const softmax = <N>(B: Backend<N>, logits: Matrix<N>): Matrix<N> => {
  const weights: Matrix<N> = B.exp(B.sub(logits, B.max(logits, 1, true)))
  return B.div(weights, B.sum(weights, 1, true))
}
