/**
 * Column maps as ONNX operators in float64: the same comparisons and the same arithmetic, in the same order, as `toValues`. The segment
 * of a score is found by bisection, unrolled: one Gather a halving for all columns at once, so that memory grows with the rows alone.
 */

import type { ColumnMap, ColumnMaps } from '../columns/column-map.js'
import type { Graph } from './graph.js'

/** Does segment k lie between two repeated values? There nothing was seen, and the nearer one is taken. */
const isGap = ({ values }: ColumnMap, k: number): boolean => values[k - 1] === values[k] && values[k + 2] === values[k + 1]

/** Adds the nodes from `scores` [N, d] in float32 to `output` [N, d] in float64. */
export const addColumns = (graph: Graph, maps: ColumnMaps, scores: string, output: string): void => {
  const columns = maps.length
  const name = (part: string): string => `columns.${part}`
  const node = (operator: string, inputs: readonly string[], part: string, attributes?: Readonly<Record<string, number>>): string =>
    graph.node(operator, inputs, name(part), attributes)

  // The knots of all columns, one after another; column j begins at base j.
  const sizes = maps.map(({ scores: knots }) => knots.length)
  const total = sizes.reduce((sum, size) => sum + size, 0)
  const bases = sizes.map((_, j) => sizes.slice(0, j).reduce((sum, size) => sum + size, 0))
  const knots = graph.constant(
    name('scores'),
    'double',
    [total],
    maps.flatMap((map) => [...map.scores]),
  )
  const values = graph.constant(
    name('values'),
    'double',
    [total],
    maps.flatMap((map) => [...map.values]),
  )
  const gaps = graph.constant(
    name('gaps'),
    'bool',
    [total],
    maps.flatMap((map) => Array.from(map.values, (_, k) => (isGap(map, k) ? 1 : 0))),
  )
  const bounds = (part: string, held: number, free: number): string =>
    graph.constant(
      name(part),
      'double',
      [columns],
      maps.map(({ extend }) => (extend === 'hold' ? held : free)),
    )
  const perColumn = (part: string, numbers: readonly number[]): string => graph.constant(name(part), 'int64', [columns], numbers)
  const double = (part: string, value: number): string => graph.constant(name(part), 'double', [], [value])

  const x = node('Cast', [scores], 'x', { to: 11 })
  const base = perColumn('base', bases)
  const last = perColumn(
    'last',
    sizes.map((size) => size - 2),
  )
  const zero = graph.constant(name('zero'), 'int64', [], [0])

  // The last knot but one that is not above x: add 2^k wherever the knot there is not above x either.
  let from = node('Where', [node('LessOrEqual', [x, x], 'any'), zero, zero], 'from')
  for (let step = 2 ** Math.floor(Math.log2(Math.max(...sizes))); step >= 1; step /= 2) {
    const ahead = graph.constant(name(`step${step}`), 'int64', [], [step])
    const next = node('Min', [node('Add', [from, ahead], `ahead${step}`), last], `next${step}`)
    const knot = node('Gather', [knots, node('Add', [next, base], `at${step}`)], `knot${step}`)
    from = node('Where', [node('LessOrEqual', [knot, x], `below${step}`), next, from], `from${step}`)
  }

  const left = node('Add', [from, base], 'left')
  const right = node('Add', [left, graph.constant(name('one'), 'int64', [], [1])], 'right')
  const start = node('Gather', [knots, left], 'start')
  const width = node('Sub', [node('Gather', [knots, right], 'end'), start], 'width')
  const along = node('Div', [node('Sub', [x, start], 'beyond'), width], 'along')
  const largest = Number.MAX_VALUE
  const fraction = node('Min', [node('Max', [along, bounds('least', 0, -largest)], 'atLeast'), bounds('most', 1, largest)], 'fraction')

  const [low, high] = [node('Gather', [values, left], 'low'), node('Gather', [values, right], 'high')]
  const between = node('Add', [low, node('Mul', [node('Sub', [high, low], 'rise'), fraction], 'part')], 'between')
  const nearer = node('Where', [node('Less', [fraction, double('half', 0.5)], 'nearLow'), low, high], 'nearer')
  const atEnd = node(
    'Or',
    [node('Equal', [fraction, double('zeroth', 0)], 'atLow'), node('Equal', [fraction, double('oneth', 1)], 'atHigh')],
    'atEnd',
  )
  const snaps = node('Or', [node('Gather', [gaps, left], 'gap'), atEnd], 'snaps')
  graph.node('Where', [snaps, nearer, between], output)
}
