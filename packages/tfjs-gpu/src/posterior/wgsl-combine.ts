import type { WebgpuProgram } from '../programs/webgpu-program.js'
import { exponential, nothing } from './wgsl-common.js'

const uniforms = [
  { name: 'queries', type: 'i32' },
  { name: 'rows', type: 'i32' },
  { name: 'lanes', type: 'i32' },
  { name: 'sliceLength', type: 'i32' },
] as const

/** Adds `term`, of a row of partial sums, over the rows: 32 at a time, and those sums again. */
const added = (names: readonly string[], term: string): string => `
  ${names.map((name) => `var ${name} = 0.0;`).join(' ')}
  for (var first = 0; first < uniforms.rows; first += 32) {
    ${names.map((name) => `var ${name}Own = 0.0;`).join(' ')}
    for (var r = first; r < min(first + 32, uniforms.rows); r++) {
      let at = (r * uniforms.queries + query) * WIDTH;
      ${term}
    }
    ${names.map((name) => `${name} += ${name}Own;`).join(' ')}
  }`

const highest = `
  var top = ${nothing};
  var best = 0;
  for (var r = 0; r < uniforms.rows; r++) {
    let each = sums[(r * uniforms.queries + query) * WIDTH];
    if (each > top) { top = each; best = r; }
  }`

/** E[X₀ | x] from partial sums, [M, D]: c + Σ (S_r + W_r (c_r − c))/Σ W_r, c that of the largest maximum. NaN where no point counts. */
export const meanProgram = (dimension: number): WebgpuProgram => ({
  key: `posterior mean ${dimension}`,
  operands: ['sums', 'points'],
  uniforms,
  workgroupSize: 64,
  code: `${exponential}
const WIDTH = ${4 + dimension};
fn main(index : i32) {
  if (index >= uniforms.size) { return; }
  let query = index / ${dimension};
  let j = index % ${dimension};
  ${highest}
  let centre = points[((best / uniforms.lanes) * uniforms.sliceLength + i32(sums[(best * uniforms.queries + query) * WIDTH + 1])) * ${dimension} + j];
  ${added(
    ['total', 'sum'],
    `let fall = exponential(sums[at] - top);
      let moved = points[((r / uniforms.lanes) * uniforms.sliceLength + i32(sums[at + 1])) * ${dimension} + j] - centre;
      totalOwn += fall * sums[at + 2];
      sumOwn += fall * (sums[at + 4 + j] + sums[at + 2] * moved);`,
  )}
  result[index] = select(uniforms.NAN, centre + sum / total, total > 0.0);
}`,
})

/** top, Σ w and Σ w² from partial sums, [3, M]. */
export const summaryProgram = (dimension: number): WebgpuProgram => ({
  key: `posterior summary ${dimension}`,
  operands: ['sums'],
  uniforms,
  workgroupSize: 64,
  code: `${exponential}
const WIDTH = ${4 + dimension};
fn main(index : i32) {
  let query = index;
  if (query >= uniforms.queries) { return; }
  ${highest}
  ${added(
    ['total', 'squares'],
    `let fall = exponential(sums[at] - top);
      totalOwn += fall * sums[at + 2];
      squaresOwn += fall * (fall * sums[at + 3]);`,
  )}
  result[query] = top;
  result[uniforms.queries + query] = total;
  result[2 * uniforms.queries + query] = squares;
}`,
})

/** tr Cov from partial sums Σ w |y − m|² in units of 2^top, [M]. */
export const traceProgram: WebgpuProgram = {
  key: 'posterior trace',
  operands: ['sums', 'summary'],
  uniforms: uniforms.slice(0, 2),
  workgroupSize: 64,
  code: `
const WIDTH = 1;
fn main(index : i32) {
  let query = index;
  if (query >= uniforms.queries) { return; }
  ${added(['sum'], 'sumOwn += sums[at];')}
  let total = summary[uniforms.queries + query];
  result[query] = select(uniforms.NAN, sum / total, total > 0.0);
}`,
}
