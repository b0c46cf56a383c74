// out = activation(a · b + bias), in tiles that stay in registers (generated/matmul-tiles.ts) over panels of b that are two vectors wide (Goto & van
// de Geijn, "Anatomy of high-performance matrix multiplication", 2008). Both factors are read with any strides, so transposes cost nothing but a
// copy in another order where strides are long.
//
// Every element is the sum, over blocks of 256 k in their order, of the block's sum from its first k on; then the bias is added. It depends on
// a row of a and a column of b alone, not on the tile that it falls in: the bytes are the same however rows or columns are split.
import { activateSpan } from './activation'
import { TALL, WIDE, tile } from './generated/matmul-tiles'
import { lanes } from './lanes'
import { copyRows, settle } from './matmul-edges'

/** k of a block. A panel of it fits the first cache. */
// @ts-ignore: decorator
@inline
const DEPTH: i32 = 256
/** Rows that share a panel while it is there: whole tiles of either kind. */
// @ts-ignore: decorator
@inline
const HEIGHT: i32 = 36
/** Bytes of a row that is worked on at a time. */
// @ts-ignore: decorator
@inline
const SPAN: i32 = 4096
/** Bytes of a tile whose columns do not fill its vectors. */
// @ts-ignore: decorator
@inline
const EDGE: i32 = 256

/** Bytes of scratch: an edge, sums of HEIGHT rows, and a block of a. */
export function matMulScratch_f32(): i32 {
  return EDGE + HEIGHT * SPAN + HEIGHT * DEPTH * 4
}
export function matMulScratch_f64(): i32 {
  return EDGE + HEIGHT * SPAN + HEIGHT * DEPTH * 8
}

/** Rows i0 … i1 and columns j0 … j1, of which j0 is a multiple of the width of a panel. Other arguments as for `matMulRows`. */
// @ts-ignore: decorator
@inline
function product<T>(
  a: usize, aRow: usize, aStep: usize, gathered: i32, b: usize, bStep: usize, bPanel: usize, edge: usize, bias: usize, biasRow: usize, activation: i32,
  out: usize, depth: i32, columns: i32, i0: i32, i1: i32, j0: i32, j1: i32, scratch: usize,
): void {
  const size = sizeof<T>()
  const wide = 2 * lanes<T>()
  const outRow = (columns as usize) * size
  const sums = scratch + EDGE
  const block = sums + HEIGHT * SPAN
  for (let iBlock = i0; iBlock < i1; iBlock += HEIGHT) {
    const height = min(HEIGHT, i1 - iBlock)
    for (let jBlock = j0; jBlock < j1; jBlock += SPAN / (size as i32)) {
      const jEnd = min(jBlock + SPAN / (size as i32), j1)
      const sumRow = ((jEnd - jBlock) as usize) * size
      const to = out + (iBlock as usize) * outRow + (jBlock as usize) * size
      for (let kBlock = 0; kBlock == 0 || kBlock < depth; kBlock += DEPTH) {
        const count = min(DEPTH, depth - kBlock)
        const last = kBlock + DEPTH >= depth
        const inPlace = last && activation == 0
        let left = a + (iBlock as usize) * aRow + (kBlock as usize) * aStep
        let leftStep = aStep
        if (gathered) {
          copyRows(left, aStep, block, HEIGHT * size, (height as usize) * size, count)
          left = block
          leftStep = HEIGHT * size
        }
        for (let j = jBlock; j < jEnd; j += wide) {
          const width = min(wide, jEnd - j)
          const vectors = width > lanes<T>() ? 2 : 1
          const whole = width == vectors * lanes<T>()
          const panelStep = width == wide ? bStep : (vectors << 4) as usize
          const panel = (width == wide ? b + ((j / wide) as usize) * bPanel : edge) + (kBlock as usize) * panelStep
          const tall = vectors == 2 ? WIDE : TALL
          const shift = ((j - jBlock) as usize) * size
          const added: usize = last && bias != 0 ? bias + (iBlock as usize) * biasRow + (j as usize) * size : 0
          for (let i = 0; i < height; i += tall) {
            const rows = min(tall, height - i)
            const from = left + (i as usize) * aRow
            const sum = sums + (i as usize) * sumRow + shift
            const before: usize = kBlock == 0 ? 0 : sum
            const offset: usize = added == 0 ? 0 : added + (i as usize) * biasRow
            const place = inPlace ? to + (i as usize) * outRow + shift : sum
            const placeRow = inPlace ? outRow : sumRow
            if (whole) tile<T>(rows, vectors, count, from, aRow, leftStep, panel, panelStep, before, sumRow, offset, biasRow, place, placeRow)
            else {
              tile<T>(rows, vectors, count, from, aRow, leftStep, panel, panelStep, 0, 0, 0, 0, scratch, 32)
              settle<T>(scratch, 32, before, sumRow, offset, biasRow, place, placeRow, rows, width)
            }
          }
        }
      }
      if (activation != 0) {
        if (sumRow == outRow) activateSpan<T>(sums, to, activation, height * columns)
        else for (let i = 0; i < height; i++) activateSpan<T>(sums + (i as usize) * sumRow, to + (i as usize) * outRow, activation, jEnd - jBlock)
      }
    }
  }
}

/**
 * Rows from … to of [rows, depth] · [depth, columns]. In bytes: `aRow` and `aStep` from row to row and k to k of a, `bStep` from k to k and `bPanel`
 * from panel to panel of b, `biasRow` from row to row of the bias, whose columns lie side by side. The columns that do not fill a panel are at
 * `edge`, as `matMulPack` leaves them. Where `gathered` is 1, rows of a lie side by side and are copied together first. No bias where it is 0.
 */
export function matMulRows_f32(
  a: usize, aRow: usize, aStep: usize, gathered: i32, b: usize, bStep: usize, bPanel: usize, edge: usize, bias: usize, biasRow: usize, activation: i32,
  out: usize, rows: i32, depth: i32, columns: i32, from: i32, to: i32, scratch: usize,
): void {
  product<f32>(a, aRow, aStep, gathered, b, bStep, bPanel, edge, bias, biasRow, activation, out, depth, columns, from, to, 0, columns, scratch)
}
export function matMulRows_f64(
  a: usize, aRow: usize, aStep: usize, gathered: i32, b: usize, bStep: usize, bPanel: usize, edge: usize, bias: usize, biasRow: usize, activation: i32,
  out: usize, rows: i32, depth: i32, columns: i32, from: i32, to: i32, scratch: usize,
): void {
  product<f64>(a, aRow, aStep, gathered, b, bStep, bPanel, edge, bias, biasRow, activation, out, depth, columns, from, to, 0, columns, scratch)
}

/** Columns from … to of the same, in whole panels. */
export function matMulColumns_f32(
  a: usize, aRow: usize, aStep: usize, gathered: i32, b: usize, bStep: usize, bPanel: usize, edge: usize, bias: usize, biasRow: usize, activation: i32,
  out: usize, rows: i32, depth: i32, columns: i32, from: i32, to: i32, scratch: usize,
): void {
  product<f32>(a, aRow, aStep, gathered, b, bStep, bPanel, edge, bias, biasRow, activation, out, depth, columns, 0, rows, from, to, scratch)
}
export function matMulColumns_f64(
  a: usize, aRow: usize, aStep: usize, gathered: i32, b: usize, bStep: usize, bPanel: usize, edge: usize, bias: usize, biasRow: usize, activation: i32,
  out: usize, rows: i32, depth: i32, columns: i32, from: i32, to: i32, scratch: usize,
): void {
  product<f64>(a, aRow, aStep, gathered, b, bStep, bPanel, edge, bias, biasRow, activation, out, depth, columns, 0, rows, from, to, scratch)
}
