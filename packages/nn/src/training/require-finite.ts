import { type Backend, type Matrix, tweedieError } from '@tweedie/core'

/** Refuses a matrix with a NaN or an infinity, naming the first: one number is read where all is well. */
export const requireFinite = async <N>(B: Backend<N>, name: string, x: Matrix<N>): Promise<void> => {
  const probe = B.scope(() => B.sum(B.mul(x, 0)))
  const [sum] = await B.read(probe).finally(() => B.free(probe))
  if (sum === 0) return
  const columns = B.shape(x)[1]
  const data = await B.read(x)
  const at = data.findIndex((value) => !Number.isFinite(value))
  throw tweedieError(
    'NotFinite',
    `train, ${name}`,
    `row ${Math.floor(at / columns)}, column ${at % columns} is ${data[at]}`,
    'Drop or fill such rows before training',
  )
}
