import type { Axis, ExperimentResult, Figure, Mark } from '@tweedie/cem'
import { tweedieError } from '@tweedie/core'

/**
 * Refuses a result that cannot be written down honestly: `NotFinite` for a number in a measure, a setting or a figure that is NaN or infinite,
 * `InvalidArgument` for a figure without a usable name or an axis without a range, or a condition that is not said.
 */
export const checkResult = (result: ExperimentResult): void => {
  const { name, measures, claims, settings, figures } = result
  for (const { quantity, variant, ours, perSeed = [], paper } of measures)
    for (const value of [ours, ...perSeed, ...(paper === undefined ? [] : [paper])])
      needFinite(value, `${name}, measure "${quantity}" of "${variant}"`)
  needFiniteInside(settings, `${name}, settings`)
  for (const { statement, verdict, condition } of claims)
    if (verdict === 'reproduced under a condition' && (condition ?? '').trim() === '')
      throw tweedieError('InvalidArgument', `${name}, claim "${statement}"`, 'no condition is given', 'Say under which condition it holds')
  for (const figure of figures) checkFigure(figure, name)
  const twice = figures.find(({ id }, k) => figures.findIndex((other) => figureFile(other) === figureFile({ id })) !== k)
  if (twice !== undefined)
    throw tweedieError('InvalidArgument', name, `two figures are called "${twice.id}"`, 'Give each figure an id of its own')
}

/** The file of a figure: `fig-4.svg`. */
export const figureFile = ({ id }: Pick<Figure, 'id'>): string => `${id.startsWith('fig-') ? id : `fig-${id}`}.svg`

/** Refuses a figure as `checkResult` does. */
export const checkFigure = ({ id, panels }: Figure, where: string): void => {
  if (!/^[A-Za-z0-9][A-Za-z0-9.-]{0,60}$/.test(id))
    throw tweedieError('InvalidArgument', where, `"${id}" cannot name a figure's file`, 'Use letters, digits, points and hyphens')
  if (panels.length === 0)
    throw tweedieError('InvalidArgument', `${where}, figure ${id}`, 'it has no panel', 'Give it a panel or leave it out')
  for (const { title, x, y, marks } of panels) {
    const place = `${where}, figure ${id}, panel "${title}"`
    checkAxis(x, `${place}, x axis`)
    checkAxis(y, `${place}, y axis`)
    for (const mark of marks) checkMark(mark, `${place}, ${mark.kind}${mark.label === undefined ? '' : ` "${mark.label}"`}`)
  }
}

const checkMark = (mark: Mark, where: string): void => {
  if (mark.kind === 'level') return needFinite(mark.y, where)
  if (mark.kind === 'contours') return checkContours(mark, where)
  for (const [k, [x, y]] of mark.points.entries()) {
    if (!Number.isFinite(x) || !Number.isFinite(y)) needFinite(Number.isFinite(x) ? y : x, `${where}, point ${k}`)
  }
  if (mark.kind === 'dots' && mark.size !== undefined && !(mark.size > 0 && mark.size <= 25))
    throw tweedieError('InvalidArgument', where, `a dot of radius ${mark.size} pixels`, 'Use a radius between 0 and 25')
}

const checkContours = ({ grid, thresholds }: Extract<Mark, { readonly kind: 'contours' }>, where: string): void => {
  for (const value of [...grid.values, ...grid.x, ...grid.y, ...thresholds]) needFinite(value, where)
  const { columns, rows, values } = grid
  if (columns < 2 || rows < 2 || values.length !== columns * rows || !(grid.x[0] < grid.x[1]) || !(grid.y[0] < grid.y[1]))
    throw tweedieError(
      'InvalidArgument',
      where,
      `${values.length} values on a grid of ${columns} × ${rows} from (${grid.x[0]}, ${grid.y[0]}) to (${grid.x[1]}, ${grid.y[1]})`,
      'Give one value for each of at least 2 × 2 points, and the lower ends first',
    )
}

const checkAxis = ({ domain, scale }: Axis, where: string): void => {
  if (domain === undefined) return
  for (const end of domain) needFinite(end, where)
  if (!(domain[0] < domain[1]) || (scale === 'log' && domain[0] <= 0))
    throw tweedieError(
      'InvalidArgument',
      where,
      `the range ${domain.join(' to ')}${scale === 'log' ? ' of a logarithmic axis' : ''}`,
      'Give the lower end first, above 0 where the axis is logarithmic',
    )
}

const needFinite = (value: number, where: string): void => {
  if (!Number.isFinite(value))
    throw tweedieError('NotFinite', where, `the number is ${value}`, 'Leave the point out or say in a remark why there is no number')
}

const needFiniteInside = (value: unknown, where: string): void => {
  if (typeof value === 'number') needFinite(value, where)
  else if (typeof value === 'object' && value !== null)
    for (const [key, inner] of Object.entries(value)) needFiniteInside(inner, `${where}.${key}`)
}
