import type { Backend, ForwardProcess } from '@tweedie/core'
import { type DensityField, densityField } from '@tweedie/score'
import type { Support } from '../../support/support.js'

/** Hands the exact field of a support to a function, and frees what the field holds when the function's promise is settled. */
export const withExactField = async <N, A>(
  B: Backend<N>,
  support: Support,
  process: ForwardProcess,
  use: (field: DensityField<N>) => Promise<A>,
): Promise<A> => {
  const field = densityField(B, support.law(B))(process)
  try {
    return await use(field)
  } finally {
    field.free()
  }
}
