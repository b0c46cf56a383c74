import type { Codec } from './codec.js'

/** One line for each column that is not a plain number: how it is learnt, or what it follows from. */
export const codecNotes = ({ columns, names }: Codec): readonly string[] =>
  columns.flatMap((column): readonly string[] => {
    const nameOf = (of: number): string => `“${columns[of]?.name ?? ''}”`
    const shown = (labels: readonly string[]): string => {
      const list = labels.slice(0, 12).map((label, place) => `${place} ${label === '' ? '(missing)' : label}`)
      return `${list.join(', ')}${labels.length > 12 ? ` and so on to ${labels.length - 1}` : ''}`
    }
    const subject = `Column “${column.name}”`
    switch (column.kind) {
      case 'constant':
        return [`${subject} is always ${column.label === '' ? 'empty' : column.label}: it is not learnt, and put back.`]
      case 'number':
        return column.missing === undefined
          ? []
          : [`${subject} has missing cells; “${names[column.missing.at]}” is 1 there and 0 elsewhere.`]
      case 'category':
        return [`${subject} is a category: ${shown(column.labels)}.`]
      case 'one-hot':
        return [`${subject} is a category with a column for each of its ${column.labels.length} labels.`]
      case 'copy':
        return [`${subject} equals ${nameOf(column.of)}: it is not learnt, and put back.`]
      case 'relabelled':
        return [`${subject} is another name for the cells of ${nameOf(column.of)}: it is not learnt, and put back.`]
      case 'affine':
        return [`${subject} is ${column.scale} · ${nameOf(column.of)} + ${column.shift}: it is not learnt, and put back.`]
    }
  })
