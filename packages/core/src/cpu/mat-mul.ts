import { Matrix } from 'ml-matrix'
import { type CpuTensor, type Floats, flat } from './strided.js'

/** Rows and columns of a tile. */
const TILE = 4
/** The packed columns of the right operand stay in the second-level cache: 512 KiB. */
const BLOCK = 65536

let leftPanel = new Float64Array(0)
let rightPanels = new Float64Array(0)
const edge = new Float64Array(TILE * TILE)

/** Products of fewer multiplications than this are ml-matrix's: below it packing costs more than it saves. */
const SMALL = 256

/** [m, k] · [k, p], row-major. Each element is summed in float64 in the order of the inner axis, so both ways give the same bits. */
export const matMul = (a: CpuTensor, b: CpuTensor): Float64Array => {
  const [[m, k], [, p]] = [a.shape, b.shape] as [[number, number], [number, number]]
  if (m * k * p >= SMALL) return blockedMatMul(a, b)
  const matrix = (x: CpuTensor, rows: number, columns: number): Matrix => Matrix.from1DArray(rows, columns, flat(x) as unknown as number[])
  return Float64Array.from(
    matrix(a, m, k)
      .mmul(matrix(b, k, p))
      .to1DArray(),
  )
}

/**
 * The product of two matrices, blocked for registers and cache (Goto & van de Geijn, "Anatomy of high-performance matrix
 * multiplication", 2008): both operands are packed into panels of 4, so any strides cost the same, and each 4 × 4 tile of the result is
 * summed in 16 local numbers.
 */
export const blockedMatMul = (a: CpuTensor, b: CpuTensor): Float64Array => {
  const [m, k] = a.shape as [number, number]
  const p = b.shape[1] as number
  const out = new Float64Array(m * p)
  const width = Math.min(p, Math.max(TILE, Math.floor(BLOCK / Math.max(1, k) / TILE) * TILE))
  const panels = Math.ceil(width / TILE)
  if (leftPanel.length < k * TILE) leftPanel = new Float64Array(k * TILE)
  if (rightPanels.length < k * TILE * panels) rightPanels = new Float64Array(k * TILE * panels)
  const [aRow, aColumn] = a.stride as [number, number]
  const [bRow, bColumn] = b.stride as [number, number]

  for (let from = 0; from < p; from += width) {
    const to = Math.min(p, from + width)
    for (let j = from; j < to; j += TILE)
      pack(rightPanels, (j - from) * k, b.data, b.offset + j * bColumn, k, bRow, Math.min(TILE, to - j), bColumn)
    for (let i = 0; i < m; i += TILE) {
      const rows = Math.min(TILE, m - i)
      pack(leftPanel, 0, a.data, a.offset + i * aRow, k, aColumn, rows, aRow)
      for (let j = from; j < to; j += TILE) {
        const columns = Math.min(TILE, to - j)
        if (rows === TILE && columns === TILE) tile(leftPanel, rightPanels, (j - from) * k, k, out, i * p + j, p)
        else {
          tile(leftPanel, rightPanels, (j - from) * k, k, edge, 0, TILE)
          for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) out[(i + r) * p + j + c] = edge[r * TILE + c] as number
        }
      }
    }
  }
  return out
}

/** Copies `count` rows or columns, `apart` from each other, side by side: element l of line v to panel[at + 4 l + v]; the rest are 0. */
const pack = (
  panel: Float64Array,
  at: number,
  data: Floats,
  offset: number,
  k: number,
  step: number,
  count: number,
  apart: number,
): void => {
  for (let v = 0; v < TILE; v++) {
    let to = at + v
    if (v < count) for (let l = 0, from = offset + v * apart; l < k; l++, from += step, to += TILE) panel[to] = data[from] as number
    else for (let l = 0; l < k; l++, to += TILE) panel[to] = 0
  }
}

/** One 4 × 4 tile: the sum over l of column l of the left panel times row l of the right one. */
const tile = (a: Float64Array, b: Float64Array, bAt: number, k: number, out: Float64Array, at: number, p: number): void => {
  let c00 = 0
  let c01 = 0
  let c02 = 0
  let c03 = 0
  let c10 = 0
  let c11 = 0
  let c12 = 0
  let c13 = 0
  let c20 = 0
  let c21 = 0
  let c22 = 0
  let c23 = 0
  let c30 = 0
  let c31 = 0
  let c32 = 0
  let c33 = 0
  for (let q = 0, end = k * TILE, r = bAt; q < end; q += TILE, r += TILE) {
    const b0 = b[r] as number
    const b1 = b[r + 1] as number
    const b2 = b[r + 2] as number
    const b3 = b[r + 3] as number
    const a0 = a[q] as number
    c00 += a0 * b0
    c01 += a0 * b1
    c02 += a0 * b2
    c03 += a0 * b3
    const a1 = a[q + 1] as number
    c10 += a1 * b0
    c11 += a1 * b1
    c12 += a1 * b2
    c13 += a1 * b3
    const a2 = a[q + 2] as number
    c20 += a2 * b0
    c21 += a2 * b1
    c22 += a2 * b2
    c23 += a2 * b3
    const a3 = a[q + 3] as number
    c30 += a3 * b0
    c31 += a3 * b1
    c32 += a3 * b2
    c33 += a3 * b3
  }
  out[at] = c00
  out[at + 1] = c01
  out[at + 2] = c02
  out[at + 3] = c03
  out[at + p] = c10
  out[at + p + 1] = c11
  out[at + p + 2] = c12
  out[at + p + 3] = c13
  out[at + 2 * p] = c20
  out[at + 2 * p + 1] = c21
  out[at + 2 * p + 2] = c22
  out[at + 2 * p + 3] = c23
  out[at + 3 * p] = c30
  out[at + 3 * p + 1] = c31
  out[at + 3 * p + 2] = c32
  out[at + 3 * p + 3] = c33
}
