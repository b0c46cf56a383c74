/** Tables in and out. */

export type { ColumnSelection } from './columns.js'
export { toMixedTable } from './mixed-table.js'
export { toNumericTable } from './numeric-table.js'
export { type ReadTableOptions, readTable } from './read-table.js'
export type { MixedTable, NumberColumn, NumericTable, RawColumn, RawTable, TextColumn } from './table.js'
export { writeColumns } from './write-columns.js'
export { type WriteTableOptions, writeTable } from './write-table.js'
