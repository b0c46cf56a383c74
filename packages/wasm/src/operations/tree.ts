import {
  type CloudPosterior,
  type CloudTree,
  type CloudTreePosterior,
  type NoiseLevel,
  requireNoise,
  type TreeQuery,
  tweedieError,
} from '@tweedie/core'
import type { WasmMemory } from '../memory/memory.js'
import type { WasmTensor } from '../memory/tensor.js'
import { type TreeMemory, uploadTree } from './tree-layout.js'

/** Queries that a thread takes at a time: how much work each is differs. */
const GRAIN = 8

/**
 * From so many queries on, over a tree of so many levels in so many dimensions, queries are put in an order in which each reads much of what the last
 * one read: otherwise they read too little, or a tree too small, for the order to pay for itself.
 */
const [QUERIES_WORTH_ORDERING, LEVELS_WORTH_ORDERING, DIMENSIONS_WORTH_ORDERING] = [48, 4, 4]

/** Packs of groups that a thread prepares before another one is worth waking. */
const PREPARE_GRAIN = 256

/**
 * The posterior over a cloud that is ordered as a tree, in float32 whatever the memory's type: for a backend of that type.
 *
 * Certified means are off by at most the tolerance, and by rounding: exponents q = |x − αy|²/(2σ²) are rounded by some 2⁻²³ (q + √q αr/σ), r being the
 * size of a block, and weights by as much relative to themselves. For queries x = αy + σz that moves a mean by less than 2⁻¹⁷ of the cloud's
 * diagonal, mostly by 2⁻²² of it; for ones that lie much farther than that from every point, q is large and so is its rounding. Certified moments
 * leave out at most a share of 2⁻²⁰. Verified moments, of what is not opened, are those of Gaussians.
 */
export const treeOperations = (memory: WasmMemory): { readonly cloudTree: (tree: CloudTree) => CloudTreePosterior<WasmTensor> } => ({
  cloudTree: (tree) => treePosterior(memory, tree, uploadTree(memory.machine, tree)),
})

const treePosterior = (memory: WasmMemory, { dimension }: CloudTree, tree: TreeMemory): CloudTreePosterior<WasmTensor> => {
  const { machine } = memory
  const prepared: (string | undefined)[] = [undefined, undefined]
  let freed = false

  /** Prepares the groups for a noise level, unless they are: for the density, or for its square. */
  const prepare = (which: 0 | 1, { alpha, sigma }: NoiseLevel): void => {
    const level = `${alpha} ${sigma}`
    if (prepared[which] === level) return
    tree.packs.forEach((packs, k) => {
      machine.parallel('treePrepare_f32', [tree.head, k, which, alpha, sigma], packs, { grain: PREPARE_GRAIN })
    })
    prepared[which] = level
  }

  /** Runs the body with the order of the queries by the block that they are near, or with 0 where it is not worth it. */
  const inOrder = (x: number, count: number, alpha: number, body: (order: number) => void): void => {
    if (count < QUERIES_WORTH_ORDERING || tree.packs.length < LEVELS_WORTH_ORDERING || dimension < DIMENSIONS_WORTH_ORDERING) return body(0)
    memory.withBlock(4 * count, (order) => {
      machine.parallel('treeNearest_f32', [tree.head, x, order, alpha], count, { grain: 64 })
      const rows = new Uint32Array(machine.memory.buffer, order, count)
      // A block's number is below 2²⁶ and a row's below 2²⁷: together they are a whole number that float64 holds.
      const keys = Float64Array.from(rows, (block, row) => block * 2 ** 27 + row).sort()
      for (let place = 0; place < count; place++) rows[place] = (keys[place] as number) % 2 ** 27
      body(order)
    })
  }

  const evaluate = (operation: string, x: WasmTensor, asked: NoiseLevel, query: TreeQuery, wanted: boolean): CloudPosterior<WasmTensor> => {
    const [rows, columns] = x.shape
    if (freed) throw tweedieError('InvalidArgument', operation, 'a tree that has been freed', 'Free it when no more queries come')
    if (x.shape.length !== 2 || columns !== dimension)
      throw tweedieError(
        'ShapeMismatch',
        operation,
        `queries [${x.shape.join(', ')}] for points of ${dimension} columns`,
        `Give [M, ${dimension}]`,
      )
    requireNoise(operation, asked.sigma)
    const limit = query.method === 'verified' ? query.opening : query.tolerance
    if (!(limit >= 0))
      throw tweedieError(
        'InvalidArgument',
        operation,
        `${query.method === 'verified' ? 'opening' : 'tolerance'} ${limit}`,
        'Use a number that is not negative',
      )

    // Noise below 1e-9 of the cloud tells float32 queries nothing that this does not.
    const level = { alpha: asked.alpha, sigma: Math.max(asked.sigma, 1e-9 * Math.abs(asked.alpha) * tree.extent, 1e-18) }
    const count = rows as number
    const results = wanted ? [1, 2, 3].map(() => memory.make([count])) : []
    const mean = memory.make([count, dimension])
    const from = memory.pointer(x)
    if (query.method === 'verified') {
      if (wanted) tree.prepareSquares()
      prepare(0, level)
      if (wanted) prepare(1, level)
    }
    const [logDensity, covarianceTrace, effectiveSampleSize] = results as [WasmTensor, WasmTensor, WasmTensor]
    const outputs = [mean, ...results].map((tensor) => memory.rawPointer(tensor))
    const [a, b, c, d] = [...outputs, 0, 0, 0] as [number, number, number, number]
    inOrder(from, count, level.alpha, (order) => {
      machine.parallel(
        query.method === 'verified' ? 'treeVerified_f32' : 'treeCertified_f32',
        [tree.head, from, order, a, b, c, d, level.alpha, level.sigma, limit],
        count,
        { grain: GRAIN, scratch: tree.scratch },
      )
    })
    return { mean, logDensity, covarianceTrace, effectiveSampleSize }
  }

  return {
    mean: (x, level, query) => memory.scope(() => evaluate('cloudTree.mean', x, level, query, false).mean),
    moments: (x, level, query) => memory.scope(() => evaluate('cloudTree.moments', x, level, query, true)),
    free: () => {
      if (!freed) tree.free()
      freed = true
    },
  }
}
