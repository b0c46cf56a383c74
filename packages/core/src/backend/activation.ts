import { tweedieError } from '../errors.js'
import type { Activation } from './operands.js'

export const activationNames: readonly Activation[] = ['identity', 'tanh', 'relu', 'silu', 'gelu']

/**
 * What the slope of an activation is written with, and what is to be kept of a layer: its output y where that suffices (tanh′ = 1 − y²,
 * relu′ = [y > 0]), the input x otherwise (silu′, gelu′).
 */
export const slopeFrom: Readonly<Record<Activation, 'input' | 'output'>> = {
  identity: 'output',
  tanh: 'output',
  relu: 'output',
  silu: 'input',
  gelu: 'input',
}

/** Throws `InvalidArgument` for a name that is no activation. */
export const requireActivation = (where: string, activation: Activation): void => {
  if (!activationNames.includes(activation))
    throw tweedieError('InvalidArgument', where, `activation '${String(activation)}'`, `Use one of ${activationNames.join(', ')}`)
}
