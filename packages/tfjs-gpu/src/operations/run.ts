import { type Shape, sizeOf } from '@tweedie/core'
import type { Tf, TfTensor } from '../tf.js'

/** What an operation takes: a tensor, or a number that stands for a scalar. */
export type Operand = TfTensor | number

/** How this package speaks to TensorFlow.js: kernels by name, tensors of numbers, and scopes of its engine. */
export interface Run {
  readonly tf: Tf
  /** Runs a kernel of the backend that is set. */
  readonly kernel: (name: string, inputs: object, attributes?: object) => TfTensor
  /** A tensor of these very numbers: TensorFlow.js keeps the array. */
  readonly numbers: (values: Float32Array, shape: Shape) => TfTensor
  readonly tensor: (x: Operand) => TfTensor
  readonly shapeOf: (x: Operand) => Shape
  /** A tensor without numbers, which no device is asked about. */
  readonly empty: (shape: Shape) => TfTensor
  /** A tensor as large as a shape that it broadcasts to: the numbers themselves, moved. */
  readonly stretch: (x: Operand, shape: Shape) => TfTensor
  readonly reshape: (x: TfTensor, shape: Shape) => TfTensor
  /** 0 and 1 for the truth values that comparisons of TensorFlow.js give. */
  readonly float: (x: TfTensor) => TfTensor
  /** What a body gives, of one tensor or several in a record; all else that it made is freed, also when it throws. */
  readonly within: <T>(body: () => T) => T
}

export const runOn = (tf: Tf): Run => {
  const engine = tf.engine()
  const kernel: Run['kernel'] = (name, inputs, attributes = {}) => engine.runKernel(name, inputs as never, attributes as never)
  const numbers: Run['numbers'] = (values, shape) => engine.makeTensor(values, [...shape], 'float32')
  const tensor = (x: Operand): TfTensor => (typeof x === 'number' ? numbers(Float32Array.of(x), []) : x)
  const reshape: Run['reshape'] = (x, shape) => kernel('Reshape', { x }, { shape: [...shape] })
  const within: Run['within'] = (body) => {
    engine.startScope()
    let result: unknown
    try {
      result = body()
      return result as ReturnType<typeof body>
    } finally {
      engine.endScope(result as never)
    }
  }
  return {
    tf,
    kernel,
    numbers,
    tensor,
    shapeOf: (x) => (typeof x === 'number' ? [] : x.shape),
    empty: (shape) => numbers(new Float32Array(sizeOf(shape)), shape),
    stretch: (x, shape) => {
      const own = tensor(x)
      if (own.size === sizeOf(shape)) return reshape(own, shape)
      const { from, repeats } = stretches(own.shape, shape)
      return within(() => reshape(kernel('Tile', { x: reshape(own, from) }, { reps: repeats }), shape))
    },
    reshape,
    float: (x) => kernel('Cast', { x }, { dtype: 'float32' }),
    within,
  }
}

/** What is to be repeated, with neighbouring axes joined that are both stretched or both not: TensorFlow.js repeats few axes on a GPU. */
const stretches = (own: Shape, shape: Shape): { readonly from: number[]; readonly repeats: number[] } => {
  const [from, repeats]: [number[], number[]] = [[], []]
  let stretched: boolean | undefined
  shape.forEach((size, k) => {
    const size0 = own[k - shape.length + own.length] ?? 1
    const last = from.length - 1
    if ((size0 !== size) === stretched) {
      from[last] = (from[last] as number) * size0
      if (stretched) repeats[last] = (repeats[last] as number) * size
    } else {
      stretched = size0 !== size
      from.push(size0)
      repeats.push(stretched ? size : 1)
    }
  })
  return { from, repeats }
}
