import type { TensorInfo } from '@tensorflow/tfjs-core'
import type { TfBackend } from '../tf.js'

/** A uniform: in WGSL `uniforms.name`, in GLSL `name`. */
export interface Uniform {
  readonly name: string
  readonly type: 'f32' | 'i32'
}

/** A compute shader over flat arrays of float32. */
export interface WebgpuProgram {
  /** Says which code it is: programs of one key have one text. */
  readonly key: string
  /** Names of the operands: in WGSL arrays of f32. Each must occur in the code, for an unused binding is refused. */
  readonly operands: readonly string[]
  /** Beside these there are `size`, the numbers of the result, `NAN` and `INFINITY`. */
  readonly uniforms: readonly Uniform[]
  /**
   * WGSL with `fn main(index : i32)`, which writes `result[…]`. It sees `localIndex`, `localId`, `workgroupId`, `numWorkgroups`. The index counts
   * invocations, and may be beyond `uniforms.size`.
   */
  readonly code: string
  /** 4 where operands and result are arrays of vec4<f32>, whose sizes are then multiples of 4; `size` counts such vectors. */
  readonly components?: 1 | 4
  /** Invocations of a workgroup: 128 unless told. */
  readonly workgroupSize?: number
}

/** What `runWebGPUProgram` of TensorFlow.js 4.22 takes: its class WebGPUProgram, and the uniforms. */
interface ProgramOfTfjs {
  variableNames: string[]
  outputShape: number[]
  workgroupSize: [number, number, number]
  dispatchLayout: { x: number[] }
  dispatch: [number, number, number]
  shaderKey: string
  uniforms: string
  size: boolean
  outputComponent: 1 | 4
  getUserCode: () => string
}
interface WebgpuBackend {
  readonly runWebGPUProgram: (
    program: ProgramOfTfjs,
    inputs: TensorInfo[],
    dtype: 'float32',
    uniforms: { type: 'float32' | 'int32'; data: number[] }[],
  ) => TensorInfo
}

/**
 * Runs a program on the backend `webgpu` of TensorFlow.js: operands are taken as flat arrays, and the result is `size` numbers in a row, which the
 * caller gives its shape (`{ ...info, shape }`). One invocation is made for each number (or
 * vector) of the result, unless a number of workgroups is told.
 */
export const runWebgpuProgram = (
  backend: TfBackend,
  program: WebgpuProgram,
  operands: readonly TensorInfo[],
  values: readonly number[],
  size: number,
  workgroups?: number,
): TensorInfo => {
  const threads = program.workgroupSize ?? 128
  const invocations = size / (program.components ?? 1)
  const { runWebGPUProgram } = backend as unknown as WebgpuBackend
  return runWebGPUProgram.call(
    backend,
    {
      variableNames: [...program.operands],
      outputShape: [size],
      workgroupSize: [threads, 1, 1],
      dispatchLayout: { x: [0] },
      dispatch: [workgroups ?? Math.ceil(invocations / threads), 1, 1],
      shaderKey: `tweedie ${program.key}`,
      uniforms: program.uniforms.map(({ name, type }) => `${name} : ${type}, `).join(''),
      size: true,
      outputComponent: program.components ?? 1,
      getUserCode: () => program.code,
    },
    operands.map(({ dataId, shape, dtype }) => ({ dataId, dtype, shape: [shape.reduce((product, extent) => product * extent, 1)] })),
    'float32',
    program.uniforms.map(({ type }, k) => ({ type: type === 'f32' ? 'float32' : 'int32', data: [values[k] as number] })),
  )
}
