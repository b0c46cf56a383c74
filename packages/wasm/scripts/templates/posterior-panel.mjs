// The two loops of the posterior over a cloud, for eight queries (two vectors) and points in groups of four: products for the logits, and weighted sums of
// the points. Their bodies are one column, or one point: V8 takes all loads of a straight piece of code first, and longer ones lose their registers to them.

const list = (count, of) => Array.from({ length: count }, (_, index) => of(index))
const lines = (...groups) => groups.flat(9).filter(Boolean).join('\n')
const rows = [0, 1, 2, 3]

/** Sums a (queries 0 … 3) and b (4 … 7) per point of the group. */
const dot = lines(
  '/** Logits of the tile for a panel, without their shift: bias + q · p, into task.logits, and the largest of each query into task.top. */',
  'export function dot(task: Task, panel: usize): void {',
  '  // Runs of 256 columns, so that what all groups multiply, 8 KiB, stays in the first cache.',
  '  for (let from = 0; from < task.d; from += 256) dotRun(task, queries(panel), from, min(task.d, from + 256))',
  '}',
  '',
  '/** Columns from … to. The first run starts at the bias, another where the last one ended. */',
  'function dotRun(task: Task, panelQueries: usize, from: i32, to: i32): void {',
  '  const first = panelQueries + ((from as usize) << 5)',
  '  const end = panelQueries + ((to as usize) << 5)',
  '  let p = task.packed + ((from as usize) << 4)',
  '  const skip = ((task.d - (to - from)) as usize) << 4',
  '  let bias = task.bias',
  '  let out = task.logits',
  '  let top0 = v128.splat<f32>(-Infinity), top1 = top0',
  '  for (const last = out + ((task.groups as usize) << 7); out < last; out += 128) {',
  rows.map((r) => `    let a${r} = v128.load32_splat(bias, ${4 * r}), b${r} = a${r}`),
  '    bias += 16',
  '    if (from > 0) {',
  rows.map((r) => [`      a${r} = v128.load(out, ${32 * r})`, `      b${r} = v128.load(out, ${32 * r + 16})`]),
  '    }',
  '    for (let q = first; q < end; q += 32) {',
  '      const x = v128.load(q), z = v128.load(q, 16)',
  rows.map((r) => [
    `      const y${r} = v128.load32_splat(p, ${4 * r})`,
    `      a${r} = madd<f32>(y${r}, x, a${r})`,
    `      b${r} = madd<f32>(y${r}, z, b${r})`,
  ]),
  '      p += 16',
  '    }',
  '    p += skip',
  rows.map((r) => [`    v128.store(out, a${r}, ${32 * r})`, `    v128.store(out, b${r}, ${32 * r + 16})`]),
  '    top0 = f32x4.pmax(f32x4.pmax(f32x4.pmax(a0, a1), f32x4.pmax(a2, a3)), top0)',
  '    top1 = f32x4.pmax(f32x4.pmax(f32x4.pmax(b0, b1), f32x4.pmax(b2, b3)), top1)',
  '  }',
  '  v128.store(task.top, top0)',
  '  v128.store(task.top, top1, 16)',
  '}',
)

const columns = (size) =>
  lines(
    `/** ${size} columns of the sums += Σ w p over the listed groups, whose weights lie without gaps. */`,
    `function columns${size}(sum: usize, weights: usize, packed: usize, stride: usize, list: usize, count: i32): void {`,
    list(size, (c) => `  let a${c} = v128.load(sum, ${32 * c}), b${c} = v128.load(sum, ${32 * c + 16})`),
    '  let w = weights',
    '  for (const end = list + ((count as usize) << 2); list < end; list += 4) {',
    '    let p = packed + (load<i32>(list) as usize) * stride',
    '    for (const last = w + 128; w < last; w += 32) {',
    '      const x = v128.load(w), z = v128.load(w, 16)',
    list(size, (c) => [
      `      const y${c} = v128.load32_splat(p, ${16 * c})`,
      `      a${c} = madd<f32>(y${c}, x, a${c})`,
      `      b${c} = madd<f32>(y${c}, z, b${c})`,
    ]),
    '      p += 4',
    '    }',
    '  }',
    list(size, (c) => [`  v128.store(sum, a${c}, ${32 * c})`, `  v128.store(sum, b${c}, ${32 * c + 16})`]),
    '}',
  )

export const text = () =>
  `${lines(
    '// Written by scripts/templates/posterior-panel.mjs.',
    `import { madd } from '../lanes'`,
    `import { queries, sums, Task } from '../posterior/panel-layout'`,
  )}\n\n${[dot, columns(2), columns(3), columns(4)].join('\n\n')}

/** The panel's sums += Σ w p over the first \`count\` listed groups, whose weights lie in task.logits without gaps: columns by fours, threes and twos. */
export function accumulate(task: Task, panel: usize, count: i32): void {
  const stride = (task.d as usize) << 4
  let sum = sums(panel, task.d)
  let packed = task.packed
  for (let left = task.d; left > 0; ) {
    // Never one column alone: 4 + 1 is 3 + 2, and more than that ends in threes.
    const size = left == 2 ? 2 : left == 3 || (left & 3) == 1 || (left & 3) == 2 ? 3 : 4
    if (size == 4) columns4(sum, task.logits, packed, stride, task.list, count)
    else if (size == 3) columns3(sum, task.logits, packed, stride, task.list, count)
    else columns2(sum, task.logits, packed, stride, task.list, count)
    sum += (size as usize) << 5
    packed += (size as usize) << 4
    left -= size
  }
}
`
