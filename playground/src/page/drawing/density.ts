import type { FieldAnswer } from '../state.js'
import { toPixel, type View } from '../view.js'
import { channels, type Palette } from './palette.js'

/** A density as an image of one pixel a cell of its grid: paper where it is 0, √(p/max p) of the way to the strong colour elsewhere. */
const imageOf = ({ size, logDensity }: FieldAnswer, { paper, densityLow, densityHigh }: Palette): HTMLCanvasElement => {
  const canvas = document.createElement('canvas')
  canvas.width = canvas.height = size
  const context = canvas.getContext('2d')!
  const image = context.createImageData(size, size)
  const [none, low, high] = [channels(paper), channels(densityLow), channels(densityHigh)]
  const top = logDensity.reduce((most, value) => Math.max(most, value), Number.NEGATIVE_INFINITY)
  for (let row = 0; row < size; row++)
    for (let k = 0; k < size; k++) {
      const share = Math.exp((logDensity[row * size + k]! - top) / 2)
      const at = 4 * ((size - 1 - row) * size + k)
      const cover = Math.min(1, 1.6 * share)
      for (const c of [0, 1, 2] as const) image.data[at + c] = none[c] + (low[c] + (high[c] - low[c]) * share - none[c]) * cover
      image.data[at + 3] = 255
    }
  context.putImageData(image, 0, 0)
  return canvas
}

/** Draws densities, keeping the image of the last one. */
export const densityDrawer = () => {
  let [kept, of, coloured] = [
    undefined as HTMLCanvasElement | undefined,
    undefined as FieldAnswer | undefined,
    undefined as Palette | undefined,
  ]
  return (context: CanvasRenderingContext2D, view: View, field: FieldAnswer, palette: Palette): void => {
    if (!kept || of !== field || coloured !== palette) [kept, of, coloured] = [imageOf(field, palette), field, palette]
    const [left, bottom, right, top] = field.bounds
    const [x0, y0] = toPixel(view, left, top)
    const [x1, y1] = toPixel(view, right, bottom)
    context.save()
    context.imageSmoothingEnabled = true
    context.drawImage(kept, x0, y0, x1 - x0, y1 - y0)
    context.restore()
  }
}
