/** Tables as the bytes of an Arrow IPC file (Feather version 2) or stream. */

import type { HostMatrix } from '@tweedie/core'
import { Field, Float64, makeData, RecordBatch, Schema, Struct, Table, tableToIPC, Utf8, type Vector, vectorFromArray } from 'apache-arrow'
import type { RawColumn } from './table.js'

/** Rows in a batch. */
const batchRows = 65_536

/** A matrix: one float64 column a name, without nulls. */
export const arrowContent = (names: readonly string[], { data, rows, columns }: HostMatrix, layout: 'file' | 'stream'): Uint8Array => {
  const schema = new Schema(names.map((name) => new Field(name, new Float64(), false)))
  const batches: RecordBatch[] = []
  for (let from = 0; from < rows; from += batchRows) {
    const length = Math.min(batchRows, rows - from)
    const children = names.map((_, j) => {
      const values = new Float64Array(length)
      for (let i = 0; i < length; i++) values[i] = data[(from + i) * columns + j] as number
      return makeData({ type: new Float64(), data: values, length, nullCount: 0 })
    })
    batches.push(new RecordBatch(schema, makeData({ type: new Struct(schema.fields), length, nullCount: 0, children })))
  }
  return tableToIPC(new Table(schema, batches), layout)
}

/** Columns of numbers (float64) and text (utf8), missing cells as nulls. */
export const arrowColumns = (columns: readonly RawColumn[], layout: 'file' | 'stream'): Uint8Array => {
  const rows = columns[0]?.values.length ?? 0
  const schema = new Schema(columns.map(({ name, kind }) => new Field(name, kind === 'text' ? new Utf8() : new Float64(), true)))
  const batches: RecordBatch[] = []
  for (let from = 0; from < rows; from += batchRows) {
    const to = Math.min(rows, from + batchRows)
    const children = columns.map((column) => {
      const vector: Vector =
        column.kind === 'text'
          ? vectorFromArray(
              column.values.slice(from, to).map((cell) => (cell === '' ? null : cell)),
              new Utf8(),
            )
          : vectorFromArray(
              Array.from(column.values.subarray(from, to), (value) => (Number.isNaN(value) ? null : value)),
              new Float64(),
            )
      return vector.data[0] as NonNullable<(typeof vector.data)[number]>
    })
    batches.push(new RecordBatch(schema, makeData({ type: new Struct(schema.fields), length: to - from, nullCount: 0, children })))
  }
  return tableToIPC(new Table(schema, batches), layout)
}
