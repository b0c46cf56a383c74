import { type Backend, tweedieError } from '@tweedie/core'
import type { Parameters } from '@tweedie/nn'
import { type Field, field, type Kind } from '@tweedie/score'
import type { Model } from './model.js'

/** The denoiser m(x, t) that a trained network stands for: `ofX` x + `ofOutput` f(x, t), whatever it was trained on. */
export const denoiserOf = <N>(B: Backend<N>, { process, objective, network }: Model, parameters: Parameters<N>): Field<'denoiser', N> => {
  const apply = network.apply(B)
  const coefficients = objective.target.under(process)
  return field(B, 'denoiser', (x, t) => {
    const { ofX, ofOutput } = coefficients(t)
    const output = apply(parameters, x, t)
    const scaled = ofOutput === 1 ? output : B.mul(output, ofOutput)
    return ofX === 0 ? scaled : B.add(scaled, B.mul(x, ofX))
  })
}

/** What the network itself says, as a field of its target's kind. Throws `Unsupported` for a target that is no kind of field. */
export const outputOf = <N>(B: Backend<N>, { objective, network }: Omit<Model, 'process'>, parameters: Parameters<N>): Field<Kind, N> => {
  const { kind, name } = objective.target
  if (kind === undefined)
    throw tweedieError('Unsupported', 'outputOf', `the target ${name} is no kind of field`, 'Read the model through denoiserOf')
  const apply = network.apply(B)
  return field(B, kind, (x, t) => apply(parameters, x, t))
}
