/** The frames of a flow that are kept, in the order of their steps. Frames of `stride` steps apart are kept, and the last. */
export interface Film {
  readonly frames: readonly Frame[]
  readonly stride: number
}

export interface Frame {
  readonly step: number
  readonly time: number
  /** [particles, 2], row-major. */
  readonly positions: Float32Array
  readonly alpha: number
  readonly sigma: number
}

export const noFilm: Film = { frames: [], stride: 1 }

/** As many frames as fit into `bytes`. */
export const filmFor = (particles: number, steps: number, bytes = 96 * 2 ** 20): Film => ({
  frames: [],
  stride: Math.max(1, Math.ceil(((steps + 1) * particles * 8) / bytes)),
})

/** The film with one frame more. */
export const recorded = (film: Film, frame: Frame, steps: number): Film =>
  frame.step % film.stride === 0 || frame.step === steps ? { ...film, frames: [...film.frames, frame] } : film

/** The last step there is a frame of, or −1. */
export const lastStep = (film: Film): number => film.frames.at(-1)?.step ?? -1

/** The frames on both sides of a playhead, and how far it is from the first to the second. */
export const framesAt = ({ frames, stride }: Film, playhead: number): readonly [Frame, Frame, number] | undefined => {
  if (frames.length === 0) return undefined
  const k = Math.min(Math.max(0, Math.floor(playhead / stride)), frames.length - 1)
  const before = frames[k]!
  const after = frames[Math.min(k + 1, frames.length - 1)]!
  const share = after.step > before.step ? (playhead - before.step) / (after.step - before.step) : 0
  return [before, after, Math.min(1, Math.max(0, share))]
}

/** Positions between two frames, written into an array that is used again if it fits. */
export const between = ([before, after, share]: readonly [Frame, Frame, number], into: Float32Array): Float32Array => {
  const [a, b] = [before.positions, after.positions]
  const out = into.length === a.length ? into : new Float32Array(a.length)
  for (let k = 0; k < a.length; k++) out[k] = a[k]! + (b[k]! - a[k]!) * share
  return out
}
