// The matrix product of the cpu backend beside ml-matrix, at the sizes of the demo's network and at a tiny one. One process, one thread,
// medians of 5 (of a thousand products for the tiny one). Run `npm run build` first, then `npm run bench`.
import { key, normalArray } from '@tweedie/core'
import { cpu } from '@tweedie/core/cpu'
import { Matrix } from 'ml-matrix'
import { median, report, version } from './measure.mjs'

const B = cpu()
for (const [m, k, p, times] of [
  [128, 64, 64, 20],
  [256, 128, 128, 5],
  [4, 4, 4, 1000],
]) {
  const [a, b] = [normalArray(key(1), m * k), normalArray(key(2), k * p)]
  const [ta, tb] = [B.tensor(a, [m, k]), B.tensor(b, [k, p])]
  const [ma, mb] = [Matrix.from1DArray(m, k, a), Matrix.from1DArray(k, p, b)]
  const repeat = (call) => () => {
    for (let i = 0; i < times; i++) call()
  }
  const ours = median(repeat(() => B.scope(() => void B.matMul(ta, tb))))
  report(`matMul ${m} × ${k} · ${k} × ${p}, float64, the cpu backend`, ours, [
    [`ml-matrix ${version('ml-matrix')}, mmul`, median(repeat(() => ma.mmul(mb)))],
  ])
}
