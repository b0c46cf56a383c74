import type { WebgpuProgram } from '../programs/webgpu-program.js'
import { forEach, type Pass, passCode, threads } from './wgsl-pass.js'
import { passUniforms } from './wgsl-sums.js'

/**
 * Σ w |y − m|² over a slice of the cloud, about the mean that is known by then, in units of 2^top: nothing is subtracted, so none of it is lost where
 * the trace is small. Number (slice · lanes + lane) · M + query of the result.
 */
export const spreadProgram = (pass: Pass): WebgpuProgram => {
  const { dimension, weighted, way } = pass
  const { declarations, place, logits, loop, points, valid, lanes } = passCode(pass)
  const body = `${logits}
      var squares = vec4f(0.0);
      ${forEach(dimension, (j) => `{ let gap = ${points(j)} - mean[row * ${dimension} + ${j}]; squares += gap * gap; }`)}
      own += dot(exponentials(logits - top), squares);`
  return {
    key: `posterior spread ${dimension} ${weighted} ${way}`,
    operands: [...(weighted ? ['x', 'points', 'logWeights'] : ['x', 'points']), 'mean', 'summary'],
    uniforms: passUniforms,
    workgroupSize: threads,
    code: `${declarations}
fn main(index : i32) {
  ${place}
  if (part >= 1) { return; }
  let top = summary[row];
  var spread = 0.0;
  var own = 0.0;
  ${loop(body, 'spread += own; own = 0.0;')}
  if (${valid}) { result[(slice * ${lanes} + lane) * uniforms.queries + row] = spread; }
}`,
  }
}
