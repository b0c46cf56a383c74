import type { TfTensor } from '../tf.js'
import { blockwiseSum, halvingExtreme } from './folds.js'
import { guardedBinary, guardedExtreme, guardedQuotient, guardedUnary } from './guarded.js'
import { choiceShape, masks } from './masks.js'
import type { Arithmetic, TriedName, Way, Ways } from './names.js'
import { plain } from './plain.js'
import type { Run } from './run.js'
import { erf, sigmoid, tanh } from './special-functions.js'
import { trigonometric } from './trigonometric.js'

/**
 * The ways to compute each operation, from the one that is tried first on. `O` holds the operations that are chosen already: what a formula is made
 * of is chosen before the formula is tried (`tiers`). `programs` are this package's own, where the device has any;
 * `P` the kernels of TensorFlow.js.
 */
export const ways = (run: Run, O: Arithmetic, programs: Partial<Arithmetic>, P: ReturnType<typeof plain> = plain(run)): Ways => {
  const M = masks(run)
  const program = <Name extends TriedName>(name: Name): readonly Way<Arithmetic[Name]>[] => {
    const own = programs[name] as Arithmetic[Name] | undefined
    return own === undefined ? [] : [{ how: 'program', run: own }]
  }
  const asIs = <Name extends Exclude<TriedName, 'erf'>>(name: Name): readonly Way<Arithmetic[Name]>[] => [
    ...program(name),
    { how: 'plain', run: P[name] as Arithmetic[Name] },
  ]
  type Function = 'exp' | 'log' | 'sqrt' | 'square' | 'sin' | 'cos' | 'tanh' | 'sigmoid'
  const guarded = (name: Function): readonly Way<Arithmetic['exp']>[] => [
    ...asIs(name),
    { how: 'guarded', run: guardedUnary(run, M, name, P[name]) },
  ]
  const formula = (name: Function | 'erf', f: (x: TfTensor) => TfTensor): readonly Way<Arithmetic['exp']>[] => [
    { how: 'composed', run: f },
    { how: 'guarded', run: guardedUnary(run, M, name, f) },
  ]
  type Pair = 'add' | 'sub' | 'mul' | 'maximum' | 'minimum' | 'greater' | 'equal'
  const pair = (name: Pair): readonly Way<Arithmetic['add']>[] => [
    ...asIs(name),
    { how: 'guarded', run: guardedBinary(run, M, name, P[name]) },
  ]
  const extreme = (name: 'max' | 'min'): readonly Way<Arithmetic['max']>[] => [
    ...asIs(name),
    { how: 'guarded', run: guardedExtreme(run, M, P[name]) },
    { how: 'composed', run: halvingExtreme(run, name === 'max' ? (a, b) => O.maximum(a, b) : (a, b) => O.minimum(a, b)) },
  ]
  return {
    neg: asIs('neg'),
    abs: asIs('abs'),
    ...{ exp: guarded('exp'), log: guarded('log'), sqrt: guarded('sqrt'), square: guarded('square') },
    sin: [...guarded('sin'), ...formula('sin', trigonometric(run, O, M, 0, P.sin))],
    cos: [...guarded('cos'), ...formula('cos', trigonometric(run, O, M, 1, P.cos))],
    tanh: [...guarded('tanh'), ...formula('tanh', tanh(run, O, M))],
    sigmoid: [...guarded('sigmoid'), ...formula('sigmoid', sigmoid(run, O, M))],
    erf: [...program('erf'), ...formula('erf', erf(run, O, M))],
    ...{ add: pair('add'), sub: pair('sub'), mul: pair('mul') },
    div: [...asIs('div'), { how: 'guarded', run: guardedQuotient(run, M, P.div) }],
    ...{ maximum: pair('maximum'), minimum: pair('minimum'), greater: pair('greater'), equal: pair('equal') },
    where: [
      ...asIs('where'),
      {
        how: 'guarded',
        run: (condition, a, b) =>
          run.within(() => {
            const shape = choiceShape(run, condition, a, b)
            return M.select(M.equal(run.stretch(condition, shape), 0), b, a)
          }),
      },
    ],
    sum: [...asIs('sum'), { how: 'composed', run: blockwiseSum(run, P.sum) }],
    max: extreme('max'),
    min: extreme('min'),
    matMul: asIs('matMul'),
  }
}

/** What is chosen first, and what is made of it. */
export const tiers: readonly (readonly TriedName[])[] = [
  [
    'neg',
    'abs',
    'square',
    'sqrt',
    'add',
    'sub',
    'mul',
    'div',
    'maximum',
    'minimum',
    'greater',
    'equal',
    'where',
    'exp',
    'log',
    'sum',
    'matMul',
  ],
  ['sin', 'cos', 'tanh', 'sigmoid', 'erf', 'max', 'min'],
]
