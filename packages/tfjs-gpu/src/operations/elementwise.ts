import { broadcastShapes, type Shape, sizeOf } from '@tweedie/core'
import type { Room } from '../memory/room.js'
import type { TfTensor } from '../tf.js'
import type { Arithmetic, BinaryName, UnaryName } from './names.js'
import type { Operand, Run } from './run.js'

/** The elementwise operations: shapes are checked and empty results given here, the rest is what was chosen for the device. */
export const elementwise = (run: Run, O: Arithmetic, room: Room): Pick<Arithmetic, UnaryName | BinaryName | 'where'> => {
  const { shapeOf, empty, within } = run
  const unary = (name: UnaryName) => (x: TfTensor) => (x.size === 0 ? empty(x.shape) : O[name](x))
  const sized = (name: string, shape: Shape, compute: () => TfTensor): TfTensor => {
    if (sizeOf(shape) === 0) return empty(shape)
    room(name, shape)
    return within(compute)
  }
  const binary = (name: BinaryName) => (a: Operand, b: Operand) =>
    sized(name, broadcastShapes(name, shapeOf(a), shapeOf(b)), () =>
      typeof a === 'number' && typeof b === 'number' ? O[name](run.tensor(a), b) : O[name](a, b),
    )
  return {
    ...{ neg: unary('neg'), abs: unary('abs'), exp: unary('exp'), log: unary('log'), sqrt: unary('sqrt'), square: unary('square') },
    ...{ sin: unary('sin'), cos: unary('cos'), tanh: unary('tanh'), sigmoid: unary('sigmoid'), erf: unary('erf') },
    ...{ add: binary('add'), sub: binary('sub'), mul: binary('mul'), div: binary('div') },
    ...{ maximum: binary('maximum'), minimum: binary('minimum'), greater: binary('greater'), equal: binary('equal') },
    where: (condition, a, b) =>
      sized('where', broadcastShapes('where', condition.shape, broadcastShapes('where', shapeOf(a), shapeOf(b))), () =>
        O.where(condition, a, b),
      ),
  }
}
