import { toPixel, type View } from '../view.js'
import type { Palette } from './palette.js'

/** Faint lines at whole units, tens or hundreds, the axes a little stronger. */
export const drawGrid = (context: CanvasRenderingContext2D, view: View, { grid, dark }: Palette): void => {
  const unit = 10 ** Math.floor(Math.log10(view.half / 1.5))
  const last = Math.floor(view.half / unit)
  context.save()
  context.strokeStyle = grid
  // Over a shade the lines stay faint.
  context.globalCompositeOperation = dark ? 'screen' : 'multiply'
  context.lineWidth = 1
  for (let k = -last; k <= last; k++) {
    const [x, y] = toPixel(view, k * unit, k * unit)
    context.globalAlpha = k === 0 ? 1 : 0.45
    context.beginPath()
    context.moveTo(Math.round(x) + 0.5, 0)
    context.lineTo(Math.round(x) + 0.5, view.pixels)
    context.moveTo(0, Math.round(y) + 0.5)
    context.lineTo(view.pixels, Math.round(y) + 0.5)
    context.stroke()
  }
  context.restore()
}
