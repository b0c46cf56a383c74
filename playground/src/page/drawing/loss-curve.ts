import { surface } from './surface.js'

/** Draws losses on a logarithmic scale where they are positive, else on a plain one. */
export const lossCurve = (canvas: HTMLCanvasElement): ((losses: readonly number[]) => void) => {
  const { context, fit, width: across, height: down } = surface(canvas)
  return (losses) => {
    fit()
    const [width, height] = [across(), down()]
    context.clearRect(0, 0, width, height)
    const finite = losses.filter(Number.isFinite)
    if (finite.length < 2) return
    const scale = finite.every((loss) => loss > 0) ? Math.log : (loss: number): number => loss
    const values = finite.map(scale)
    const [low, high] = values.reduce(
      ([l, h], value) => [Math.min(l, value), Math.max(h, value)],
      [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
    )
    const style = getComputedStyle(canvas)
    context.strokeStyle = style.getPropertyValue('--grid')
    context.lineWidth = 1
    context.beginPath()
    context.moveTo(0, height - 0.5)
    context.lineTo(width, height - 0.5)
    context.stroke()
    context.strokeStyle = style.getPropertyValue('--particle')
    context.lineWidth = 1.6
    context.lineJoin = 'round'
    context.beginPath()
    for (const [k, value] of values.entries()) {
      const [x, y] = [(k / (values.length - 1)) * width, 4 + (1 - (value - low) / (high - low || 1)) * (height - 9)]
      if (k === 0) context.moveTo(x, y)
      else context.lineTo(x, y)
    }
    context.stroke()
  }
}
