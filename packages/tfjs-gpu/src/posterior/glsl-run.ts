import type { TensorInfo } from '@tensorflow/tfjs-core'
import type { TfBackend } from '../tf.js'

/**
 * A fragment shader over textures of texels, each of four numbers: a tensor [R, 2, 2] that TensorFlow.js keeps packed, with texel r that of [r, ·, ·], from
 * left to right and then down.
 */
export interface TexelProgram {
  readonly operands: readonly string[]
  readonly uniforms: readonly (readonly [name: string, type: 'float' | 'int'])[]
  /** `vec4 texelAt(int index)`, which reads texel r of an operand by `texel(name, r)`; or `float valueAt(int index)` for a result of single numbers. */
  readonly code: string
  readonly result: 'texels' | 'numbers'
  /** Whether the operands are flat tensors as any operation gives them, read by `getName(index)`. */
  readonly flatOperands?: boolean
}

interface WebglBackend {
  readonly texData: { readonly get: (dataId: object) => { readonly isPacked?: boolean } }
  readonly unpackTensor: (x: TensorInfo) => TensorInfo
  readonly disposeIntermediateTensorInfo: (x: TensorInfo) => void
  readonly runWebGLProgram: (
    program: object,
    inputs: TensorInfo[],
    dtype: 'float32',
    uniforms: number[][],
    keepPacked: boolean,
  ) => TensorInfo
}

const texels = `
vec4 texel(sampler2D texels, int index) {
  int width = textureSize(texels, 0).x;
  return texelFetch(texels, ivec2(index % width, index / width), 0);
}`
const mains = {
  texels: `
void main() {
  int width = (outTexShape[1] + 1) / 2;
  setOutput(texelAt(int(gl_FragCoord.y) * width + int(gl_FragCoord.x)));
}`,
  numbers: `
void main() { setOutput(valueAt(getOutputCoords())); }`,
}

const sizeOf = (shape: readonly number[]): number => shape.reduce((product, extent) => product * extent, 1)

/** Runs a program on the backend `webgl` of TensorFlow.js. The result is [count, 2, 2] for texels, [count] for numbers. */
export const runTexelProgram = (
  backend: TfBackend,
  { operands, uniforms, code, result, flatOperands = false }: TexelProgram,
  inputs: readonly TensorInfo[],
  values: readonly number[],
  count: number,
): TensorInfo => {
  const gl = backend as unknown as WebglBackend
  const program = {
    variableNames: [...operands],
    outputShape: result === 'texels' ? [count, 2, 2] : [count],
    userCode: `${texels}${code}${mains[result]}`,
    enableShapeUniforms: true,
    packedInputs: !flatOperands,
    packedOutput: result === 'texels',
    customUniforms: uniforms.map(([name, type]) => ({ name, type })),
  }
  const own = inputs.map(({ dataId, shape, dtype }) => ({ dataId, shape: [...shape], dtype }))
  const read = flatOperands ? own.map((input) => (gl.texData.get(input.dataId).isPacked ? gl.unpackTensor(input) : input)) : own
  const flat = flatOperands ? read.map(({ dataId, shape, dtype }) => ({ dataId, dtype, shape: [sizeOf(shape)] })) : read
  const made = gl.runWebGLProgram(
    program,
    flat,
    'float32',
    values.map((value) => [value]),
    true,
  )
  read.forEach((input, k) => {
    if (input.dataId !== inputs[k]?.dataId) gl.disposeIntermediateTensorInfo(input)
  })
  return made
}
