import type { Backend, Matrix } from '@tweedie/core'

/** Whether every entry is finite. One number is read back: Σ 0·x, which is NaN as soon as an entry is NaN or infinite. */
export const allFinite = async <N>(B: Backend<N>, x: Matrix<N>): Promise<boolean> => {
  const probe = B.scope(() => B.sum(B.mul(x, 0)))
  try {
    return (await B.read(probe))[0] === 0
  } finally {
    B.free(probe)
  }
}
