// What a cloud tree does per group of sixteen siblings and per block of 64 points, unrolled for the dimensions 1 … 8, and in loops for any other.
// A group is a Gaussian: centre, principal axes, and per noise level the exponent and the gain along each. The lanes are siblings, or points.

const dimensions = [1, 2, 3, 4, 5, 6, 7, 8]
const list = (count, of) => Array.from({ length: count }, (_, index) => of(index))
const lines = (...groups) => groups.flat(9).filter(Boolean).join('\n')

/** `body(d)` for every coordinate: written out, or in a loop whose variable is d. */
const each = (D, indent, body) =>
  D === 0
    ? [
        `${indent}for (let d = 0; d < dimension; d++) {`,
        body('d', `(d << 4)`, `(d << 6)`, `(d << 8)`).map((line) => `${indent}  ${line}`),
        `${indent}}`,
      ]
    : list(D, (d) => body(`${d}`, `${16 * d}`, `${64 * d}`, `${256 * d}`).map((line) => `${indent}${line}`))

/** A vector per coordinate: locals when unrolled, a row of scratch when not. */
const declare = (D, name) => (D === 0 ? '' : list(D, (d) => `  let ${name}${d}: v128`))
const set = (D, name, d, value, room = 'room') => (D === 0 ? `v128.store(${room} + (d << 4), ${value})` : `${name}${d} = ${value}`)
const get = (D, name, d, room = 'room') => (D === 0 ? `v128.load(${room} + (d << 4))` : `${name}${d}`)
const load = (pointer, offset) => (offset.startsWith('(') ? `v128.load(${pointer} + ${offset})` : `v128.load(${pointer}, ${offset})`)

const differences = (D, indent) =>
  each(D, indent, (d, o16, o64) => [set(D, 'x', d, `nmadd<f32>(alpha4, ${load('at', o64)}, ${load('query', o16)})`)])
const square = (D, indent) => [
  `${indent}let square = zero`,
  each(D, indent, (d) => [`square = madd<f32>(${get(D, 'x', d)}, ${get(D, 'x', d)}, square)`]),
]

const weights = (D) => `
/** out[16] = log₂ of the groups' weights at the query: bias + Σ p_k (v_k · (x − α c))² + p_rest |x − α c|². Gives the largest of each lane. */
function weights${D}(dimension: i32, rank: i32, alpha: f32, query: usize, fixed: usize, level: usize, out: usize, room: usize): v128 {
  const alpha4 = f32x4.splat(alpha), zero = f32x4.splat(0), least = f32x4.splat(LEAST)
  let top = least
${lines(declare(D, 'x'))}
  const axes = (dimension as usize) << 6
  for (let v: usize = 0; v < 64; v += 16) {
    const at = fixed + v
${lines(differences(D, '    '))}
    let along = level + v
    let e = v128.load(along + ((rank + 1) << 6))
    if (rank < dimension) {
${lines(square(D, '      '))}
      e = madd<f32>(v128.load(along + (rank << 6)), square, e)
    }
    let axis = at + axes
    for (let k = 0; k < rank; k++) {
      let t = ${D === 0 ? 'zero' : `f32x4.mul(x0, v128.load(axis))`}
${lines(D === 0 ? each(D, '      ', (d, _o16, o64) => [`t = madd<f32>(${get(D, 'x', d)}, ${load('axis', o64)}, t)`]) : list(D - 1, (d) => `      t = madd<f32>(x${d + 1}, v128.load(axis, ${64 * (d + 1)}), t)`))}
      e = madd<f32>(f32x4.mul(t, v128.load(along)), t, e)
      axis += axes
      along += 64
    }
    e = f32x4.pmax(least, e)
    v128.store(out + v, e)
    top = f32x4.pmax(top, e)
  }
  return top
}
`

const accept = (D) => `
/** Adds four groups with weights w to the sums: w, w · mean, and for the moments w · (trace + |mean|²). Means are taken from the reference. */
function accept${D}(dimension: i32, rank: i32, alpha: f32, query: usize, at: usize, along: usize, w: v128, reference: usize, sums: usize, moments: bool, room: usize): void {
  const alpha4 = f32x4.splat(alpha), zero = f32x4.splat(0)
${lines(declare(D, 'x'), declare(D, 'm'))}
${D === 0 ? '  const means = room + ((dimension as usize) << 4)' : ''}
${lines(differences(D, '  '))}
  const axes = (dimension as usize) << 6
  let gain = along + ((rank + 5) << 6)
${lines(each(D, '  ', (d, o16, o64) => [set(D, 'm', d, `f32x4.sub(${load('at', o64)}, ${load('reference', o16)})`, 'means')]))}
  if (rank < dimension) {
    const rest = v128.load(gain + (rank << 6))
${lines(each(D, '    ', (d) => [set(D, 'm', d, `madd<f32>(rest, ${get(D, 'x', d)}, ${get(D, 'm', d, 'means')})`, 'means')]))}
  }
  let axis = at + axes
  for (let k = 0; k < rank; k++) {
    let t = zero
${lines(each(D, '    ', (d, _o16, o64) => [`t = madd<f32>(${get(D, 'x', d)}, ${load('axis', o64)}, t)`]))}
    t = f32x4.mul(t, v128.load(gain))
${lines(each(D, '    ', (d, _o16, o64) => [set(D, 'm', d, `madd<f32>(t, ${load('axis', o64)}, ${get(D, 'm', d, 'means')})`, 'means')]))}
    axis += axes
    gain += 64
  }
  v128.store(sums, f32x4.add(v128.load(sums), w))
${lines(each(D, '  ', (d, _o16) => [D === 0 ? `v128.store(sums + 48 + (d << 4), madd<f32>(w, ${get(D, 'm', d, 'means')}, v128.load(sums + 48 + (d << 4))))` : `v128.store(sums, madd<f32>(w, m${d}, v128.load(sums, ${48 + 16 * Number(d)})), ${48 + 16 * Number(d)})`]))}
  if (moments) {
    let square = v128.load(along + ((rank + 4) << 6))
${lines(each(D, '    ', (d) => [`square = madd<f32>(${get(D, 'm', d, 'means')}, ${get(D, 'm', d, 'means')}, square)`]))}
    v128.store(sums, madd<f32>(w, square, v128.load(sums, 16)), 16)
  }
}
`

const blockExponents = (D) => `
/** out[64] = bias − |u − step · offset|² for the points of a block, in log₂. Gives the largest of each lane. */
function blockExponents${D}(dimension: i32, u: usize, step: f32, points: usize, bias: usize, out: usize): v128 {
  const step4 = f32x4.splat(step)
  const least = f32x4.splat(LEAST)
  let top = least
${lines(D === 0 ? '' : list(D, (d) => `  const u${d} = v128.load(u, ${16 * d})`))}
  for (let v: usize = 0; v < 256; v += 16) {
    let e = v128.load(bias + v)
    const at = points + v
${lines(each(D, '    ', (d, _o16, _o64, o256) => [D === 0 ? `const x = nmadd<f32>(step4, ${load('at', o256)}, v128.load(u + (d << 4)))` : `const x${d} = nmadd<f32>(step4, ${load('at', o256)}, u${d})`, `e = nmadd<f32>(x${D === 0 ? '' : d}, x${D === 0 ? '' : d}, e)`]))}
    e = f32x4.pmax(least, e)
    v128.store(out + v, e)
    top = f32x4.pmax(top, e)
  }
  return top
}
`

const blockSums = (D) => `
/** Adds a block to the sums: weights 2^(exponent − top) and the points from the reference, which is \`shift\` from the block's centre. */
function blockSums${D}(dimension: i32, top: f32, points: usize, exponents: usize, shift: usize, sums: usize, moments: bool): void {
  const top4 = f32x4.splat(top)
  const zero = f32x4.splat(0)
  let total = zero
${lines(D === 0 ? '' : list(D, (d) => `  let a${d} = zero`))}
  for (let v: usize = 0; v < 256; v += 16) {
    const w = exp2(f32x4.sub(v128.load(exponents + v), top4))
    v128.store(exponents + v, w)
    total = f32x4.add(total, w)
${lines(D === 0 ? '' : list(D, (d) => `    a${d} = madd<f32>(w, v128.load(points + v, ${256 * d}), a${d})`))}
  }
  v128.store(sums, f32x4.add(v128.load(sums), total))
${lines(
  D === 0
    ? [
        '  for (let d = 0; d < dimension; d++) {',
        '    let a = zero',
        '    for (let v: usize = 0; v < 256; v += 16) a = madd<f32>(v128.load(exponents + v), v128.load(points + (d << 8) + v), a)',
        '    v128.store(sums + 48 + (d << 4), f32x4.add(v128.load(sums + 48 + (d << 4)), madd<f32>(total, v128.load(shift + (d << 4)), a)))',
        '  }',
      ]
    : list(
        D,
        (d) =>
          `  v128.store(sums, f32x4.add(v128.load(sums, ${48 + 16 * d}), madd<f32>(total, v128.load(shift, ${16 * d}), a${d})), ${48 + 16 * d})`,
      ),
)}
  if (moments) {
    let squares = v128.load(sums, 32), trace = v128.load(sums, 16)
    for (let v: usize = 0; v < 256; v += 16) {
      const w = v128.load(exponents + v)
      squares = madd<f32>(w, w, squares)
      let square = zero
${lines(each(D, '      ', (d, o16, _o64, _o256) => [`const y${D === 0 ? '' : d} = f32x4.add(${load('shift', o16)}, ${D === 0 ? `v128.load(points + v + (d << 8))` : `v128.load(points + v, ${256 * Number(d)})`})`, `square = madd<f32>(y${D === 0 ? '' : d}, y${D === 0 ? '' : d}, square)`]))}
      trace = madd<f32>(w, square, trace)
    }
    v128.store(sums, trace, 16)
    v128.store(sums, squares, 32)
  }
}
`

/** A function that chooses by the dimension. */
const choose = (name, parameters, result) => {
  const names = parameters.split(', ').map((parameter) => parameter.split(':')[0])
  const call = (D) => `${result === 'void' ? '' : 'return '}${name}${D}(${names.join(', ')})${result === 'void' ? '; break' : ''}`
  return `
export function ${name}(${parameters}): ${result} {
  switch (dimension) {
${dimensions.map((D) => `    case ${D}: ${call(D)}`).join('\n')}
    default: ${call(0)}
  }
}
`
}

export const text = () => `// Written by scripts/templates/tree.mjs.
import { madd, nmadd } from '../lanes'
import { exp2, LEAST } from '../tree/exp2'
${[0, ...dimensions].flatMap((D) => [weights(D), accept(D), blockExponents(D), blockSums(D)]).join('')}${[
  choose('weights', 'dimension: i32, rank: i32, alpha: f32, query: usize, fixed: usize, level: usize, out: usize, room: usize', 'v128'),
  choose(
    'accept',
    'dimension: i32, rank: i32, alpha: f32, query: usize, at: usize, along: usize, w: v128, reference: usize, sums: usize, moments: bool, room: usize',
    'void',
  ),
  choose('blockExponents', 'dimension: i32, u: usize, step: f32, points: usize, bias: usize, out: usize', 'v128'),
  choose('blockSums', 'dimension: i32, top: f32, points: usize, exponents: usize, shift: usize, sums: usize, moments: bool', 'void'),
].join('')}`
