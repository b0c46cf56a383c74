import { orderLabels } from './category-order.js'
import type { ColumnCodec } from './codec.js'
import type { Seen } from './derive.js'
import { featuresOf } from './features.js'

/** Puts the labels of every category of a table in order, and with them the lists of columns that follow from one. */
export const inOrder = (seen: readonly Seen[]): readonly ColumnCodec[] => {
  const features = seen.map((column) =>
    column.codec.kind === 'number' || column.codec.kind === 'category' || column.codec.kind === 'one-hot' ? featuresOf(column) : [],
  )
  const orders = seen.map(({ codec, distinct }, j) =>
    codec.kind === 'category' || codec.kind === 'one-hot'
      ? orderLabels(distinct.codes, distinct.counts, codec.labels, features.filter((_, k) => k !== j).flat())
      : [],
  )
  return seen.map(({ codec }, j) => {
    const order = orders[j] as readonly number[]
    if (codec.kind === 'category' || codec.kind === 'one-hot')
      return { ...codec, labels: order.map((code) => codec.labels[code] as string) }
    const source = codec.kind === 'relabelled' ? (orders[codec.of] as readonly number[]) : []
    // Points of a category count labels in the order of their appearance so far.
    if (codec.kind !== 'relabelled' || source.length === 0) return codec
    return { ...codec, points: [...source.keys()], labels: source.map((code) => codec.labels[codec.points.indexOf(code)] as string) }
  })
}
