import type { TexelProgram } from './glsl-run.js'
import { leftOut, nothing, polynomial } from './wgsl-common.js'

/** Texels of a point and its logarithm log₂ π, which comes after its columns; of a query; and of the sums, whose columns Σ w and Σ w² follow. */
export const widths = (dimension: number) => ({
  point: Math.ceil((dimension + 1) / 4),
  query: Math.ceil(dimension / 4),
  sums: Math.ceil((dimension + 2) / 4),
})

/** Rows [R, D] as texels, each row from a texel of its own; with logarithms behind the columns. */
export const rowsProgram = (dimension: number, logs: 'given' | 'zero' | 'none'): TexelProgram => {
  const width = logs === 'none' ? widths(dimension).query : widths(dimension).point
  return {
    operands: logs === 'given' ? ['rows', 'logWeights'] : ['rows'],
    uniforms: [['rowCount', 'int']],
    flatOperands: true,
    result: 'texels',
    code: `
float logOf(int row) {
  ${logs === 'given' ? `float each = getLogWeights(row);\n  return floatBitsToUint(each) == 0xff800000u ? ${leftOut} : max(each * 1.4426950408889634, -1e37);` : 'return 0.0;'}
}
float numberAt(int row, int column) {
  if (column < ${dimension}) { return getRows(row * ${dimension} + column); }
  return column == ${dimension} ? logOf(row) : 0.0;
}
vec4 texelAt(int index) {
  int row = index / ${width};
  int column = 4 * (index % ${width});
  // The last texels of the texture belong to no row.
  if (row >= rowCount) { return vec4(0.0); }
  return vec4(numberAt(row, column), numberAt(row, column + 1), numberAt(row, column + 2), numberAt(row, column + 3));
}`,
  }
}

const exponential = `
float exponential(float a) {
  float b = max(a, -126.0);
  float whole = floor(b + 0.5);
  float f = b - whole;
  return a >= -126.0 ? ${polynomial} * uintBitsToFloat(uint(int(whole) + 127) << 23u) : 0.0;
}`

const passUniforms = [
  ['alpha', 'float'],
  ['scale', 'float'],
  ['queries', 'int'],
  ['count', 'int'],
  ['sliceLength', 'int'],
  ['slices', 'int'],
] as const

/** Σ z² over the columns of a query and a point, and the base-2 logit, as in the compute shaders: by differences, then scaled. */
const logit = (dimension: number): string => {
  const { point, query } = widths(dimension)
  const parts = ['x', 'xy', 'xyz', 'xyzw']
  const last = parts[(dimension - 1) % 4] as string
  return `
vec4 query[${query}];
vec4 point[${point}];
void readQuery(int row) { for (int k = 0; k < ${query}; k++) { query[k] = texel(x, row * ${query} + k); } }
float logit(int number) {
  for (int k = 0; k < ${point}; k++) { point[k] = texel(cloud, number * ${point} + k); }
  float quadratic = 0.0;
  for (int k = 0; k < ${query - 1}; k++) {
    vec4 z = (query[k] - alpha * point[k]) * scale;
    quadratic += dot(z, z);
  }
  vec4 z = (query[${query - 1}] - alpha * point[${query - 1}]) * scale;
  quadratic += dot(z.${last}, z.${last});
  return point[${point - 1}][${dimension % 4}] - min(quadratic, 1e38);
}`
}

/** The largest logit of each slice of each query, and where: texel slice · M + query. */
export const largestProgram = (dimension: number): TexelProgram => ({
  operands: ['x', 'cloud'],
  uniforms: passUniforms,
  result: 'texels',
  code: `${logit(dimension)}
vec4 texelAt(int index) {
  int slice = index / queries;
  if (slice >= slices) { return vec4(0.0); }
  readQuery(index % queries);
  int start = slice * sliceLength;
  float best = ${nothing};
  int where = start;
  for (int i = start; i < min(start + sliceLength, count); i++) {
    float each = logit(i);
    if (each > best) { best = each; where = i; }
  }
  return vec4(best, float(where - start), 0.0, 0.0);
}`,
})

/** The least whole number not below the largest logit of a query, and the point that has it, as its slice and its place there. */
export const topProgram: TexelProgram = {
  operands: ['largest'],
  uniforms: passUniforms,
  result: 'texels',
  code: `
vec4 texelAt(int query) {
  if (query >= queries) { return vec4(0.0); }
  vec4 best = vec4(${nothing}, 0.0, 0.0, 0.0);
  for (int slice = 0; slice < slices; slice++) {
    vec4 each = texel(largest, slice * queries + query);
    if (each.x > best.x) { best = vec4(each.x, float(slice), each.y, 0.0); }
  }
  return vec4(ceil(best.x), best.yzw);
}`,
}

const centre = 'int centreOf(vec4 found) { return int(found.y) * sliceLength + int(found.z); }'

/** Loops over a slice, 64 points and then their sum. */
const overSlice = (type: 'vec4' | 'float', each: string): string => `
  ${type} total = ${type}(0.0);
  int end = min((slice + 1) * sliceLength, count);
  for (int first = slice * sliceLength; first < end; first += 64) {
    ${type} own = ${type}(0.0);
    for (int i = first; i < min(first + 64, end); i++) { ${each} }
    total += own;
  }`

/**
 * Σ w (y − c), Σ w, Σ w² of each slice of each query about its nearest point c, in units of 2^top: texel (slice · M + query) · width + part has columns
 * 4 part … 4 part + 3.
 */
export const sliceSumsProgram = (dimension: number): TexelProgram => {
  const { point, sums } = widths(dimension)
  return {
    operands: ['x', 'cloud', 'tops'],
    uniforms: passUniforms,
    result: 'texels',
    code: `${exponential}${logit(dimension)}${centre}
vec4 texelAt(int index) {
  int part = index % ${sums};
  int row = (index / ${sums}) % queries;
  int slice = index / (${sums} * queries);
  if (slice >= slices) { return vec4(0.0); }
  readQuery(row);
  vec4 found = texel(tops, row);
  ivec4 columns = 4 * part + ivec4(0, 1, 2, 3);
  vec4 coordinates = vec4(lessThan(columns, ivec4(${dimension})));
  vec4 ones = vec4(equal(columns, ivec4(${dimension})));
  vec4 squares = vec4(equal(columns, ivec4(${dimension + 1})));
  int held = min(part, ${point - 1});
  vec4 about = texel(cloud, centreOf(found) * ${point} + held);
  ${overSlice(
    'vec4',
    `float weight = exponential(logit(i) - found.x);
      own += weight * (coordinates * (point[held] - about) + ones + weight * squares);`,
  )}
  return total;
}`,
  }
}

/** The sums of the slices, added: texel query · width + part. */
export const sumsProgram = (width: number): TexelProgram => ({
  operands: ['parts'],
  uniforms: passUniforms,
  result: 'texels',
  code: `
vec4 texelAt(int index) {
  if (index >= queries * ${width}) { return vec4(0.0); }
  vec4 total = vec4(0.0);
  for (int first = 0; first < slices; first += 32) {
    vec4 own = vec4(0.0);
    for (int slice = first; slice < min(first + 32, slices); slice++) { own += texel(parts, slice * queries * ${width} + index); }
    total += own;
  }
  return total;
}`,
})

const numberOf = (width: number): string => `
float numberAt(int row, int column) { return texel(sums, row * ${width} + column / 4)[column % 4]; }`

/** The mean c + Σ w (y − c)/Σ w, M · D numbers. NaN where no point counts. */
export const meanProgram = (dimension: number): TexelProgram => {
  const { point, sums } = widths(dimension)
  return {
    operands: ['sums', 'tops', 'cloud'],
    uniforms: passUniforms,
    result: 'numbers',
    code: `${centre}${numberOf(sums)}
float valueAt(int index) {
  int row = index / ${dimension};
  int column = index % ${dimension};
  float total = numberAt(row, ${dimension});
  if (!(total > 0.0)) { return NAN; }
  return texel(cloud, centreOf(texel(tops, row)) * ${point} + column / 4)[column % 4] + numberAt(row, column) / total;
}`,
  }
}

/** top, Σ w and Σ w², 3 M numbers. */
export const summaryProgram = (dimension: number): TexelProgram => ({
  operands: ['sums', 'tops'],
  uniforms: passUniforms,
  result: 'numbers',
  code: `${numberOf(widths(dimension).sums)}
float valueAt(int index) {
  int row = index % queries;
  int which = index / queries;
  return which == 0 ? texel(tops, row).x : numberAt(row, ${dimension - 1} + which);
}`,
})

/** Σ w |y − m|² of each slice of each query, about its mean: texel slice · M + query. */
export const sliceSpreadProgram = (dimension: number): TexelProgram => {
  const { point, query, sums } = widths(dimension)
  return {
    operands: ['x', 'cloud', 'tops', 'sums'],
    uniforms: passUniforms,
    result: 'texels',
    code: `${exponential}${logit(dimension)}${centre}${numberOf(sums)}
vec4 texelAt(int index) {
  int row = index % queries;
  int slice = index / queries;
  if (slice >= slices) { return vec4(0.0); }
  readQuery(row);
  vec4 found = texel(tops, row);
  float weights = numberAt(row, ${dimension});
  vec4 about[${query}];
  vec4 shift[${query}];
  for (int k = 0; k < ${query}; k++) {
    about[k] = texel(cloud, centreOf(found) * ${point} + k);
    shift[k] = texel(sums, row * ${sums} + k) / weights;
  }
  vec4 kept = vec4(lessThan(4 * ${query - 1} + ivec4(0, 1, 2, 3), ivec4(${dimension})));
  ${overSlice(
    'float',
    `float weight = exponential(logit(i) - found.x);
      float square = 0.0;
      for (int k = 0; k < ${query}; k++) {
        vec4 gap = (point[k] - about[k] - shift[k]) * (k == ${query - 1} ? kept : vec4(1.0));
        square += dot(gap, gap);
      }
      own += weight * square;`,
  )}
  return vec4(total, 0.0, 0.0, 0.0);
}`,
  }
}

/** tr Cov, M numbers. */
export const traceProgram = (dimension: number): TexelProgram => ({
  operands: ['spread', 'sums'],
  uniforms: passUniforms,
  result: 'numbers',
  code: `${numberOf(widths(dimension).sums)}
float valueAt(int index) {
  float total = numberAt(index, ${dimension});
  return total > 0.0 ? texel(spread, index).x / total : NAN;
}`,
})
