import { fold, key, normalArray, uniformArray } from '@tweedie/core'
import { limits } from './model.js'

export const presetNames = ['two-moons', 'spiral', 'ring', 'eight-gaussians', 'checkerboard', 'line'] as const
export type PresetName = (typeof presetNames)[number]

type Point = readonly [number, number]

/** What a point is made from: its number and the count, a uniform u of its own, two uniforms and two normals more. */
interface Draw {
  readonly index: number
  readonly uniform: readonly [number, number]
  readonly normal: readonly [number, number]
}

const shapes: Readonly<Record<PresetName, (draw: Draw) => Point>> = {
  'two-moons': ({ index, uniform: [u], normal }) => {
    const angle = Math.PI * u
    const [x, y] = index % 2 === 0 ? [Math.cos(angle) - 0.5, Math.sin(angle) - 0.25] : [0.5 - Math.cos(angle), 0.25 - Math.sin(angle)]
    return blurred([1.7 * x, 1.7 * y], normal, 0.1)
  },
  // Archimedes' spiral of one and a half turns, uniform in length to the first order.
  spiral: ({ uniform: [u], normal }) => {
    const angle = 3 * Math.PI * Math.sqrt(u)
    return blurred([0.3 * angle * Math.cos(angle), 0.3 * angle * Math.sin(angle)], normal, 0.05)
  },
  ring: ({ uniform: [u] }) => [2 * Math.cos(2 * Math.PI * u), 2 * Math.sin(2 * Math.PI * u)],
  'eight-gaussians': ({ index, normal }) => {
    const angle = (2 * Math.PI * (index % 8)) / 8
    return blurred([2.4 * Math.cos(angle), 2.4 * Math.sin(angle)], normal, 0.15)
  },
  // Eight of the sixteen squares of [−3, 3]².
  checkerboard: ({ index, uniform: [u, v] }) => {
    const row = index % 4
    const square = 2 * (Math.floor(index / 4) % 2) + (row % 2)
    return [1.5 * (square + u) - 3, 1.5 * (row + v) - 3]
  },
  /** A submanifold: what lies off the line is pollution. */
  line: ({ uniform: [u] }) => [5 * u - 2.5, 0.5 * (5 * u - 2.5)],
}

const blurred = ([x, y]: Point, [dx, dy]: Point, deviation: number): Point => [x + deviation * dx, y + deviation * dy]

const { extent } = limits
const rounded = (x: number): number => Math.round(1000 * Math.min(extent, Math.max(-extent, x))) / 1000

/** `count` points of a shape, in thousandths so that a link keeps them as they are. The same seed and shape give the same points. */
export const presets = (
  name: PresetName,
  { count = 1_000, seed = 0 }: { readonly count?: number; readonly seed?: number } = {},
): Point[] => {
  const own = fold(key(seed), presetNames.indexOf(name))
  const uniforms = uniformArray(fold(own, 0), 2 * count)
  const normals = normalArray(fold(own, 1), 2 * count)
  const pair = (numbers: Float64Array, index: number): Point => [numbers[2 * index] as number, numbers[2 * index + 1] as number]
  return Array.from({ length: count }, (_, index) => {
    const [x, y] = shapes[name]({ index, uniform: pair(uniforms, index), normal: pair(normals, index) })
    return [rounded(x), rounded(y)]
  })
}
