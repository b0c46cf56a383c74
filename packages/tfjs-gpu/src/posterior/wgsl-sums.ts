import type { WebgpuProgram } from '../programs/webgpu-program.js'
import { forEach, type Pass, passCode, threads } from './wgsl-pass.js'

/** Columns whose sums an invocation keeps; where there are more, others go through the cloud for the rest. */
const mostColumns = 16

/** How many invocations share the columns. */
export const blocksOf = (dimension: number): number => Math.ceil(dimension / mostColumns)

/** What the programs of a pass are told. */
export const passUniforms = [
  { name: 'alpha', type: 'f32' },
  { name: 'scale', type: 'f32' },
  { name: 'queries', type: 'i32' },
  { name: 'count', type: 'i32' },
  { name: 'sliceLength', type: 'i32' },
  { name: 'slices', type: 'i32' },
] as const

/**
 * Σ w, Σ w² and Σ w (y − c) over a slice of the cloud, in units of 2^top, with a running maximum: top is a whole number not below any logit so far, c
 * the point that raised it. A sum about a point near the mean has no more digits to lose than the mean has. When top rises, what was summed falls by a
 * power of two, exactly, at least by half, so that the errors of moving c die out.
 *
 * Row r of the result, r = (slice · lanes + lane) · M + query: top, the place of c in the slice, Σ w, Σ w², Σ w (y − c).
 */
export const sumsProgram = (pass: Pass): WebgpuProgram => {
  const { dimension, weighted, way } = pass
  const { declarations, place, logits, loop, points, valid, lanes } = passCode(pass)
  const blocks = blocksOf(dimension)
  const width = Math.min(dimension, mostColumns)
  const column = (j: string | number): string | number => (blocks === 1 ? j : `min(part * ${width} + ${j}, ${dimension - 1})`)
  const atCentre = (j: string | number): string => `points[centre * ${dimension} + ${column(j)}]`
  const moveCentre = (j: string | number): string => `{
          let moved = ${atCentre(j)};
          sum[${j}] = fall * ((sum[${j}] + own[${j}]) + before * (about[${j}] - moved));
          about[${j}] = moved;
          own[${j}] = 0.0;
        }`
  const body = `${logits}
      let highest = max(max(logits[0], logits[1]), max(logits[2], logits[3]));
      if (highest > top) {
        let raised = ceil(highest);
        let fall = exponential(top - raised);
        let before = total + ownTotal;
        top = raised;
        centre = select(select(select(at[3], at[2], logits[2] == highest), at[1], logits[1] == highest), at[0], logits[0] == highest);
        ${forEach(width, moveCentre)}
        total = fall * before;
        squares = fall * (fall * (squares + ownSquares));
        ownTotal = 0.0;
        ownSquares = 0.0;
      }
      let weights = exponentials(logits - top);
      ownTotal += dot(weights, vec4f(1.0));
      ownSquares += dot(weights, weights);
      ${forEach(width, (j) => `own[${j}] += dot(weights, ${points(column(j))} - about[${j}]);`)}`
  const flush = `total += ownTotal; ownTotal = 0.0; squares += ownSquares; ownSquares = 0.0;
    ${forEach(width, (j) => `sum[${j}] += own[${j}]; own[${j}] = 0.0;`)}`
  return {
    key: `posterior sums ${dimension} ${weighted} ${way}`,
    operands: weighted ? ['x', 'points', 'logWeights'] : ['x', 'points'],
    uniforms: passUniforms,
    workgroupSize: threads,
    code: `${declarations}
fn main(index : i32) {
  ${place}
  if (part >= ${blocks}) { return; }
  var top = NOTHING;
  var centre = start;
  var total = 0.0;
  var squares = 0.0;
  var ownTotal = 0.0;
  var ownSquares = 0.0;
  var sum : array<f32, ${width}>;
  var own : array<f32, ${width}>;
  var about : array<f32, ${width}>;
  ${forEach(width, (j) => `about[${j}] = ${atCentre(j)};`)}
  ${loop(body, flush)}
  if (${valid}) {
    let to = ((slice * ${lanes} + lane) * uniforms.queries + row) * ${4 + dimension};
    if (part == 0) {
      result[to] = top;
      result[to + 1] = f32(centre - start);
      result[to + 2] = total;
      result[to + 3] = squares;
    }
    ${forEach(width, (j) => `${blocks === 1 ? '' : `if (part * ${width} + ${j} < ${dimension}) `}{ result[to + 4 + ${column(j)}] = sum[${j}]; }`)}
  }
}`,
  }
}
