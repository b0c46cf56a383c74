import { toPixel, type View } from '../view.js'
import { channels } from './palette.js'

export interface SwarmStyle {
  readonly colour: string
  /** In pixels of the screen. */
  readonly radius: number
  readonly alpha: number
}

/** Dots by the thousand, written into an image: ten thousand of a canvas's own shapes would take longer than a picture of the display. */
export interface Swarm {
  /** A dot for each [x, y]; `only` chooses among them. */
  readonly dots: (view: View, xy: ArrayLike<number>, style: SwarmStyle, only?: (index: number) => boolean) => void
  /** Puts what was drawn onto the canvas, and begins with nothing. */
  readonly put: () => void
}

export const swarm = (context: CanvasRenderingContext2D): Swarm => {
  let image: ImageData | undefined
  const imageNow = (): ImageData => {
    const { width, height } = context.canvas
    if (image?.width !== width || image.height !== height) image = context.createImageData(Math.max(1, width), Math.max(1, height))
    return image
  }
  return {
    dots: (view, xy, { colour, radius, alpha }, only) => {
      const { data, width, height } = imageNow()
      const ratio = width / view.pixels
      const disc = discOf(radius * ratio, alpha)
      const [red, green, blue] = channels(colour)
      for (let i = 0; 2 * i < xy.length; i++) {
        if (only && !only(i)) continue
        const [x, y] = toPixel(view, xy[2 * i]!, xy[2 * i + 1]!)
        const [left, top] = [x * ratio - disc.middle, y * ratio - disc.middle]
        if (!(left > -disc.side && top > -disc.side && left < width && top < height)) continue
        const [column, row] = [Math.floor(left), Math.floor(top)]
        const cover = disc.cover[Math.floor((top - row) * PHASES) * PHASES + Math.floor((left - column) * PHASES)]!
        for (let b = Math.max(0, -row); b < disc.side && row + b < height; b++)
          for (let a = Math.max(0, -column); a < disc.side && column + a < width; a++) {
            const share = cover[b * disc.side + a]!
            if (share === 0) continue
            const at = 4 * ((row + b) * width + column + a)
            data[at] = red
            data[at + 1] = green
            data[at + 2] = blue
            data[at + 3] = data[at + 3]! + (255 - data[at + 3]!) * share
          }
      }
    },
    put: () => {
      const now = imageNow()
      context.putImageData(now, 0, 0)
      now.data.fill(0)
    },
  }
}

/** A size that leaves room between dots: smaller the more there are. */
export const radiusFor = (count: number, pixels: number): number =>
  Math.min(4.5, Math.max(0.9, (pixels / 640) * 10 * Math.max(count, 30) ** -0.22))

/** Places within a pixel that are told apart, along each side: motion is smooth to a quarter of one. */
const PHASES = 4

interface Disc {
  readonly side: number
  readonly middle: number
  /** What a disc covers of each pixel of a square, by the place of its corner within a pixel. */
  readonly cover: readonly Float32Array[]
}

const discs = new Map<string, Disc>()

const discOf = (radius: number, alpha: number): Disc => {
  const name = `${radius.toFixed(2)} ${alpha}`
  const kept = discs.get(name)
  if (kept) return kept
  const side = 2 * Math.ceil(radius + 0.5) + 1
  const middle = side / 2 - 0.5
  const cover = Array.from({ length: PHASES * PHASES }, (_, phase) => {
    const [x, y] = [middle + ((phase % PHASES) + 0.5) / PHASES, middle + (Math.floor(phase / PHASES) + 0.5) / PHASES]
    return Float32Array.from({ length: side * side }, (_, k) => {
      const far = Math.hypot((k % side) + 0.5 - x, Math.floor(k / side) + 0.5 - y)
      return alpha * Math.min(1, Math.max(0, radius + 0.5 - far))
    })
  })
  if (discs.size > 32) discs.clear()
  const disc = { side, middle, cover }
  discs.set(name, disc)
  return disc
}
