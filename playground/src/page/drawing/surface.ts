/** A canvas whose unit is the screen's pixel, however fine the display is. */
export interface Surface {
  readonly context: CanvasRenderingContext2D
  /** Its width and height, in pixels of the screen. */
  readonly width: () => number
  readonly height: () => number
  /** Takes the size of its element; true where that is another than before. */
  readonly fit: () => boolean
}

/** `inMemory`: whole images are put on it. */
export const surface = (canvas: HTMLCanvasElement, { inMemory = false } = {}): Surface => {
  const context = canvas.getContext('2d', { willReadFrequently: inMemory })!
  let [width, height] = [0, 0]
  return {
    context,
    width: () => width,
    height: () => height,
    fit: () => {
      const ratio = Math.min(2, devicePixelRatio)
      ;[width, height] = [canvas.clientWidth, canvas.clientHeight]
      const [across, down] = [Math.round(width * ratio), Math.round(height * ratio)]
      if (canvas.width === across && canvas.height === down) return false
      canvas.width = across
      canvas.height = down
      context.setTransform(ratio, 0, 0, ratio, 0, 0)
      return true
    },
  }
}
