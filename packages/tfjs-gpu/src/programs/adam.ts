// One step of Adam with bias correction (Kingma & Ba 2015, algorithm 1): m' = β₁ m + (1 − β₁) g, v' = β₂ v + (1 − β₂) g²,
// θ' = θ − m' · rate/(1 − β₁ᵗ) / (√(v'/(1 − β₂ᵗ)) + ε), each in one pass. The host computes the coefficients in float64.

import type { Kernels } from '@tweedie/core'
import type { Tf, TfTensor } from '../tf.js'
import { numbers } from './math/numbers.js'
import { quotient } from './math/quotient.js'
import { sqrt } from './math/sqrt.js'
import { type Program, runProgram } from './program.js'

const program = (name: string, operands: readonly string[], uniforms: readonly string[], functions: string, value: string): Program => ({
  name,
  operands,
  uniforms: uniforms.map((uniform) => ({ name: uniform, type: 'f32' })),
  code: functions,
  one: `fn valueAt(index : i32) -> f32 {\n  ${value}\n}`,
})

const mean = program(
  'AdamMean',
  ['mean', 'gradient'],
  ['keep', 'take'],
  '',
  'return uniforms.keep * readMean(index) + uniforms.take * readGradient(index);',
)
const square = program(
  'AdamSquare',
  ['square', 'gradient'],
  ['keep', 'take'],
  '',
  `let g : f32 = readGradient(index);
  return uniforms.keep * readSquare(index) + uniforms.take * (g * g);`,
)
const step = program(
  'AdamStep',
  ['parameter', 'mean', 'square'],
  ['rate', 'spread', 'epsilon'],
  `${numbers}${sqrt}${quotient}`,
  `let size : f32 = sqrtOf(readSquare(index) * uniforms.spread) + uniforms.epsilon;
  return readParameter(index) - quotientOf(readMean(index) * uniforms.rate, size);`,
)

/** One Adam step in three passes. */
export const adamPrograms = (tf: Tf): Pick<Kernels<TfTensor>, 'adamUpdate'> => ({
  adamUpdate: ({ parameter, first, second }, gradient, { rate, beta1, beta2, epsilon, step: count }) => {
    const { shape } = parameter
    const nextFirst = runProgram(tf, mean, [first, gradient], [beta1, 1 - beta1], shape)
    const nextSecond = runProgram(tf, square, [second, gradient], [beta2, 1 - beta2], shape)
    const values = [rate / (1 - beta1 ** count), 1 / (1 - beta2 ** count), epsilon]
    return { parameter: runProgram(tf, step, [parameter, nextFirst, nextSecond], values, shape), first: nextFirst, second: nextSecond }
  },
})
