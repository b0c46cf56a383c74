import { broadcastShapes, type Primitives } from '@tweedie/core'
import type { WasmMemory } from '../memory/memory.js'
import type { WasmTensor } from '../memory/tensor.js'
import { broadcasting } from './elementwise-broadcast.js'
import { deskOf, type Operand, shapeOf } from './elementwise-operand.js'
import { smallResults } from './elementwise-small.js'
import { splitOver } from './split-over.js'

type Unary = 'neg' | 'abs' | 'exp' | 'log' | 'sqrt' | 'square' | 'sin' | 'cos' | 'tanh' | 'sigmoid' | 'erf'
type Binary = 'add' | 'sub' | 'mul' | 'div' | 'maximum' | 'minimum' | 'greater' | 'equal'

/** Work of fewer nanoseconds is done where it is, without asking. */
const SHORT = 10_000
/** What a number costs on one thread, about, in float32 and in float64; the rest are limited by memory. */
const NANOSECONDS: Partial<Record<Unary, readonly [float32: number, float64: number]>> = {
  exp: [1.3, 10],
  log: [2, 9],
  sin: [4, 15],
  cos: [4, 15],
  tanh: [2, 30],
  sigmoid: [1.5, 12],
  erf: [2.5, 35],
}

/** The elementwise operations. A number operand is rounded to the type of the backend. */
export const elementwise = (memory: WasmMemory): Pick<Primitives<WasmTensor>, Unary | Binary | 'where'> => {
  const { machine, dtype, suffix, make, pointer, rawPointer } = memory
  const desk = deskOf(memory)
  const { pair, choice } = smallResults(memory, desk)
  const apply = broadcasting(memory, desk)
  const chooser = `where_${suffix}`

  const unary = (operation: Unary): ((x: WasmTensor) => WasmTensor) => {
    const kernel = `${operation}_${suffix}`
    const cost = (NANOSECONDS[operation] ?? [0.3, 0.6])[dtype === 'float32' ? 0 : 1] as number
    return (x) => {
      const from = pointer(x)
      const out = make(x.shape)
      if (out.size * cost < SHORT) machine.call(kernel, from, rawPointer(out), 0, out.size)
      else machine.parallel(kernel, [from, rawPointer(out)], out.size, splitOver(1, cost))
      return out
    }
  }

  const binary = (operation: Binary): ((a: Operand, b: Operand) => WasmTensor) => {
    const kernel = `${operation}_${suffix}`
    return (a, b) => {
      const leads =
        typeof a !== 'number' && (typeof b === 'number' || a.size > b.size || (a.size === b.size && a.shape.length >= b.shape.length))
      const near = leads ? pair(kernel, a, b, false) : typeof b !== 'number' ? pair(kernel, b, a, true) : undefined
      return near ?? apply(kernel, [a, b], broadcastShapes(operation, shapeOf(a), shapeOf(b)))
    }
  }

  return {
    neg: unary('neg'),
    abs: unary('abs'),
    exp: unary('exp'),
    log: unary('log'),
    sqrt: unary('sqrt'),
    square: unary('square'),
    sin: unary('sin'),
    cos: unary('cos'),
    tanh: unary('tanh'),
    sigmoid: unary('sigmoid'),
    erf: unary('erf'),
    add: binary('add'),
    sub: binary('sub'),
    mul: binary('mul'),
    div: binary('div'),
    maximum: binary('maximum'),
    minimum: binary('minimum'),
    greater: binary('greater'),
    equal: binary('equal'),
    where: (condition, a, b) =>
      choice(chooser, condition, a, b) ??
      apply(chooser, [condition, a, b], broadcastShapes('where', condition.shape, broadcastShapes('where', shapeOf(a), shapeOf(b)))),
  }
}
