/** The figures of paper A for one table. */

import { against, type Figure, type Mark, type Panel, type Points, type Role, rounded } from '@tweedie/cem'
import { column, type HostMatrix } from '@tweedie/core'
import { logDensityGrid, marginalDensity, rangeOf } from './density-estimate.js'
import { deviationOf, meanOf, perColumn } from './findings.js'
import type { NoiseMap } from './map.js'
import type { TableRun } from './run.js'
import type { TableSettings } from './settings.js'

const shown: readonly (readonly [part: 'training' | 'labels' | 'generated', label: string, role: Role])[] = [
  ['training', 'truth', 'data'],
  ['labels', 'labels', 'first'],
  ['generated', 'generated', 'third'],
]

const short = (points: Points): Points => points.map(([x, y]) => [rounded(x), rounded(y)] as const)

const marginals = ({ names, rows }: TableRun, { marginals: columns }: TableSettings): Figure => ({
  id: 'marginals',
  title: 'Marginals',
  caption: 'Kernel densities of 2,500 rows of each, with a bandwidth of 0.2 deviations, over the range of the truth.',
  panels: columns.map(
    (j): Panel => ({
      title: `dimension ${j + 1}: ${names[j]}`,
      x: { label: names[j] as string },
      y: { label: 'density' },
      marks: shown.map(([part, label, role]) => ({
        kind: 'line',
        role,
        label,
        points: short(marginalDensity(rows[part], j, rangeOf(column(rows.training, j)))),
      })),
    }),
  ),
})

/** Half a decade each, from the highest density of the truth down. */
const levels = (highest: number): readonly number[] => Array.from({ length: 10 }, (_, k) => highest - 0.25 - 0.5 * (9 - k))

const contours = ({ names, rows }: TableRun, { pair }: TableSettings): Figure => {
  const [j, k] = pair
  const ranges = [rangeOf(column(rows.training, j)), rangeOf(column(rows.training, k))] as const
  const grids = shown.map(([part]) => logDensityGrid(rows[part], pair, ranges))
  const thresholds = levels((grids[0]?.values ?? []).reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY))
  return {
    id: 'contours',
    title: 'Log-density of two columns',
    caption: `Dimensions ${j + 1} and ${k + 1}; contours half a decade apart, of kernel densities of 2,500 rows with the bandwidth of Scott's rule.`,
    panels: shown.map(([, label, role], at) => ({
      title: label,
      x: { label: names[j] as string },
      y: { label: names[k] as string },
      marks: [{ kind: 'contours', role, label, grid: grids[at] as (typeof grids)[number], thresholds }],
    })),
  }
}

const dimensions = ({ kl, rows, others }: TableRun): Figure => {
  const columns = Array.from({ length: rows.training.columns }, (_, j) => j + 1)
  const [centres, widths] = [perColumn(rows.training, meanOf), perColumn(rows.training, deviationOf)]
  const panel = (
    title: string,
    label: string,
    lines: readonly (readonly [role: Role, label: string, values: ArrayLike<number>])[],
  ): Panel => ({
    title,
    x: { label: 'dimension' },
    y: { label },
    marks: lines.map(([role, name, values]): Mark => ({ kind: 'line', role, label: name, points: against(columns, values) })),
  })
  /** Of each part, in units in which the truth has mean 0 and deviation 1. */
  const scaled = (of: (matrix: HostMatrix) => readonly number[], unit: (value: number, j: number) => number) =>
    shown.map(([part, label, role]) => [role, label, of(rows[part]).map(unit)] as const)
  return {
    id: 'dimensions',
    title: 'Against dimension',
    caption: 'Means and deviations are in units in which the training rows have mean 0 and deviation 1.',
    panels: [
      panel('marginal KL from the truth', 'KL, nats', [
        ['first', 'labels', kl.labels],
        ['third', 'generated', kl.generated],
        ['reference', 'held-out rows', kl.test],
        ...others.map((each) => ['second', `generated, preset ${each.name}`, each.kl] as const),
      ]),
      panel(
        'mean',
        'mean',
        scaled(
          (matrix) => perColumn(matrix, meanOf),
          (value, j) => (value - (centres[j] as number)) / (widths[j] as number),
        ),
      ),
      panel(
        'standard deviation',
        'deviation',
        scaled(
          (matrix) => perColumn(matrix, deviationOf),
          (value, j) => value / (widths[j] as number),
        ),
      ),
    ],
  }
}

/** One colour for each eighth of the plane about the middle of the ends. */
const sectors: readonly Role[] = ['cem', 'sgm', 'first', 'third', 'ddpm', 'fourth', 'second', 'data']

const coloured = (noise: HostMatrix, ends: HostMatrix): readonly Mark[] => {
  const middle = [0, 1].map((c) => meanOf(column(ends, c)))
  const sectorOf = (i: number): number => {
    const angle = Math.atan2((ends.data[2 * i + 1] as number) - (middle[1] as number), (ends.data[2 * i] as number) - (middle[0] as number))
    return Math.floor((angle / (2 * Math.PI) + 1 + 1 / 16) * 8) % 8
  }
  const rows = Array.from({ length: noise.rows }, (_, i) => i)
  return sectors.flatMap((role, sector): readonly Mark[] => {
    const points = rows
      .filter((i) => sectorOf(i) === sector)
      .map((i) => [rounded(noise.data[2 * i] as number), rounded(noise.data[2 * i + 1] as number)] as const)
    return points.length === 0 ? [] : [{ kind: 'dots', role, points, size: 2 }]
  })
}

const mapFigure = ({ names, map, roughness }: TableRun, { pair }: TableSettings): Figure => {
  const panel = (title: string, at: HostMatrix, ends: HostMatrix, what: string): Panel => ({
    title,
    x: { label: `${what}, ${names[pair[0]]}` },
    y: { label: `${what}, ${names[pair[1]]}` },
    square: true,
    marks: coloured(at, ends),
  })
  const { noise, ode, sde }: NoiseMap = map
  return {
    id: 'fig-1',
    title: 'From noise to data, by the ODE and by the SDE',
    caption: `Each dot is a draw of noise, coloured by the eighth of the plane in which it ends (right of each pair). Roughness: ${roughness.ode.toPrecision(2)} by the ODE, ${roughness.sde.toPrecision(2)} by the SDE; 1 is that of a map of which the noise says nothing.`,
    panels: [
      panel('noise, by the end of the ODE', noise, ode, 'Y'),
      panel('ends of the ODE', ode, ode, 'X₀'),
      panel('noise, by the end of the SDE', noise, sde, 'Y'),
      panel('ends of the SDE', sde, sde, 'X₀'),
    ],
  }
}

export const tableFigures = (run: TableRun, settings: TableSettings): readonly Figure[] => [
  mapFigure(run, settings),
  marginals(run, settings),
  contours(run, settings),
  dimensions(run),
]
