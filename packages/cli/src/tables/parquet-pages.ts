/**
 * Checks of a Parquet file's structure that hyparquet leaves out. It believes the counts in a damaged file, and then runs for hours
 * or takes all the memory; and an error in one column while it starts on another is one that nobody can catch.
 */

import {
  type ColumnMetaData,
  type CompressionCodec,
  type FileMetaData,
  type PageHeader,
  parquetSchema,
  type RowGroup,
  type SchemaTree,
} from 'hyparquet'
import { parquetHeader } from 'hyparquet/src/column.js'

const leafOf = ({ children, ...node }: SchemaTree, path: readonly string[]): Omit<SchemaTree, 'children'> | undefined => {
  const [name, ...rest] = path
  if (name === undefined) return children.length === 0 ? node : undefined
  const child = children.find(({ element }) => element.name === name)
  return child === undefined ? undefined : leafOf(child, rest)
}

const fail = (what: string): never => {
  throw new Error(what)
}

/** Are all of them there, whole numbers from 0? A field that is missing from a damaged header reads as `undefined`. */
const areCounts = (...counts: readonly (number | undefined)[]): boolean =>
  counts.every((count) => Number.isInteger(count) && (count as number) >= 0)

/**
 * How many bytes a compressed byte can become, so that memory is not taken for a claim that cannot hold. Snappy copies 64 bytes by 3, deflate
 * 258 by 2 bits, an LZ4 byte adds 255, zstd 128 KiB by 4 bytes, brotli 16 MiB by 5.
 */
const mostGrowth: Readonly<Record<CompressionCodec, number>> = {
  UNCOMPRESSED: 1,
  SNAPPY: 22,
  GZIP: 1_032,
  LZO: 255,
  LZ4: 255,
  LZ4_RAW: 255,
  ZSTD: 32_768,
  BROTLI: 2 ** 22,
}

/** Are the counts of a page possible in a column chunk of `values` values of which `left` bytes are left? */
const isPossible = (page: PageHeader, codec: CompressionCodec, values: number, left: number): boolean => {
  const { compressed_page_size: size, uncompressed_page_size: uncompressed } = page
  if (!areCounts(size, uncompressed) || size > left) return false
  // An empty page may be written with a few bytes of frame, or without any.
  if (uncompressed > 64 + (mostGrowth[codec] ?? 1) * size) return false
  switch (page.type) {
    case 'DATA_PAGE': {
      const count = page.data_page_header?.num_values
      return areCounts(count) && (count as number) <= values
    }
    case 'DATA_PAGE_V2': {
      const { num_values, num_nulls, num_rows, definition_levels_byte_length, repetition_levels_byte_length } =
        page.data_page_header_v2 ?? {}
      if (!areCounts(num_values, num_nulls, num_rows, definition_levels_byte_length, repetition_levels_byte_length)) return false
      const levels = (definition_levels_byte_length as number) + (repetition_levels_byte_length as number)
      return (num_values as number) <= values && (num_nulls as number) <= values && (num_rows as number) <= values && levels <= size
    }
    case 'DICTIONARY_PAGE': {
      // Some entries may not be used, but each takes a byte at least.
      const count = page.dictionary_page_header?.num_values
      return areCounts(count) && (count as number) <= uncompressed
    }
    default:
      return page.type === 'INDEX_PAGE'
  }
}

/** Walks the page headers of a column chunk: every page must lie inside it, and together they must hold as many values as it has. */
const checkPages = (file: ArrayBuffer, name: string, chunk: ColumnMetaData): void => {
  const start = Number(chunk.dictionary_page_offset || chunk.data_page_offset)
  const size = Number(chunk.total_compressed_size)
  if (!(areCounts(start, size) && start + size <= file.byteLength)) fail(`its column "${name}" lies outside the file`)
  const reader = { view: new DataView(file, start, size), offset: 0 }
  const values = Number(chunk.num_values)
  let found = 0
  while (reader.offset < size - 1) {
    const page = parquetHeader(reader)
    if (!isPossible(page, chunk.codec, values, size - reader.offset)) fail(`its column "${name}" has a damaged page`)
    found += page.data_page_header?.num_values ?? page.data_page_header_v2?.num_values ?? 0
    reader.offset += page.compressed_page_size
  }
  if (found !== values) fail(`its column "${name}" has pages of ${found} values where it should have ${values}`)
}

const checkGroup = (file: ArrayBuffer, schema: SchemaTree, { columns, num_rows }: RowGroup): void => {
  for (const { meta_data } of columns) {
    const path = meta_data?.path_in_schema ?? []
    const name = path.join('.')
    const leaf = leafOf(schema, path)
    if (meta_data === undefined || leaf === undefined) return fail(`it has no schema for column "${name}"`)
    const isFlat = path.length === 1 && leaf.element.repetition_type !== 'REPEATED'
    if (isFlat && meta_data.num_values !== num_rows) fail(`its column "${name}" has ${meta_data.num_values} values for ${num_rows} rows`)
    checkPages(file, name, meta_data)
  }
}

/** The number of rows and the tree of columns. Throws a plain `Error`, saying what does not fit, when the file is damaged. */
export const checkParquet = (file: ArrayBuffer, metadata: FileMetaData): { readonly rows: number; readonly schema: SchemaTree } => {
  const inGroups = metadata.row_groups.reduce((sum, group) => sum + group.num_rows, 0n)
  if (metadata.num_rows !== inGroups || inGroups < 0n)
    fail(`its row groups hold ${inGroups} rows where it should have ${metadata.num_rows}`)
  const schema = parquetSchema(metadata)
  for (const group of metadata.row_groups) checkGroup(file, schema, group)
  return { rows: Number(inGroups), schema }
}
