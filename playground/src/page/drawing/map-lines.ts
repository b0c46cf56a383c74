import { toPixel, type View } from '../view.js'

/** The map Y → X: a thin line from each start to its sample, coloured by the angle of the start. At most `most` of them. */
export const drawMap = (
  context: CanvasRenderingContext2D,
  view: View,
  noise: Float32Array,
  samples: Float32Array,
  { dark, most = 900 }: { readonly dark: boolean; readonly most?: number },
): void => {
  const count = noise.length / 2
  const step = Math.max(1, Math.ceil(count / most))
  context.save()
  context.lineWidth = Math.max(0.6, view.pixels / 800)
  context.globalAlpha = dark ? 0.5 : 0.42
  for (let i = 0; i < count; i += step) {
    const angle = (Math.atan2(noise[2 * i + 1]!, noise[2 * i]!) * 180) / Math.PI
    const [x0, y0] = toPixel(view, noise[2 * i]!, noise[2 * i + 1]!)
    const [x1, y1] = toPixel(view, samples[2 * i]!, samples[2 * i + 1]!)
    context.strokeStyle = `hsl(${angle.toFixed(0)} ${dark ? '70% 68%' : '62% 44%'})`
    context.beginPath()
    context.moveTo(x0, y0)
    context.lineTo(x1, y1)
    context.stroke()
  }
  context.restore()
}
