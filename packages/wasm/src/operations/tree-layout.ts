import type { CloudLevel, CloudTree } from '@tweedie/core'
import type { Machine } from '../machine/machine.js'
import { BLOCK, fixedNumbers, LANES, sumsOfSquares, writeBias, writeBoxes, writeFixed, writePoints } from './tree-writing.js'

/** A tree in wasm memory, as assembly/tree/layout.ts tells: float32, siblings in lanes, every length from the cloud's centre. */
export interface TreeMemory {
  /** Where its head lies. */
  readonly head: number
  /** Bytes that a thread needs to evaluate a query. */
  readonly scratch: number
  /** Packs of sixteen siblings per level. */
  readonly packs: readonly number[]
  /** The diagonal of the cloud's box. */
  readonly extent: number
  /** Makes room for what a noise level makes of the squared density, which only moments ask for. */
  readonly prepareSquares: () => void
  readonly free: () => void
}

const preparedNumbers = (rank: number): number => 2 * rank + 6

export const uploadTree = (machine: Machine, tree: CloudTree): TreeMemory => {
  const { dimension, levels } = tree
  const rank = (levels[0] as CloudLevel).rank
  const blocks = (levels[0] as CloudLevel).count
  const packs = levels.map((level) => Math.ceil(level.count / LANES))
  const top = levels.at(-1) as CloudLevel
  const extent = Math.hypot(...top.upper.map((upper, d) => upper - (top.lower[d] as number)))

  const blocksOfMemory: number[] = []
  const free = (): void => {
    for (const pointer of blocksOfMemory.splice(0)) machine.release(pointer)
  }
  const allocate = (numbers: number): number => {
    const pointer = machine.allocate(4 * numbers)
    blocksOfMemory.push(pointer)
    return pointer
  }
  const rows = (numbers: number): number[] => packs.map((pack) => allocate(pack * LANES * numbers))

  try {
    const head = allocate(16 + 8 * levels.length)
    const origin = allocate(2 * dimension)
    const points = allocate(blocks * BLOCK * dimension)
    const bias = allocate(BLOCK * (tree.logWeights === undefined ? 2 : blocks))
    const [fixed, boxes, prepared] = [rows(fixedNumbers(dimension, rank)), rows(2 * dimension), rows(preparedNumbers(rank))]
    const lastBias = bias + 4 * BLOCK * (tree.logWeights === undefined ? 1 : blocks - 1)

    const whole = new Uint32Array(machine.memory.buffer)
    whole.set([dimension, rank, levels.length, points, bias, tree.logWeights === undefined ? 0 : 4 * BLOCK, lastBias, origin], head / 4)
    levels.forEach((level, k) => {
      whole.set([level.count, fixed[k] as number, boxes[k] as number, prepared[k] as number, 0], head / 4 + 16 + 8 * k)
    })
    const f64 = machine.f64()
    f64[head / 8 + 4] = extent
    f64.set(top.centre, origin / 8)

    const f32 = machine.f32()
    writePoints(f32.subarray(points / 4, points / 4 + blocks * BLOCK * dimension), tree)
    writeBias(f32.subarray(bias / 4, lastBias / 4 + BLOCK), tree)
    const squares = sumsOfSquares(tree)
    levels.forEach((level, k) => {
      writeFixed(f32, (fixed[k] as number) / 4, tree, level, squares[k] as Float64Array)
      writeBoxes(f32, (boxes[k] as number) / 4, tree, level)
    })

    let squared = false
    return {
      head,
      // The state of a query with its vectors, the weights of a level and two lists.
      scratch: 8 * (3 * dimension + 8) + 80 * dimension + 512 + 3 * 4 * LANES * (packs[0] as number),
      packs,
      extent,
      prepareSquares: () => {
        if (squared) return
        const places = rows(preparedNumbers(rank))
        const view = new Uint32Array(machine.memory.buffer)
        for (const [k, place] of places.entries()) view[head / 4 + 16 + 8 * k + 4] = place
        squared = true
      },
      free,
    }
  } catch (error) {
    free()
    throw error
  }
}
