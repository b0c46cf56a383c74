import { type HostMatrix, hostMatrix } from '@tweedie/core'
import fc from 'fast-check'
import { severalNumbers } from './numbers.js'

/**
 * Covariance matrices, [dimension, dimension]: A Aᵀ with A of any rank from 0 to the dimension, so positive semidefinite, singular ones and
 * zero included, and symmetric to the last bit.
 */
export const covariances = (dimension: number): fc.Arbitrary<HostMatrix> =>
  fc.nat(dimension).chain((rank) =>
    severalNumbers(dimension * rank, -2, 2).map((factor) => {
      const product = (i: number, j: number): number => {
        let sum = 0
        for (let k = 0; k < rank; k++) sum += (factor[i * rank + k] as number) * (factor[j * rank + k] as number)
        return sum
      }
      const entries = Array.from({ length: dimension * dimension }, (_, e) => product(Math.floor(e / dimension), e % dimension))
      return hostMatrix(entries, dimension, dimension)
    }),
  )
