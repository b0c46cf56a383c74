import type { Elementwise } from './elementwise.js'
import { capital, type Program } from './program.js'
import type { Uniform } from './webgpu-program.js'

/**
 * How an operand is read at an index of the result: a uniform; the same index; index/inner modulo period, where the operand's own axes stand side by side; or
 * by a step for each of six axes.
 */
export type Reading = 'Number' | 'Same' | 'Cycle' | 'Steps'
export const AXES = [0, 1, 2, 3, 4, 5]

const uniformsOf = (name: string, reading: Reading): Uniform[] => {
  switch (reading) {
    case 'Number':
      return [{ name: `${name}Value`, type: 'f32' }]
    case 'Same':
      return []
    case 'Cycle':
      return [`${name}Inner`, `${name}Period`].map((uniform) => ({ name: uniform, type: 'i32' }))
    case 'Steps':
      return AXES.flatMap((k) => [`${name}Extent${k}`, `${name}Step${k}`]).map((uniform) => ({ name: uniform, type: 'i32' }))
  }
}

/** What reads the operand, as `nameAt(index)`. */
const readerOf = (name: string, reading: Reading): string => {
  const by = (value: string): string => `fn ${name}At(index : i32) -> f32 { return ${value}; }\n`
  const read = `read${capital(name)}`
  switch (reading) {
    case 'Number':
      return by(`uniforms.${name}Value`)
    case 'Same':
      return by(`${read}(index)`)
    case 'Cycle':
      return by(`${read}((index / uniforms.${name}Inner) % uniforms.${name}Period)`)
    case 'Steps': {
      const walk = [...AXES].reverse().map((k) => {
        return `  at = at + (rest % uniforms.${name}Extent${k}) * uniforms.${name}Step${k};\n  rest = rest / uniforms.${name}Extent${k};\n`
      })
      const start = '  var rest : i32 = index;\n  var at : i32 = 0;\n'
      return `fn ${name}At(index : i32) -> f32 {\n${start}${walk.join('')}  return ${read}(at);\n}\n`
    }
  }
}

/** The program of an elementwise operation whose operands are read in these ways. */
export const elementwiseProgram = (name: string, { names, functions, value }: Elementwise, readings: readonly Reading[]): Program => {
  const each = <T>(make: (operand: string, reading: Reading) => T): T[] => names.map((operand, k) => make(operand, readings[k] as Reading))
  const component = (part: string): string =>
    `elementOf(${each((operand, reading) => (reading === 'Number' ? `uniforms.${operand}Value` : `${operand}[index].${part}`)).join(', ')})`
  const aligned = readings.includes('Same') && readings.every((reading) => reading === 'Same' || reading === 'Number')
  return {
    name,
    operands: names.filter((_, k) => readings[k] !== 'Number'),
    uniforms: each(uniformsOf).flat(),
    code: `${functions}
fn elementOf(${names.map((operand) => `${operand}Value : f32`).join(', ')}) -> f32 { return ${value}; }`,
    one: `${each(readerOf).join('')}
fn valueAt(index : i32) -> f32 { return elementOf(${names.map((operand) => `${operand}At(index)`).join(', ')}); }`,
    ...(aligned ? { four: `vec4<f32>(${['x', 'y', 'z', 'w'].map(component).join(', ')})` } : {}),
  }
}
