/** A square of the plane on a square of pixels: `half` is half its side in the setup's units, `pixels` its side on the screen. */
export interface View {
  readonly half: number
  readonly pixels: number
}

/** Points lie in [−4, 4]², a little away from the edge. */
export const dataHalf = 4.1

export const toPixel = ({ half, pixels }: View, x: number, y: number): readonly [number, number] => [
  ((x + half) / (2 * half)) * pixels,
  ((half - y) / (2 * half)) * pixels,
]

export const toPlane = ({ half, pixels }: View, x: number, y: number): readonly [number, number] => [
  (x / pixels) * 2 * half - half,
  half - (y / pixels) * 2 * half,
]

/** The view at a time: X_t = α X₀ + σ Z fits into √(α² + σ²) times the square of the data, where that is larger than 1. */
export const viewHalf = (alpha: number, sigma: number): number => dataHalf * Math.max(1, Math.hypot(alpha, sigma))

/** The field is known on the points' square alone: where noise makes the view wide, that is a stamp. */
export const fieldTooSmall = (half: number): boolean => half > 1.5 * dataHalf
