import { tweedieError } from '../errors.js'
import type { Activation } from './operands.js'

export const activationNames: readonly Activation[] = ['identity', 'tanh', 'relu', 'silu', 'gelu']

/** Throws `InvalidArgument` for a name that is no activation. */
export const requireActivation = (where: string, activation: Activation): void => {
  if (!activationNames.includes(activation))
    throw tweedieError('InvalidArgument', where, `activation '${String(activation)}'`, `Use one of ${activationNames.join(', ')}`)
}
