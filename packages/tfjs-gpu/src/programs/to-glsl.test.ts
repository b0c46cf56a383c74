import { expect, test } from 'vitest'
import { activatedCode, slopedCode } from './math/activation.js'
import { quotient } from './math/quotient.js'
import { trig } from './math/trig.js'
import { toGlsl } from './to-glsl.js'

/** What is left after the functions that stand in for `select`. */
const body = (wgsl: string): string => toGlsl(wgsl).split('\n').slice(4).join('\n')

test('functions, variables and casts are translated', () => {
  const wgsl = `fn f(x : f32, k : i32) -> vec2f {
  let bits : u32 = bitcast<u32>(x) >> 3u;
  for (var j : i32 = 0; j < k; j = j + 1) { let y : f32 = f32(j) * uniforms.rate; }
  return vec2f(bitcast<f32>(bits), f32(bitcast<i32>(bits) + i32(k)));
}`
  expect(body(wgsl)).toBe(`vec2 f(float x, int k) {
  uint bits = floatBitsToUint(x) >> 3u;
  for (int j = 0; j < k; j = j + 1) { float y = float(j) * rate; }
  return vec2(uintBitsToFloat(bits), float(int(bits) + int(k)));
}`)
})

test('a function without parameters', () => {
  expect(body('fn one() -> f32 { return 1.0; }')).toBe('float one() { return 1.0; }')
})

// GLSL ES 3.00, §3.8 and chapter 8, as far as names could be met: a function of such a name does not compile.
const taken =
  'attribute varying output input half fixed sample common partition active filter external long short double unsigned superp template this packed resource ' +
  'noinline volatile public static extern goto switch default inline sizeof cast namespace using sampler lowp mediump highp smooth flat centroid precision ' +
  'greaterThan lessThan equal notEqual any all not round trunc floor ceil fract mod modf min max clamp mix step abs sign sqrt exp log sin cos tan tanh pow ' +
  'length distance dot cross normalize transpose inverse determinant texture isnan isinf'
test('no program declares a name that GLSL takes', () => {
  const glsl = toGlsl(
    [trig, quotient, ...(['tanh', 'relu', 'silu', 'gelu'] as const).flatMap((a) => [activatedCode(a), slopedCode(a)])].join('\n'),
  )
  const declared = [...glsl.matchAll(/\b(?:float|int|uint|bool|vec2) (\w+)/g)].map(([, name]) => name as string)
  expect(declared.length).toBeGreaterThan(50)
  expect(declared.filter((name) => taken.split(' ').includes(name))).toEqual([])
  expect(glsl).not.toMatch(/\b(?:fn|let|var|f32|i32|u32|bitcast)\b/)
})
