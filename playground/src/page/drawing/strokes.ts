import type { FieldAnswer } from '../state.js'
import { toPixel, type View } from '../view.js'

/** Strokes a side, and how far one goes in cells of their grid. */
const [side, reach, pieces] = [26, 0.95, 6]

/**
 * The score as strokes that follow it (Cabral & Leedom 1993 drew fields along their streamlines): each starts on a shifted grid, goes a fixed
 * length along the field's direction, and thickens the way it points. Weak scores are fainter.
 */
export const drawStrokes = (context: CanvasRenderingContext2D, view: View, field: FieldAnswer, colour: string): void => {
  const [left, bottom, right, top] = field.bounds
  const cell = (2 * Math.min(view.half, (right - left) / 2)) / side
  const typical = typicalStrength(field.score)
  context.save()
  context.strokeStyle = colour
  context.lineCap = 'round'
  for (let row = 0; row < side; row++)
    for (let k = 0; k < side; k++) {
      let x = left + ((k + (row % 2 ? 0.75 : 0.25)) * (right - left)) / side
      let y = bottom + ((row + 0.5) * (top - bottom)) / side
      for (let piece = 0; piece < pieces; piece++) {
        const [u, v] = scoreAt(field, x, y)
        const strength = Math.hypot(u, v)
        if (!(strength > 0)) break
        const step = (cell * reach) / pieces
        const [nextX, nextY] = [x + (u / strength) * step, y + (v / strength) * step]
        const share = (piece + 1) / pieces
        context.globalAlpha = Math.min(1, 0.2 + (0.7 * strength) / (strength + typical)) * (0.3 + 0.7 * share)
        context.lineWidth = (view.pixels / 640) * (0.5 + 1.7 * share)
        context.beginPath()
        context.moveTo(...(toPixel(view, x, y) as [number, number]))
        context.lineTo(...(toPixel(view, nextX, nextY) as [number, number]))
        context.stroke()
        ;[x, y] = [nextX, nextY]
      }
    }
  context.restore()
}

/** The score between the middles of its grid's cells, bilinear. Beyond them it is that of the border. */
const scoreAt = ({ bounds: [left, bottom, right, top], size, score }: FieldAnswer, x: number, y: number): readonly [number, number] => {
  const within = (value: number): number => Math.min(size - 1 - 1e-6, Math.max(0, value))
  const [gx, gy] = [within(((x - left) / (right - left)) * size - 0.5), within(((y - bottom) / (top - bottom)) * size - 0.5)]
  const [k, row] = [Math.floor(gx), Math.floor(gy)]
  const [a, b] = [gx - k, gy - row]
  const at = (r: number, c: number, axis: number): number => score[2 * (r * size + c) + axis]!
  const mixed = (axis: number): number =>
    (1 - b) * ((1 - a) * at(row, k, axis) + a * at(row, k + 1, axis)) + b * ((1 - a) * at(row + 1, k, axis) + a * at(row + 1, k + 1, axis))
  return [mixed(0), mixed(1)]
}

/** The median length of every seventh score. */
const typicalStrength = (score: Float32Array): number => {
  const lengths: number[] = []
  for (let k = 0; k + 1 < score.length; k += 14) lengths.push(Math.hypot(score[k]!, score[k + 1]!))
  lengths.sort((a, b) => a - b)
  return lengths[lengths.length >> 1] || 1
}
