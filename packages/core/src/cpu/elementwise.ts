import ops from 'ndarray-ops'
import type { Primitives } from '../backend/operations.js'
import { broadcastShapes, sizeOf } from '../backend/shape.js'
import type { Shape } from '../tensor.js'
import { erf } from './erf.js'
import type { CpuMemory } from './memory.js'
import { type CpuTensor, type Floats, flat, stretch } from './strided.js'

type Elementwise =
  | 'neg'
  | 'abs'
  | 'exp'
  | 'log'
  | 'sqrt'
  | 'square'
  | 'sin'
  | 'cos'
  | 'tanh'
  | 'sigmoid'
  | 'erf'
  | 'add'
  | 'sub'
  | 'mul'
  | 'div'
  | 'maximum'
  | 'minimum'
  | 'greater'
  | 'equal'
  | 'where'

/** The elementwise operations: ndarray-ops' loops where it has one, a plain loop where it has not. */
export const elementwise = ({ allocate, make, operand }: CpuMemory): Pick<Primitives<CpuTensor>, Elementwise> => {
  // ndarray-ops works on views of one shape; rank 0 is looped over as [1].
  type Loop1 = (out: CpuTensor, x: CpuTensor) => void
  type Loop2 = (out: CpuTensor, a: CpuTensor, b: CpuTensor) => void
  const loopShape = (shape: Shape): Shape => (shape.length === 0 ? [1] : shape)
  const unary =
    (loop: Loop1) =>
    (x: CpuTensor): CpuTensor => {
      const out = make(allocate(sizeOf(x.shape)), x.shape)
      loop(stretch(out, loopShape(x.shape)), stretch(x, loopShape(x.shape)))
      return out
    }
  const map =
    (f: (value: number) => number) =>
    (x: CpuTensor): CpuTensor => {
      const from = flat(x)
      const out = allocate(from.length)
      for (let i = 0; i < from.length; i++) out[i] = f(from[i] as number)
      return make(out, x.shape)
    }
  const binary =
    (name: string, loop: Loop2) =>
    (a: CpuTensor | number, b: CpuTensor | number): CpuTensor => {
      const [left, right] = [operand(a), operand(b)]
      const shape = broadcastShapes(name, left.shape, right.shape)
      const out = make(allocate(sizeOf(shape)), shape)
      const loops = loopShape(shape)
      loop(stretch(out, loops), stretch(left, loops), stretch(right, loops))
      return out
    }

  return {
    neg: unary(ops.neg),
    abs: unary(ops.abs),
    exp: unary(ops.exp),
    log: unary(ops.log),
    sqrt: unary(ops.sqrt),
    square: unary((out, x) => ops.mul(out, x, x)),
    sin: unary(ops.sin),
    cos: unary(ops.cos),
    tanh: map(Math.tanh),
    // e^x at negative x: e^(−x) overflows where the result is still a number.
    sigmoid: map((x) => (x < 0 ? Math.exp(x) / (1 + Math.exp(x)) : 1 / (1 + Math.exp(-x)))),
    erf: map(erf),

    add: binary('add', ops.add),
    sub: binary('sub', ops.sub),
    mul: binary('mul', ops.mul),
    div: binary('div', ops.div),
    maximum: binary('maximum', ops.max),
    minimum: binary('minimum', ops.min),
    greater: binary('greater', ops.gt),
    equal: binary('equal', ops.eq),
    where: (condition, a, b) => {
      const [left, right] = [operand(a), operand(b)]
      const shape = broadcastShapes('where', condition.shape, broadcastShapes('where', left.shape, right.shape))
      const [test, yes, no] = [condition, left, right].map((x) => flat(stretch(x, shape))) as [Floats, Floats, Floats]
      const out = allocate(test.length)
      for (let i = 0; i < out.length; i++) out[i] = (test[i] !== 0 ? yes[i] : no[i]) as number
      return make(out, shape)
    },
  }
}
