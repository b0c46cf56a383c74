import { type CloudTreePosterior, hostMatrix, key, normalArray } from '@tweedie/core'
import type { CpuTensor } from '@tweedie/core/cpu'
import { expect, it } from 'vitest'
import { B } from '../test-support.js'
import { cloudTree } from './cloud-tree.js'
import { guardedTree } from './guarded-tree.js'
import { directPosterior } from './testing.js'
import { treeOnHost } from './tree-on-host.js'

const n = 1000
const data = hostMatrix(
  normalArray(key(9), 3 * n).map((z, e) => z + (Math.floor(e / 3) % 2 === 0 ? 0 : 100)),
  n,
  3,
)
const tree = cloudTree(data)
const level = { alpha: 1, sigma: 0.3 }
const numbers = (x: CpuTensor): Float64Array => B.readNow?.(x) ?? new Float64Array()

/** A tree that answers 7 to every verified query: what is not 7 was asked of bounds. */
const host = treeOnHost(B, tree)
const blind: CloudTreePosterior<CpuTensor> = {
  ...host,
  mean: (x, at, query) => (query.method === 'verified' ? B.full(B.shape(x), 7) : host.mean(x, at, query)),
}
const guarded = guardedTree<CpuTensor>(B, tree, blind, () => ({ method: 'certified', tolerance: 1e-9 }))

it('asks bounds for queries far outside of the cloud and in its holes, in any order among the others', () => {
  const near = Array.from(data.data.subarray(0, 3), (value) => value + 0.2)
  const rows = [near, [50, 50, 50], near, [1e6, 0, 0], near, [Number.NaN, 0, 0]]
  const found = numbers(guarded.mean(B.tensor(rows.flat(), [6, 3]), level, { method: 'verified', opening: 1 }))
  rows.forEach((row, q) => {
    const own = found.subarray(3 * q, 3 * q + 3)
    if (row === near || row.some(Number.isNaN)) expect(Array.from(own)).toEqual([7, 7, 7])
    else {
      const { mean } = directPosterior(data, undefined, Float64Array.from(row), level)
      expect(Math.hypot(...mean.map((value, j) => value - (own[j] as number)))).toBeLessThan(1e-8)
    }
  })
})

it('leaves certified queries and those at α = 0 as they are, moments included', () => {
  const x = B.tensor([50, 50, 50, 0, 0, 0], [2, 3])
  expect(numbers(guarded.mean(x, { alpha: 0, sigma: 0.3 }, { method: 'verified', opening: 1 }))).toEqual(new Float64Array(6).fill(7))
  const query = { method: 'certified', tolerance: 1e-6 } as const
  expect(numbers(guarded.mean(x, level, query))).toEqual(numbers(host.mean(x, level, query)))
  const moments = guarded.moments(x, level, { method: 'verified', opening: 1e-6 })
  const wanted = B.posteriorMoments(x, { points: B.tensor(data.data, [n, 3]) }, level)
  for (const name of ['mean', 'logDensity', 'covarianceTrace', 'effectiveSampleSize'] as const) {
    const [a, b] = [numbers(moments[name]), numbers(wanted[name])]
    // Openings of 1e-6 and bounds of 1e-9, against values of up to 1e5.
    a.forEach((value, e) => {
      expect(Math.abs(value - (b[e] as number))).toBeLessThan(1e-5 * (1 + Math.abs(b[e] as number)))
    })
  }
})

it('asks bounds again where a kernel loses a query, and leaves NaN to queries that are none', () => {
  const loses: CloudTreePosterior<CpuTensor> = {
    ...host,
    mean: (x, at, query) => {
      if (query.method === 'certified') return host.mean(x, at, query)
      const values = numbers(x)
      return B.tensor(
        values.map((value, e) => ((values[3 * Math.floor(e / 3)] as number) > 50 ? Number.NaN : value)),
        B.shape(x as never) as never,
      )
    },
  }
  const tree2 = guardedTree<CpuTensor>(B, tree, loses, () => ({ method: 'certified', tolerance: 1e-9 }))
  const odd = Array.from(data.data.subarray(3, 6), (value) => value + 0.1)
  const even = Array.from(data.data.subarray(0, 3), (value) => value + 0.1)
  const found = numbers(
    tree2.mean(B.tensor([...odd, ...even, 1e6, 0, 0, Number.NaN, 0, 0], [4, 3]), level, { method: 'verified', opening: 1 }),
  )
  const { mean } = directPosterior(data, undefined, Float64Array.from(odd), level)
  expect(Math.hypot(...mean.map((value, j) => value - (found[j] as number)))).toBeLessThan(1e-8)
  expect(Array.from(found.subarray(3, 6))).toEqual(even)
  expect(Number.isFinite(found[6])).toBe(true)
  expect(found[9]).toBeNaN()
})
