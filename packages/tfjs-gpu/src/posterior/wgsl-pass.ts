import { each, exponential, exponentials, logWeight } from './wgsl-common.js'

/** Invocations of a workgroup. */
export const threads = 64
/** Columns up to which loops over them are written out. */
const mostWrittenOut = 4
/** Queries with at most as many columns are kept by the invocation; longer ones are read again for every point. */
const mostKept = 64
/** Numbers in a tile of the cloud: 12 KiB of the 16 KiB of workgroup memory that every device has. */
const tileNumbers = 3072

/** How a pass over the cloud is made. */
export interface Pass {
  readonly dimension: number
  readonly weighted: boolean
  /**
   * `tile`: an invocation has a query of its own, and the workgroup's share a tile of the cloud in its memory. `alone`: an invocation has a query of its
   * own, and reads the cloud from where it lies; where a processor plays the GPU, barriers cost more than they save. `together`: the workgroup has one
   * query, and each invocation every 64th point.
   */
  readonly way: 'tile' | 'alone' | 'together'
}

/** Points in a tile. 0 for points too wide for a tile, which are read from where they lie. */
const tileLength = (dimension: number): number => Math.floor(Math.min(tileNumbers / (dimension + 1), 256) / 4) * 4

/** The body for each of so many numbers: written out where they are few. */
export const forEach = (count: number, body: (j: string | number) => string): string =>
  count <= mostWrittenOut ? each(count, body) : `for (var j = 0; j < ${count}; j++) { ${body('j')} }`

/** Through workgroup memory, so that the compiler knows it to be the same for all invocations, which barriers need. */
const shared = `if (localIndex == 0u) { numberOfWorkgroup = ownWorkgroup; }
  let workgroup = workgroupUniformLoad(&numberOfWorkgroup);`

/** The parts of a pass over one slice of the cloud, four points at a time, for `sumsProgram` and `spreadProgram`. */
export const passCode = ({ dimension, weighted, way }: Pass) => {
  const length = way === 'tile' ? tileLength(dimension) : 0
  const together = way === 'together'
  const stride = dimension + 1
  const kept = dimension <= mostKept

  /** Column j of the four points: those of the tile lie side by side. */
  const points = (j: string | number): string => {
    if (length > 0) return `tile[k * ${stride} + ${j}]`
    const one = (u: number) => `points[at[${u}] * ${dimension} + ${j}]`
    return `vec4f(${each(4, one, ', ')})`
  }
  const query = (j: string | number): string => (kept ? `query[${j}]` : `x[row * ${dimension} + ${j}]`)
  const logs = 'vec4f(logOf(at[0]), logOf(at[1]), logOf(at[2]), logOf(at[3]))'

  const declarations = `${exponential}${exponentials}${logWeight(weighted)}
${length > 0 ? `var<workgroup> tile : array<vec4f, ${(length / 4) * stride}>;\nvar<workgroup> numberOfWorkgroup : i32;` : ''}`

  /** Which query, slice and block of columns this invocation has; `lane` is its place among the invocations that share a query. */
  const place = `
  let groups = ${together ? 'uniforms.queries' : `(uniforms.queries + ${threads - 1}) / ${threads}`};
  let ownWorkgroup = i32((workgroupId.z * numWorkgroups.y + workgroupId.y) * numWorkgroups.x + workgroupId.x);
  ${length > 0 ? shared : 'let workgroup = ownWorkgroup;'}
  let slice = (workgroup / groups) % uniforms.slices;
  let part = workgroup / (groups * uniforms.slices);
  let asked = ${together ? 'workgroup % groups' : `(workgroup % groups) * ${threads} + i32(localIndex)`};
  let row = min(asked, uniforms.queries - 1);
  let lane = ${together ? 'i32(localIndex)' : '0'};
  let start = slice * uniforms.sliceLength;
  let end = min(start + uniforms.sliceLength, uniforms.count);
  let last = vec4i(end - 1);
  ${kept ? `var query : array<f32, ${dimension}>;\n  ${forEach(dimension, (j) => `query[${j}] = x[row * ${dimension} + ${j}];`)}` : ''}`

  /** The logits of the four points, less than NOTHING where there is none or it is left out. */
  const logits = `
      var quadratic = vec4f(0.0);
      ${forEach(dimension, (j) => `{ let z = (${query(j)} - uniforms.alpha * ${points(j)}) * uniforms.scale; quadratic += z * z; }`)}
      let logits = ${length > 0 ? points(dimension) : `select(vec4f(LEFT_OUT), ${logs}, asked4 <= last)`} - min(quadratic, vec4f(1e38));`

  /** The loop over a slice: `body` for each four points, whose numbers are `at`, and `flush` after every 128 or 256 points. */
  const loop = (body: string, flush: string): string =>
    length > 0
      ? `
  for (var first = start; first < end; first += ${length}) {
    workgroupBarrier();
    let fours = (min(${length}, end - first) + 3) / 4;
    for (var e = i32(localIndex); e < fours * ${stride}; e += ${threads}) {
      let j = e % ${stride};
      let asked4 = vec4i(first + e / ${stride} * 4) + vec4i(0, 1, 2, 3);
      let at = min(asked4, last);
      if (j < ${dimension}) { tile[e] = vec4f(${each(4, (u) => `points[at[${u}] * ${dimension} + j]`, ', ')}); }
      else { tile[e] = select(vec4f(LEFT_OUT), ${logs}, asked4 <= last); }
    }
    workgroupBarrier();
    for (var k = 0; k < fours; k++) {
      let at = vec4i(first + 4 * k) + vec4i(0, 1, 2, 3);
      ${body}
    }
    ${flush}
  }`
      : `
  let step = ${together ? threads : 1};
  for (var first = start + lane; first < end; first += 128 * step) {
    for (var k = 0; k < 32; k++) {
      let asked4 = vec4i(first + 4 * k * step) + vec4i(0, 1, 2, 3) * step;
      if (asked4[0] >= end) { break; }
      let at = min(asked4, last);
      ${body}
    }
    ${flush}
  }`

  return { declarations, place, logits, loop, points, valid: together ? 'true' : 'asked < uniforms.queries', lanes: together ? threads : 1 }
}
