import type { Tensor } from '../tensor.js'
import type { Backend } from './backend.js'

/** The numbers of a tensor that nobody needs any more: reads it, and frees it whether or not that went well. */
export const readAndFree = async <N>(B: Backend<N>, x: Tensor<N>): Promise<Float64Array> => {
  try {
    return await B.read(x)
  } finally {
    B.free(x)
  }
}
