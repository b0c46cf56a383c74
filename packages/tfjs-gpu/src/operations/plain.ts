import { choiceShape } from './masks.js'
import type { Arithmetic, BinaryName, UnaryName } from './names.js'
import type { Operand, Run } from './run.js'

const unaryKernels: Readonly<Record<Exclude<UnaryName, 'erf'>, string>> = {
  ...{ neg: 'Neg', abs: 'Abs', exp: 'Exp', log: 'Log', sqrt: 'Sqrt', square: 'Square' },
  ...{ sin: 'Sin', cos: 'Cos', tanh: 'Tanh', sigmoid: 'Sigmoid' },
}
const binaryKernels: Readonly<Record<BinaryName, string>> = {
  ...{ add: 'Add', sub: 'Sub', mul: 'Multiply', div: 'RealDiv' },
  ...{ maximum: 'Maximum', minimum: 'Minimum', greater: 'Greater', equal: 'Equal' },
}

/** The kernels of TensorFlow.js as they are. Its erf is not among them: Abramowitz & Stegun 7.1.26, wrong by 1.5e-7 near 0 too. */
export const plain = (run: Run): Omit<Arithmetic, 'erf'> => {
  const { kernel, tensor, float, within } = run
  const unary = (name: keyof typeof unaryKernels) => (x: Parameters<Arithmetic['neg']>[0]) => kernel(unaryKernels[name], { x })
  const binary = (name: BinaryName) => (a: Operand, b: Operand) =>
    within(() => {
      const result = kernel(binaryKernels[name], { a: tensor(a), b: tensor(b) })
      return result.dtype === 'float32' ? result : float(result)
    })
  const reduction =
    (name: string): Arithmetic['sum'] =>
    (x, axis, keepDims = false) => {
      const axes = axis === undefined ? x.shape.map((_, k) => k) : [axis]
      return kernel(name, { x }, { axis: axes, reductionIndices: axes, keepDims })
    }
  return {
    ...{ neg: unary('neg'), abs: unary('abs'), exp: unary('exp'), log: unary('log'), sqrt: unary('sqrt'), square: unary('square') },
    ...{ sin: unary('sin'), cos: unary('cos'), tanh: unary('tanh'), sigmoid: unary('sigmoid') },
    ...{ add: binary('add'), sub: binary('sub'), mul: binary('mul'), div: binary('div') },
    ...{ maximum: binary('maximum'), minimum: binary('minimum'), greater: binary('greater'), equal: binary('equal') },
    where: (condition, a, b) => within(() => chosenBy(run, condition, a, b)),
    sum: reduction('Sum'),
    max: reduction('Max'),
    min: reduction('Min'),
    matMul: (a, b) => kernel('BatchMatMul', { a, b }, { transposeA: false, transposeB: false }),
  }
}

/** a where the condition is not 0, else b. A condition of NaN is equal to nothing, so the test is for 0 and the sides are exchanged. */
const chosenBy = (run: Run, condition: Operand, a: Operand, b: Operand) => {
  const { kernel, tensor, stretch } = run
  const shape = choiceShape(run, condition, a, b)
  const isZero = kernel('Equal', { a: stretch(condition, shape), b: tensor(0) })
  return kernel('Select', { condition: isZero, t: stretch(b, shape), e: stretch(a, shape) })
}
