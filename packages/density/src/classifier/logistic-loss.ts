import type { Loss } from '@tweedie/nn'

/**
 * The logistic loss of log-odds s and labels y in {0, 1}: the mean of ln(1 + e^s) − y s, computed as max(s, 0) + ln(1 + e^(−|s|)) − y s so that
 * nothing overflows. The shapes are those of `train`, [M, 1] both.
 */
export const logisticLoss: Loss = (B) => (scores, labels) =>
  B.scope(() => {
    const tail = B.log(B.add(1, B.exp(B.neg(B.abs(scores)))))
    return B.div(B.sum(B.sub(B.add(B.maximum(scores, 0), tail), B.mul(labels, scores))), B.shape(scores)[0])
  })
