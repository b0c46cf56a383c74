import { broadcastShapes, type Shape, sizeOf, tweedieError } from '@tweedie/core'
import type { Tf, TfTensor } from '../tf.js'
import type { Elementwise } from './elementwise.js'
import { type Program, runProgram } from './program.js'
import { AXES, elementwiseProgram, type Reading } from './readings.js'

export type Operand = TfTensor | number

/** An axis of the result, and how far each operand moves along it: 0 where it stretches. */
interface Axis {
  readonly extent: number
  readonly steps: readonly number[]
}

const stepsOf = (shape: Shape, rank: number): number[] => {
  const steps = new Array<number>(rank).fill(0)
  let step = 1
  for (let k = shape.length - 1; k >= 0; k--) {
    const extent = shape[k] as number
    if (extent !== 1) steps[k + rank - shape.length] = step
    step *= extent
  }
  return steps
}

/** The axes of a result, as few as may be: those of size 1 left out, and neighbours joined along which all operands go on evenly. */
const axesOf = (shape: Shape, operands: readonly Shape[]): Axis[] => {
  const steps = operands.map((operand) => stepsOf(operand, shape.length))
  const axes: Axis[] = []
  shape.forEach((extent, k) => {
    if (extent === 1) return
    const axis: Axis = { extent, steps: steps.map((of) => of[k] as number) }
    const last = axes.at(-1)
    const joined = last?.steps.every((step, operand) => step === (axis.steps[operand] as number) * extent)
    if (last && joined) axes[axes.length - 1] = { extent: last.extent * extent, steps: axis.steps }
    else axes.push(axis)
  })
  return axes
}

interface Read {
  readonly reading: Reading
  readonly values: readonly number[]
}

const readTensor = (axes: readonly Axis[], operand: number, size: number): Read => {
  const own = axes.map(({ steps }, k) => (steps[operand] === 0 ? -1 : k)).filter((k) => k >= 0)
  const period = own.reduce((product, k) => product * (axes[k] as Axis).extent, 1)
  if (period === size) return { reading: 'Same', values: [] }
  const [first = 0, last = -1] = [own[0], own.at(-1)]
  if (last - first + 1 === own.length) {
    const inner = axes.slice(last + 1).reduce((product, { extent }) => product * extent, 1)
    return { reading: 'Cycle', values: own.length === 0 ? [1, 1] : [inner, period] }
  }
  const padded = [...AXES.slice(axes.length).map(() => ({ extent: 1, steps: [] as readonly number[] })), ...axes]
  return { reading: 'Steps', values: padded.flatMap(({ extent, steps }) => [extent, steps[operand] ?? 0]) }
}

const written = new Map<string, Program>()

const programOf = (operation: Elementwise, readings: readonly Reading[]): Program => {
  const name = `${operation.name}${readings.join('')}`
  const program = written.get(name) ?? elementwiseProgram(name, operation, readings)
  written.set(name, program)
  return program
}

/** Runs it: at most six axes may be left once those along which all operands go on evenly are joined. */
export const runElementwise = (tf: Tf, operation: Elementwise, operands: readonly Operand[]): TfTensor => {
  const shapes = operands.map((operand) => (typeof operand === 'number' ? [] : operand.shape))
  const shape = shapes.reduce<Shape>((all, of) => broadcastShapes(operation.name, all, of), [])
  const axes = axesOf(shape, shapes)
  if (axes.length > AXES.length)
    throw tweedieError('Unsupported', operation.name, `broadcasts over ${axes.length} axes`, 'Reshape the operands to at most 6 axes')
  const size = sizeOf(shape)
  const reads = operands.map((operand, k): Read => {
    return typeof operand === 'number' ? { reading: 'Number', values: [operand] } : readTensor(axes, k, size)
  })
  const program = programOf(
    operation,
    reads.map(({ reading }) => reading),
  )
  const tensors = operands.filter((operand): operand is TfTensor => typeof operand !== 'number')
  return runProgram(
    tf,
    program,
    tensors,
    reads.flatMap(({ values }) => values),
    shape,
  )
}
