import type { HostMatrix } from '@tweedie/core'
import type { MassAlong } from '../../diagnostics/mass-along.js'
import type { Figure, Mark, Panel, Role } from '../result.js'
import { BINS } from './along-support.js'
import { against, scatter } from './figure-points.js'

/** Samples in the plane of the spiral. */
export const samplesPanel = (title: string, role: Role, samples: HostMatrix | undefined): Panel => ({
  title,
  x: { label: 'x₁', domain: [-15, 15] },
  y: { label: 'x₂', domain: [-15, 15] },
  square: true,
  marks: [{ kind: 'dots', role, size: 1.5, points: samples === undefined ? [] : scatter(samples) }],
})

/** The samples of one model, as a line of a panel. */
export interface MassSeries {
  readonly role: Role
  readonly label: string
  readonly mass: MassAlong
}

/** The mass along the spiral, a panel for each set of models. */
export const massFigure = (id: string, panels: readonly { readonly title: string; readonly series: readonly MassSeries[] }[]): Figure => ({
  id,
  title: 'Mass along the spiral',
  caption: `Samples by the nearest point of the curve in ${BINS} bins, equally likely under the data: the mass of each, over that of the data.`,
  panels: panels.map(({ title, series }) => ({
    title,
    x: { label: 'U of the nearest point', domain: [1, 1 + BINS] },
    y: { label: 'mass, over that of the data' },
    marks: [
      { kind: 'level', role: 'data', label: 'data', y: 1 },
      ...series.map(({ role, label, mass }): Mark => {
        const middles = mass.shares.map((_, bin) => 1.5 + bin)
        const values = mass.shares.map((share) => BINS * share)
        return { kind: 'line', role, label, points: against(middles, values) }
      }),
    ],
  })),
})
