// The loops of the posterior over a cloud of 1, 2 or 3 columns in float32: queries in lanes, a tile of points one after the other.
//
// With v = y − c for a lane's centre c, a point's logit against the centre's is, in bits (powers of two),
//   t = ℓ + Σ_j v_j (κ v_j + s_j) = ℓ + κ Σ_j v_j (v_j + s_j/κ),  κ = −α² log₂e/(2σ²),  s_j = α (x_j − α c_j) log₂e/σ²,
// the first with fused multiply-add, the second without: a column then costs one instruction less. A slope is s_j or s_j/κ. In
// both nothing is of the size of x or y: v is exact for points near c, so a cloud far from the origin loses no digit.
// What is done once a tile or once a query is in assembly/posterior/small.ts.

/** What the driver and the loops agree on: bytes from the start of the group's block. A row holds 16 float32 numbers. */
const at = { centre: 0, slope: 192, offset: 384, top: 448, best: 512, sums: 576, constants: 960 }
const constants = ['magic', 'floor', 'one', 'c1', 'c2', 'c3', 'c4', 'c5', 'kappa', 'scale', 'heaviest']
const lines = (...parts) => parts.flat(Number.POSITIVE_INFINITY).filter(Boolean).join('\n')
const range = (count) => Array.from({ length: count }, (_, k) => k)

const loadConstants = (names) => names.map((name) => `  const ${name} = v128.load(block, ${at.constants + 16 * constants.indexOf(name)})`)
const loadLane = (d, weighted) => [
  range(d).map((j) => `  const centre${j} = v128.load(lane, ${at.centre + 64 * j})`),
  range(d).map((j) => `  const slope${j} = v128.load(lane, ${at.slope + 64 * j})`),
  weighted ? `  const offset = v128.load(lane, ${at.offset})` : '',
]
const weightConstants = (weighted) => (weighted ? ['scale', 'heaviest'] : [])

/** v_j and t of point p of those that a turn of the loop takes. */
const logit = (d, weighted, p) => [
  range(d).map((j) => `    const v${j}_${p} = f32x4.sub(v128.load32_splat(point, ${4 * (d * p + j)}), centre${j})`),
  weighted ? `    const weight_${p} = f32x4.mul(f32x4.sub(v128.load32_splat(weight, ${4 * p}), heaviest), scale)` : '',
  range(d).map((j) => {
    const u = `steep(kappa, v${j}_${p}, slope${j})`
    return `    const s${j}_${p} = ${j > 0 ? `madd<f32>(v${j}_${p}, ${u}, s${j - 1}_${p})` : `f32x4.mul(v${j}_${p}, ${u})`}`
  }),
  `    const q_${p} = quadratic(kappa, s${d - 1}_${p})`,
  `    const t_${p} = ${weighted ? `f32x4.add(q_${p}, f32x4.add(weight_${p}, offset))` : `q_${p}`}`,
]

/** The body over all points, several a turn, then one a turn. */
const loop = (d, weighted, body) => {
  const turn = (count) => [
    range(count).map((p) => [logit(d, weighted, p), body(p, `t_${p}`)]),
    `    point += ${4 * d * count}`,
    weighted ? `    weight += ${4 * count}` : '',
    '  }',
  ]
  return [
    '  let point = points',
    weighted ? '  let weight = logWeights' : '',
    `  const whole = points + ((count & ${-pointsPerTurn}) as usize) * ${4 * d}`,
    `  const end = points + (count as usize) * ${4 * d}`,
    '  while (point < whole) {',
    turn(pointsPerTurn),
    '  while (point < end) {',
    turn(1),
  ]
}

const head = (name, doc) => [
  `/** ${doc} */`,
  `export function ${name}(block: usize, lane: usize, points: usize, logWeights: usize, count: i32): void {`,
]
const suffix = (d, weighted) => `${d}${weighted ? 'w' : ''}`

const inline = (head, relaxed, plain) => [
  '// @ts-ignore: decorator',
  '@inline',
  `function ${head}: v128 {`,
  `  if (ASC_FEATURE_RELAXED_SIMD) return ${relaxed}`,
  `  return ${plain}`,
  '}',
]

/** The largest t of a tile. */
const topOf = (d, weighted) => [
  head(`top${suffix(d, weighted)}`, 'The largest logit of a tile in each of 4 lanes.'),
  loadConstants(['kappa', ...weightConstants(weighted)]),
  loadLane(d, weighted),
  '  let top = f32x4.splat(-Infinity)',
  loop(d, weighted, (_, t) => `    top = f32x4.pmax(top, ${t})`),
  `  v128.store(lane, top, ${at.top})`,
  '}',
]

/** Which point of a tile has the largest t. */
const bestOf = (d, weighted) => [
  head(`best${suffix(d, weighted)}`, 'Which point of a tile has the largest logit in each of 4 lanes, and the logit.'),
  loadConstants(['kappa', ...weightConstants(weighted)]),
  loadLane(d, weighted),
  '  let top = f32x4.splat(-Infinity)',
  '  let best = i32x4.splat(0)',
  '  let index = 0',
  loop(d, weighted, (p, t) => [
    `    const higher_${p} = f32x4.gt(${t}, top)`,
    `    top = v128.bitselect(${t}, top, higher_${p})`,
    `    best = v128.bitselect(i32x4.splat(index), best, higher_${p})`,
    '    index++',
  ]),
  `  v128.store(lane, best, ${at.best})`,
  `  v128.store(lane, top, ${at.top})`,
  '}',
]

/** Σ w, Σ w v and, for moments, Σ w |v|², Σ w² of a tile, w = 2^t or 0 where t is below the floor. */
const sumsOf = (d, weighted, moments) => [
  head(`${moments ? 'moments' : 'mean'}${suffix(d, weighted)}`, 'The sums of a tile in 4 lanes.'),
  loadConstants(['magic', 'floor', 'one', 'c1', 'c2', 'c3', 'c4', 'c5', 'kappa', ...weightConstants(weighted)]),
  loadLane(d, weighted),
  '  let total = f32x4.splat(0)',
  range(d).map((j) => `  let sum${j} = f32x4.splat(0)`),
  moments ? ['  let squares = f32x4.splat(0)', '  let concentration = f32x4.splat(0)'] : '',
  loop(d, weighted, (p, t) => [
    // 2^t = 2^n 2^f: adding 1.5 · 2²³ rounds t to n, which then stands in the lowest bits and is added to the exponent of the polynomial.
    `    const n_${p} = f32x4.add(${t}, magic)`,
    `    const f_${p} = f32x4.sub(${t}, f32x4.sub(n_${p}, magic))`,
    `    const p_${p} = ${['c4', 'c3', 'c2', 'c1', 'one'].reduce((inner, c) => `madd<f32>(${inner}, f_${p}, ${c})`, 'c5')}`,
    `    const w_${p} = v128.and(f32x4.gt(${t}, floor), i32x4.add(p_${p}, i32x4.shl(n_${p}, 23)))`,
    `    total = f32x4.add(total, w_${p})`,
    moments
      ? [
          range(d).map((j) => [
            `    const wv${j}_${p} = f32x4.mul(w_${p}, v${j}_${p})`,
            `    sum${j} = f32x4.add(sum${j}, wv${j}_${p})`,
            `    squares = madd<f32>(wv${j}_${p}, v${j}_${p}, squares)`,
          ]),
          `    concentration = madd<f32>(w_${p}, w_${p}, concentration)`,
        ]
      : range(d).map((j) => `    sum${j} = madd<f32>(w_${p}, v${j}_${p}, sum${j})`),
  ]),
  `  v128.store(lane, total, ${at.sums})`,
  range(d).map((j) => `  v128.store(lane, sum${j}, ${at.sums + 64 * (j + 1)})`),
  moments ? [`  v128.store(lane, squares, ${at.sums + 256})`, `  v128.store(lane, concentration, ${at.sums + 320})`] : '',
  '}',
]

/** Four points a turn: the loop and its check for interruption then cost a tenth of what they would. */
const pointsPerTurn = 4

export const text = () =>
  `${lines(
    '// Written by scripts/templates/posterior-small.mjs.',
    "import { madd } from '../lanes'",
    inline('steep(kappa: v128, v: v128, slope: v128)', 'madd<f32>(kappa, v, slope)', 'f32x4.add(v, slope)'),
    inline('quadratic(kappa: v128, sum: v128)', 'sum', 'f32x4.mul(kappa, sum)'),
    Object.entries(at).map(([name, offset]) => `export const ${name.toUpperCase()}: usize = ${offset}`),
    constants.map((name, k) => `export const AT_${name.toUpperCase()}: usize = ${at.constants + 16 * k}`),
    [1, 2, 3].map((d) =>
      [false, true].map((weighted) => [topOf(d, weighted), bestOf(d, weighted), sumsOf(d, weighted, false), sumsOf(d, weighted, true)]),
    ),
  )}\n`
