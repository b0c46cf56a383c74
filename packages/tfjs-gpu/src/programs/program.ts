import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core'
import { type Shape, sizeOf } from '@tweedie/core'
import { registerOnce } from '../register.js'
import type { Tf, TfTensor } from '../tf.js'
import { toGlsl } from './to-glsl.js'
import { runWebglProgram, type WebglProgram } from './webgl-program.js'
import { runWebgpuProgram, type Uniform, type WebgpuProgram } from './webgpu-program.js'

/** A program that finds each number of its result on its own, in both languages. */
export interface Program {
  /** The kernel is `Tweedie` with this name. One name, one text. */
  readonly name: string
  /** Number i of the operand `first` is `readFirst(i)`. */
  readonly operands: readonly string[]
  /** Beside these there is `opaque`, which is 0, though no compiler knows. */
  readonly uniforms: readonly Uniform[]
  /** Functions, in the part of WGSL that `toGlsl` translates. They read no operand where there is a `four`. */
  readonly code: string
  /** `fn valueAt(index : i32) -> f32` and what it needs of operands, in the same part of WGSL. */
  readonly one: string
  /** Where WGSL can find four numbers at once, the expression that does, in terms of operands that are arrays of vec4<f32>. */
  readonly four?: string
}

export const capital = (name: string): string => name.charAt(0).toUpperCase() + name.slice(1)
const opaque: Uniform = { name: 'opaque', type: 'i32' }

const webgpuProgram = ({ name, operands, uniforms, code, one }: Program): WebgpuProgram => ({
  key: name,
  operands,
  uniforms: [...uniforms, opaque],
  code: `${operands.map((operand) => `fn read${capital(operand)}(index : i32) -> f32 { return ${operand}[index]; }`).join('\n')}
${code}
${one}
fn main(index : i32) {
  if (index < uniforms.size) { result[index] = valueAt(index); }
}`,
})

const wideProgram = ({ name, operands, uniforms, code, four }: Program): WebgpuProgram => ({
  key: `${name} by fours`,
  components: 4,
  operands,
  uniforms: [...uniforms, opaque],
  code: `${code}
fn main(index : i32) {
  if (index < uniforms.size) { result[index] = ${four}; }
}`,
})

const webglProgram = ({ operands, uniforms, code, one }: Program): WebglProgram => ({
  operands,
  uniforms: [...uniforms, opaque],
  code: `${operands.map((operand) => `float read${capital(operand)}(int index) { return get${capital(operand)}(index); }`).join('\n')}
${toGlsl(`${code}\n${one}`)}
void main() { setOutput(valueAt(getOutputCoords())); }`,
})

/** Texts of the programs that have run, by name. */
const written = { webgpu: new Map<string, WebgpuProgram>(), wide: new Map<string, WebgpuProgram>(), webgl: new Map<string, WebglProgram>() }
const textOf = <T>(texts: Map<string, T>, program: Program, write: (program: Program) => T): T => {
  const text = texts.get(program.name) ?? write(program)
  texts.set(program.name, text)
  return text
}

interface Call {
  readonly program: Program
  readonly values: readonly number[]
  readonly shape: Shape
}

const kernel: KernelFunc = ({ inputs, attrs, backend }) => {
  const { program, values, shape } = attrs as unknown as Call
  const operands = program.operands.map((name) => inputs[name] as TensorInfo)
  const all = [...values, 0]
  const size = sizeOf(shape)
  const run = (): TensorInfo => {
    if (!('runWebGPUProgram' in (backend as object)))
      return runWebglProgram(backend as never, textOf(written.webgl, program, webglProgram), operands, all, size)
    const wide = program.four !== undefined && size % 4 === 0
    const text = wide ? textOf(written.wide, program, wideProgram) : textOf(written.webgpu, program, webgpuProgram)
    return runWebgpuProgram(backend as never, text, operands, all, size)
  }
  const info = run()
  return { ...info, shape: [...shape] }
}

/** Runs a program on the backend that is set, `webgl` or `webgpu`: operands and values in the program's order, the shape that of the result. */
export const runProgram = (tf: Tf, program: Program, operands: readonly TfTensor[], values: readonly number[], shape: Shape): TfTensor => {
  const kernelName = `Tweedie${program.name}`
  registerOnce(tf, kernelName, tf.getBackend(), kernel)
  const inputs = Object.fromEntries(program.operands.map((name, k) => [name, operands[k] as TfTensor]))
  return tf.engine().runKernel(kernelName, inputs, { program, values, shape } as never) as TfTensor
}
