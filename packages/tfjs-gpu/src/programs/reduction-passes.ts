// Programs over chunks of an axis of row-major [outer, count, inner] numbers, whose results are [outer, chunks, inner]: chunk j takes numbers j, j + chunks, …
// Sums carry along what each addition rounds away (TwoSum: Knuth, TAOCP 2, §4.2.2).

import { exp } from './math/exp.js'
import { log } from './math/log.js'
import { numbers } from './math/numbers.js'
import { order } from './math/order.js'
import type { Program } from './program.js'

const walk = (operands: readonly string[], name: string, functions: string, body: string): Program => ({
  name,
  operands,
  uniforms: [
    { name: 'count', type: 'i32' },
    { name: 'inner', type: 'i32' },
    { name: 'chunks', type: 'i32' },
  ],
  code: `${numbers}${functions}`,
  one: `fn valueAt(index : i32) -> f32 {
  let column : i32 = index % uniforms.inner;
  let row : i32 = index / uniforms.inner;
  let chunk : i32 = row % uniforms.chunks;
  let outer : i32 = row / uniforms.chunks;
  let start : i32 = outer * uniforms.count * uniforms.inner + column;
  ${body}
}`,
})

const summed = (term: string): string => `
  var total : f32 = 0.0;
  var lost : f32 = 0.0;
  for (var k : i32 = chunk; k < uniforms.count; k = k + uniforms.chunks) {
    let term : f32 = ${term};
    let next : f32 = kept(total + term);
    let part : f32 = kept(next - total);
    lost = lost + (kept(total - kept(next - part)) + kept(term - part));
    total = next;
  }
  // Beside an infinity what was lost is NaN.
  return fromBits(select(bitcast<u32>(total), bitcast<u32>(total + lost), isFinite(lost)));`

const extreme = (of: string): string => `
  var best : f32 = readX(start + chunk * uniforms.inner);
  for (var k : i32 = chunk; k < uniforms.count; k = k + uniforms.chunks) { best = ${of}(best, readX(start + k * uniforms.inner)); }
  return best;`

export const passes = {
  sum: walk(['x'], 'Sum', '', summed('readX(start + k * uniforms.inner)')),
  max: walk(['x'], 'Max', order, extreme('maximumOf')),
  min: walk(['x'], 'Min', order, extreme('minimumOf')),
  /** Σ exp(x − maximum), the maximum being that of the axis. */
  sumExp: walk(
    ['x', 'maximum'],
    'SumExp',
    exp,
    summed('expOf(readX(start + k * uniforms.inner) - readMaximum(outer * uniforms.inner + column))'),
  ),
}

/** The last step of ln Σ exp, m + ln s: the maximum m itself where it is infinite or NaN. */
export const finish: Program = {
  name: 'LogSumExp',
  operands: ['maximum', 'sum'],
  uniforms: [],
  code: `${numbers}${log}`,
  one: `fn valueAt(index : i32) -> f32 {
  let m : f32 = readMaximum(index);
  return fromBits(select(bitcast<u32>(m), bitcast<u32>(m + logOf(readSum(index))), isFinite(m)));
}`,
}
