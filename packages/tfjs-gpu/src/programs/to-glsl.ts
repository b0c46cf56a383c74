// The programs are written once, in a part of WGSL that GLSL ES 3.00 has too, and translated word by word. The part: functions and variables whose types
// are told (`let x : f32 = …`, `var i : i32 = …`), the types f32, i32, u32, bool and vec2f, bitcast between f32 and u32 and from u32 to i32, `select`, `if`, `for`,
// `uniforms.name`. Names must be reserved in neither language.

const types: Readonly<Record<string, string>> = { f32: 'float', i32: 'int', u32: 'uint', bool: 'bool', vec2f: 'vec2' }
const typeOf = (name: string): string => types[name] ?? name

/** `select(otherwise, chosen, condition)` of WGSL, for GLSL. */
const prelude = ['float', 'int', 'uint', 'bool']
  .map((type) => `${type} select(${type} otherwise, ${type} chosen, bool condition) { return condition ? chosen : otherwise; }`)
  .join('\n')

/** GLSL ES 3.00 for a text in that part of WGSL. */
export const toGlsl = (wgsl: string): string =>
  `${prelude}\n${wgsl
    .replace(/\bfn (\w+)\(([^)]*)\) -> (\w+)/g, (_, name: string, parameters: string, type: string) => {
      const translated = parameters.replace(/(\w+) : (\w+)/g, (_pair, parameter: string, of: string) => `${typeOf(of)} ${parameter}`)
      return `${typeOf(type)} ${name}(${translated})`
    })
    .replace(/\b(?:let|var) (\w+) : (\w+)/g, (_, name: string, type: string) => `${typeOf(type)} ${name}`)
    .replaceAll('bitcast<u32>(', 'floatBitsToUint(')
    .replaceAll('bitcast<f32>(', 'uintBitsToFloat(')
    .replaceAll('bitcast<i32>(', 'int(')
    .replaceAll('uniforms.', '')
    .replace(/\b(f32|i32|u32|vec2f)\(/g, (_, type: string) => `${typeOf(type)}(`)}`
