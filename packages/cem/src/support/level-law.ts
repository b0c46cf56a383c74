import type { Backend, ForwardProcess, NoiseLevel } from '@tweedie/core'
import type { Law, MomentField } from '@tweedie/score'

/** A process that stands still: the same α and σ at every time. */
const standing = ({ alpha, sigma }: NoiseLevel): ForwardProcess => ({
  name: 'a noise level',
  timeRange: [0, 1],
  alpha: () => alpha,
  sigma: () => sigma,
  alphaDerivative: () => 0,
  varianceDerivative: () => 0,
  logSnr: () => 2 * (Math.log(alpha) - Math.log(sigma)),
  timeOfLogSnr: () => 0,
})

/**
 * The law behind a source of fields that is cheap to build, such as a closed form: `source` is called anew at each noise level, in a scope, so what it
 * holds is freed with the call.
 */
export const levelLaw = <N>(
  B: Backend<N>,
  name: string,
  dimension: number,
  source: (process: ForwardProcess) => MomentField<N>,
): Law<N> & Required<Pick<Law<N>, 'moments'>> => {
  const at = (level: NoiseLevel): MomentField<N> => source(standing(level))
  const hasScore = B.scope(() => at({ alpha: 1, sigma: 1 }).score !== undefined)
  return {
    name,
    dimension,
    held: [],
    denoise: (x, level) => B.scope(() => at(level)(x, 0)),
    logDensity: (x, level) => B.scope(() => at(level).logDensity(x, 0)),
    moments: (x, level) => B.scope(() => at(level).moments(x, 0)),
    ...(hasScore && { score: (x, level) => B.scope(() => (at(level).score as NonNullable<MomentField<N>['score']>)(x, 0)) }),
  }
}
