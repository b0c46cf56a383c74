import type { Primitives } from '@tweedie/core'
import type { Tf, TfTensor } from '../tf.js'
import { runElementwise } from './broadcast.js'
import type { Elementwise } from './elementwise.js'
import { erf } from './math/erf.js'
import { exp } from './math/exp.js'
import { log } from './math/log.js'
import { numbers } from './math/numbers.js'
import { sigmoid } from './math/sigmoid.js'
import { sqrt } from './math/sqrt.js'
import { tanh } from './math/tanh.js'
import { trig } from './math/trig.js'

type Unary = 'exp' | 'log' | 'sqrt' | 'sin' | 'cos' | 'tanh' | 'sigmoid' | 'erf'

const elementwise = (name: string, functions: string, of: string): Elementwise => {
  return { name, names: ['x'], functions: `${numbers}${functions}`, value: `${of}(xValue)` }
}

const operations: Readonly<Record<Unary, Elementwise>> = {
  exp: elementwise('Exp', exp, 'expOf'),
  log: elementwise('Log', log, 'logOf'),
  sqrt: elementwise('Sqrt', sqrt, 'sqrtOf'),
  sin: elementwise('Sin', trig, 'sinOf'),
  cos: elementwise('Cos', trig, 'cosOf'),
  tanh: elementwise('Tanh', `${exp}${tanh}`, 'tanhOf'),
  sigmoid: elementwise('Sigmoid', `${exp}${sigmoid}`, 'sigmoidOf'),
  erf: elementwise('Erf', `${exp}${erf}`, 'erfOf'),
}

/** The elementary functions, by the formulas of math/. */
export const unaryPrograms = (tf: Tf): Pick<Primitives<TfTensor>, Unary> => {
  const unary = (operation: Unary) => (x: TfTensor) => runElementwise(tf, operations[operation], [x])
  return {
    exp: unary('exp'),
    log: unary('log'),
    sqrt: unary('sqrt'),
    sin: unary('sin'),
    cos: unary('cos'),
    tanh: unary('tanh'),
    sigmoid: unary('sigmoid'),
    erf: unary('erf'),
  }
}
