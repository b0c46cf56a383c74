import type { Activation, Kernels } from '@tweedie/core'
import type { Tf, TfTensor } from '../tf.js'
import { runElementwise } from './broadcast.js'
import type { Elementwise } from './elementwise.js'
import { activatedCode, type Curved, slopedCode } from './math/activation.js'
import { numbers } from './math/numbers.js'

const each = <T>(make: (activation: Curved) => T): Readonly<Record<Curved, T>> => ({
  tanh: make('tanh'),
  relu: make('relu'),
  silu: make('silu'),
  gelu: make('gelu'),
})

const activations = each((activation): Elementwise => {
  return { name: `Activate${activation}`, names: ['x'], functions: activatedCode(activation), value: 'activated(xValue)' }
})
const slopes = each((activation): Elementwise => {
  const value = 'sloped(adjointValue, pointValue)'
  return { name: `Slope${activation}`, names: ['adjoint', 'point'], functions: slopedCode(activation), value }
})
/** The activation of a product with its bias. */
const layers = each((activation): Elementwise => {
  return { name: `Layer${activation}`, names: ['x', 'bias'], functions: activatedCode(activation), value: 'activated(xValue + biasValue)' }
})
const flat: Elementwise = { name: 'Layer', names: ['x', 'bias'], functions: numbers, value: 'xValue + biasValue' }

const curved = (activation: Activation): activation is Curved => activation !== 'identity'

/** Activations and their slopes, each in one pass; a layer's bias and activation in one after its product. */
export const activationPrograms = (tf: Tf): Pick<Kernels<TfTensor>, 'activate' | 'activationGradient' | 'affine'> => ({
  activate: (x, activation) => (curved(activation) ? runElementwise(tf, activations[activation], [x]) : x),
  activationGradient: (adjoint, kept, activation) =>
    curved(activation) ? runElementwise(tf, slopes[activation], [adjoint, kept]) : adjoint,
  affine: (x, weight, bias, activation) =>
    tf.tidy(() => runElementwise(tf, curved(activation) ? layers[activation] : flat, [tf.matMul(x as never, weight as never), bias])),
})
