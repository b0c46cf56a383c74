import { type TweedieError, tweedieError } from '@tweedie/core'
import * as E from 'fp-ts/lib/Either.js'
import { limits } from './model.js'

/** Half the side of the square that a table is scaled into. */
const HALF = 3

/** The longest text that is read, in characters: a table of `limits.points` rows has less. */
const LONGEST = 2_000_000

/**
 * The points of a table as text: two numbers a line, parted by a comma, semicolon, tab or spaces, with or without a line of names before them. Both
 * columns are moved and scaled by one factor into [−3, 3]². `InvalidTable` names the line that is not two finite numbers.
 */
export const readPoints = (text: string): E.Either<TweedieError, readonly (readonly [number, number])[]> => {
  if (text.length > LONGEST) return refuse('points', `${text.length} characters`, `Give a table of at most ${limits.points} rows`)
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .map((line, index) => ({ number: index + 1, cells: cellsOf(line) }))
    .filter(({ cells }) => cells.length > 0)
  const [first] = lines
  const rows = first !== undefined && isHeader(first.cells) ? lines.slice(1) : lines
  if (rows.length === 0) return refuse('points', 'the table has no rows', 'Give two numbers a line, such as 0.5, 1.2')
  if (rows.length > limits.points) return refuse('points', `${rows.length} rows`, `Give at most ${limits.points}`)
  const points: (readonly [number, number])[] = []
  for (const { number, cells } of rows) {
    if (cells.length !== 2)
      return refuse(`points, line ${number}`, `${cells.length} ${cells.length === 1 ? 'column' : 'columns'}`, 'Give two columns of numbers')
    const wrong = cells.find((cell) => !isNumber(cell))
    if (wrong !== undefined)
      return refuse(`points, line ${number}`, `'${wrong.slice(0, 24)}' is no finite number`, 'Give two columns of numbers')
    points.push([Number(cells[0]), Number(cells[1])])
  }
  return E.right(scaled(points))
}

/** The cells of a line; spaces part them where nothing else does. */
const cellsOf = (line: string): readonly string[] => {
  const trimmed = line.trim()
  if (trimmed === '') return []
  const separator = [',', ';', '\t'].find((character) => line.includes(character))
  const cells = separator === undefined ? trimmed.split(/ +/) : line.split(separator)
  return cells.map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'))
}

const isNumber = (cell: string): boolean => /^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/.test(cell) && Number.isFinite(Number(cell))

/** A line of names: two cells, none of which is a number. */
const isHeader = (cells: readonly string[]): boolean => cells.length === 2 && !cells.some(isNumber)

/** Into [−3, 3]² by one factor, the middle of the table at 0; thousandths, so that a link keeps them. A single point goes to the middle. */
const scaled = (points: readonly (readonly [number, number])[]): readonly (readonly [number, number])[] => {
  const least: [number, number] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY]
  const most: [number, number] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const point of points)
    for (const axis of [0, 1] as const) {
      least[axis] = Math.min(least[axis], point[axis])
      most[axis] = Math.max(most[axis], point[axis])
    }
  // Halves first: the sum and the difference of two large numbers overflow.
  const half = Math.max(most[0] / 2 - least[0] / 2, most[1] / 2 - least[1] / 2)
  const at = (point: readonly [number, number], axis: 0 | 1): number => {
    const away = point[axis] / 2 - (least[axis] / 4 + most[axis] / 4)
    return half === 0 ? 0 : Math.round((1000 * HALF * away * 2) / half) / 1000
  }
  return points.map((point) => [at(point, 0), at(point, 1)] as const)
}

const refuse = (where: string, what: string, mend: string): E.Either<TweedieError, never> =>
  E.left(tweedieError('InvalidTable', where, what, mend))
