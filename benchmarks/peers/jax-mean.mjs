/** The posterior mean with jax-js, compiled by jit: by matrix product and softmax. */
export const jaxMean = ({ jit, nn, numpy: np }, { alpha, sigma }) =>
  jit((x, y) => {
    const squares = np
      .square(y.ref)
      .sum(-1)
      .mul(alpha * alpha)
    const logits = np
      .matmul(x, y.ref.mul(2 * alpha).transpose())
      .sub(squares)
      .mul(0.5 / sigma ** 2)
    return np.matmul(nn.softmax(logits, -1), y)
  })
