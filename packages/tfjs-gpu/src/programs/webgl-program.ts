import type { TensorInfo } from '@tensorflow/tfjs-core'
import type { TfBackend } from '../tf.js'
import type { Uniform } from './webgpu-program.js'

/** A fragment shader over flat arrays of float32. */
export interface WebglProgram {
  /** Names of the operands: number i of `first` is `getFirst(i)`. */
  readonly operands: readonly string[]
  readonly uniforms: readonly Uniform[]
  /** GLSL ES 3.00 with `void main()`, which finds its index by `getOutputCoords()`, an int, and calls `setOutput(value)`. */
  readonly code: string
}

/** What `runWebGLProgram` of TensorFlow.js 4.22 takes: its GPGPUProgram, and the values of the uniforms. */
interface ProgramOfTfjs {
  variableNames: string[]
  outputShape: number[]
  userCode: string
  enableShapeUniforms: boolean
  packedInputs: boolean
  packedOutput: boolean
  customUniforms: { name: string; type: 'float' | 'int' }[]
}
interface WebglBackend {
  readonly texData: { readonly get: (dataId: object) => { readonly isPacked?: boolean } }
  readonly unpackTensor: (x: TensorInfo) => TensorInfo
  readonly disposeIntermediateTensorInfo: (x: TensorInfo) => void
  readonly runWebGLProgram: (program: ProgramOfTfjs, inputs: TensorInfo[], dtype: 'float32', uniforms: number[][]) => TensorInfo
}

/**
 * Runs a program on the backend `webgl` of TensorFlow.js: operands are taken as flat arrays, and the result is `size` numbers in a row, which the
 * caller gives its shape (`{ ...info, shape }`). Operands that TensorFlow.js keeps packed, four to a texel, are unpacked first.
 */
export const runWebglProgram = (
  backend: TfBackend,
  program: WebglProgram,
  operands: readonly TensorInfo[],
  values: readonly number[],
  size: number,
): TensorInfo => {
  const gl = backend as unknown as WebglBackend
  const unpacked = operands.map(({ dataId, shape, dtype }) => {
    const own = { dataId, shape: [...shape], dtype }
    return gl.texData.get(dataId).isPacked ? gl.unpackTensor(own) : own
  })
  const result = gl.runWebGLProgram(
    {
      variableNames: [...program.operands],
      outputShape: [size],
      userCode: program.code,
      enableShapeUniforms: true,
      packedInputs: false,
      packedOutput: false,
      customUniforms: program.uniforms.map(({ name, type }) => ({ name, type: type === 'f32' ? 'float' : 'int' })),
    },
    unpacked.map(({ dataId, shape, dtype }) => ({ dataId, dtype, shape: [shape.reduce((product, extent) => product * extent, 1)] })),
    'float32',
    values.map((value) => [value]),
  )
  unpacked.forEach((x, k) => {
    if (x.dataId !== operands[k]?.dataId) gl.disposeIntermediateTensorInfo(x)
  })
  return result
}
