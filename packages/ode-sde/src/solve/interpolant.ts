import { type Backend, type Matrix, tweedieError } from '@tweedie/core'

/** A piece of a solution: the step from t to s, the states at both ends where they are exactly those of the solve. */
export interface Piece<N> {
  readonly t: number
  readonly s: number
  readonly x: Matrix<N>
  readonly y?: Matrix<N>
  readonly at: (time: number) => Matrix<N>
}

/** The solution at any time of the solve. */
export interface Interpolation<N> {
  /**
   * The state at a time between the first and the last of the solve, [M, D], a tensor of the caller's. Throws `InvalidArgument` at another
   * time, and after `freeInterpolation`.
   */
  readonly interpolate: (time: number) => Matrix<N>
  /** Frees the tensors that `interpolate` works from: a few per step. */
  readonly freeInterpolation: () => void
}

/** The pieces of a solve as one function of time; `retained` are the tensors they are made of. */
export const interpolationOf = <N>(B: Backend<N>, pieces: readonly Piece<N>[], retained: Set<unknown>): Interpolation<N> => {
  const [first, last] = [pieces[0] as Piece<N>, pieces[pieces.length - 1] as Piece<N>]
  const direction = Math.sign(last.s - first.t)
  let freed = false
  return {
    interpolate: (time) => {
      const refuse = (what: string, mend: string) => tweedieError('InvalidArgument', 'interpolate', what, mend)
      if (freed) throw refuse('the interpolation has been freed', 'Ask before freeInterpolation()')
      if (!((time - first.t) * direction >= 0 && (last.s - time) * direction >= 0))
        throw refuse(`t = ${time} is outside of the solve, from ${first.t} to ${last.s}`, 'Ask for a time in between')
      let [low, high] = [0, pieces.length - 1]
      while (low < high) {
        const middle = (low + high) >> 1
        if (((pieces[middle] as Piece<N>).s - time) * direction >= 0) high = middle
        else low = middle + 1
      }
      const { t, s, x, y, at } = pieces[low] as Piece<N>
      if (time === t) return B.mul(x, 1)
      if (time === s && y !== undefined) return B.mul(y, 1)
      return B.scope(() => at(time))
    },
    freeInterpolation: () => {
      freed = true
      for (const tensor of retained) if (B.isTensor(tensor)) B.free(tensor)
      retained.clear()
    },
  }
}
