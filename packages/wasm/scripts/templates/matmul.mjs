// Tiles of a matrix product: a few rows by one or two vectors of the result stay in registers while k runs, so that each vector of the right
// factor is used by every row and each number of the left one by every vector. V8 has 15 vector registers to give and loads all operands of a
// step before it multiplies: 5 × 2 sums with 2 vectors and a number at a time run at the machine's speed, 6 × 2 spill.

/** Rows of the tallest tile, by vectors. */
const tallest = { 1: 6, 2: 4 }

const list = (count, of) => Array.from({ length: count }, (_, index) => of(index))
const lines = (...groups) => groups.flat(2).join('\n')
const parameters =
  'count: i32, a: usize, aRow: usize, aStep: usize, b: usize, bStep: usize, sum: usize, sumRow: usize, bias: usize, biasRow: usize, out: usize, outRow: usize'
const names = parameters.replaceAll(/: \w+/g, '')

const tile = (rows, vectors) => {
  const each = (of) => list(rows, (r) => list(vectors, (v) => of(r, v)))
  const rowOf = (base, stride, r) => (r === 0 ? base : `${base} + ${r} * ${stride}`)
  const addition = (base, stride) => [
    `  if (${base} != 0) {`,
    each((r, v) => `    c${r}_${v} = v128.add<T>(v128.load(${rowOf(base, stride, r)}, ${16 * v}), c${r}_${v})`),
    '  }',
  ]
  return `
/** ${rows} rows of ${vectors === 1 ? 'a vector' : 'two vectors'}: out = sum + Σ_k a_k b_k + bias; a sum or bias at 0 is none. */
function tile${rows}x${vectors}<T>(${parameters}): void {
${lines(
  list(rows, (r) => `  let a${r} = ${rowOf('a', 'aRow', r)}`),
  each((r, v) => `  let c${r}_${v} = v128.splat<T>(0 as T)`),
  '  for (let k = 0; k < count; k++) {',
  list(vectors, (v) => `    const b${v} = v128.load(b, ${16 * v})`),
  list(rows, (r) =>
    [`    const s${r} = splat<T>(a${r})`, list(vectors, (v) => `    c${r}_${v} = madd<T>(s${r}, b${v}, c${r}_${v})`)].flat(),
  ),
  list(rows, (r) => `    a${r} += aStep`),
  '    b += bStep',
  '  }',
  addition('sum', 'sumRow'),
  addition('bias', 'biasRow'),
  each((r, v) => `  v128.store(${rowOf('out', 'outRow', r)}, c${r}_${v}, ${16 * v})`),
)}
}
`
}

const choice = (vectors) => `
  switch (rows) {
${lines(list(tallest[vectors], (index) => `    case ${index + 1}: return tile${index + 1}x${vectors}<T>(${names})`))}
  }`

export const text = () => `// Written by scripts/templates/matmul.mjs.
import { madd } from '../lanes'

/** Rows of the tallest tile of one vector, and of two. */
// @ts-ignore: decorator
@inline
export const TALL: i32 = ${tallest[1]}
// @ts-ignore: decorator
@inline
export const WIDE: i32 = ${tallest[2]}

// @ts-ignore: decorator
@inline
function splat<T>(at: usize): v128 {
  return sizeof<T>() == 4 ? v128.load32_splat(at) : v128.load64_splat(at)
}
${[1, 2].map((vectors) => list(tallest[vectors], (index) => tile(index + 1, vectors)).join('')).join('')}
/** A tile of \`rows\` rows and 1 or 2 vectors. */
// @ts-ignore: decorator
@inline
export function tile<T>(rows: i32, vectors: i32, ${parameters}): void {
  if (vectors == 1) {${choice(1).replaceAll('\n', '\n  ')}
  }${choice(2)}
}
`
