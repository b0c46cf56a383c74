import type { Split } from '../machine/machine.js'

/** As assembly/posterior/panel-layout.ts lays it out. */
const HEADER = 384

const wholeLines = (bytes: number): number => Math.ceil(bytes / 64) * 64

/**
 * Bytes of scratch for points of d columns: the task, the centre, a tile of packed points with bias, norm, logits and list, a group of four points in
 * float64, and the panels.
 */
const scratchOf = (d: number): number => {
  const tile = d <= 16 ? 128 : 64
  const panels = d <= 256 ? 8 : 4
  const centre = wholeLines(4 * d) + wholeLines(8 * d)
  const points = wholeLines(4 * d * tile) + 8 * tile + 32 * tile + wholeLines(tile) + 64
  const group = 64 * d + 640
  return 256 + centre + points + group + panels * (HEADER + 192 * d)
}

/**
 * The kernel of the posterior over a cloud in float32 for four columns or more, and how its queries are split. Cuts at multiples of 8 would change no
 * byte; 16 queries share the work of packing the points. About 0.09 nanoseconds a product, and 0.45 for a weight.
 */
export const panelKernel = (n: number, d: number): { readonly kernel: string; readonly split: Split } => ({
  kernel: 'posteriorPanel_f32',
  split: { grain: 16, scratch: scratchOf(d), cost: n * (0.45 + 0.09 * d) },
})
