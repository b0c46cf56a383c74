import type { Primitives } from '@tweedie/core'
import type { Tf, TfTensor } from '../tf.js'
import { type Operand, runElementwise } from './broadcast.js'
import type { Elementwise } from './elementwise.js'
import { numbers } from './math/numbers.js'
import { order } from './math/order.js'
import { quotient } from './math/quotient.js'

type Binary = 'div' | 'maximum' | 'minimum' | 'greater' | 'equal'

const pair = (name: string, functions: string, value: string): Elementwise => ({
  name,
  names: ['first', 'second'],
  functions: `${numbers}${functions}`,
  value: `${value}(firstValue, secondValue)`,
})

const operations: Readonly<Record<Binary, Elementwise>> = {
  div: pair('Div', quotient, 'quotientOf'),
  maximum: pair('Maximum', order, 'maximumOf'),
  minimum: pair('Minimum', order, 'minimumOf'),
  greater: pair('Greater', order, 'exceeds'),
  equal: pair('Equal', order, 'equals'),
}

const choice: Elementwise = {
  name: 'Where',
  names: ['condition', 'first', 'second'],
  functions: `${numbers}${order}`,
  value: 'chosen(conditionValue, firstValue, secondValue)',
}

/** Quotients, comparisons and choices: exact, and NaN as the operations say. */
export const binaryPrograms = (tf: Tf): Pick<Primitives<TfTensor>, Binary | 'where'> => {
  const binary = (operation: Binary) => (a: Operand, b: Operand) => runElementwise(tf, operations[operation], [a, b])
  return {
    div: binary('div'),
    maximum: binary('maximum'),
    minimum: binary('minimum'),
    greater: binary('greater'),
    equal: binary('equal'),
    where: (condition, a, b) => runElementwise(tf, choice, [condition, a, b]),
  }
}
