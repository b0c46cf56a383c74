/** The same starting noise carried to data by the ODE and by the SDE: over time, and in the plane of two coordinates. */

import * as Plot from '@observablehq/plot'
import { figure } from './figure.js'
import type { Trajectories } from './input.js'
import { axisX, axisY, marginLeft } from './marks.js'
import { pathColours } from './palette.js'
import { padded } from './spread.js'
import { linearAxis } from './ticks.js'

const size = { width: 460, height: 280, marginTop: 26, marginBottom: 46, marginRight: 10 }
const mostPaths = 40
const mostTimes = 100

const panels = ['ODE', 'SDE'] as const

interface PathPoint {
  readonly panel: string
  readonly path: string
  readonly colour: string
  readonly x: number
  readonly y: number
}

/** Evenly spaced indices from the first to the last. */
const spaced = (count: number, most: number): number[] => {
  const kept = Math.min(count, most)
  return Array.from({ length: kept }, (_, k) => (kept < 2 ? 0 : Math.round((k * (count - 1)) / (kept - 1))))
}

/** Paths that can be drawn: as many as both have, each with a number at every time. */
const drawable = ({ times, ode, sde }: Trajectories): number[] =>
  spaced(Math.min(ode.length, sde.length), mostPaths).filter((i) => [ode, sde].every((paths) => paths[i]?.length === times.length))

/** The colour of a path says where it starts along the first coordinate, from lowest to highest. */
const startColours = (starts: readonly number[]): string[] => {
  const order = Array.from(starts.keys()).sort((a, b) => (starts[a] as number) - (starts[b] as number))
  const colours = new Array<string>(starts.length)
  order.forEach((path, place) => {
    colours[path] = pathColours[Math.floor((place * pathColours.length) / starts.length)] as string
  })
  return colours
}

export interface TrajectoryFigures {
  readonly overTime: string
  /** Absent when there is one coordinate only. */
  readonly plane?: string
  readonly paths: number
}

const draw = (
  points: readonly PathPoint[],
  nameX: string,
  nameY: string,
  exactX: readonly [number, number] | undefined,
  label: string,
): string => {
  const ys = points.map(({ y }) => y)
  const xs = points.map(({ x }) => x)
  const extent = (values: readonly number[]): readonly [number, number] =>
    padded(
      values.reduce((a, b) => Math.min(a, b)),
      values.reduce((a, b) => Math.max(a, b)),
    )
  const [domainX, domainY] = [exactX ?? extent(xs), extent(ys)]
  const height = size.height - size.marginTop - size.marginBottom
  const y = linearAxis(domainY, height, 'vertical')
  const left = marginLeft(y, nameY)
  const room = (size.width - left - size.marginRight) * 0.475
  const x = linearAxis([Math.min(...domainX), Math.max(...domainX)], room, 'horizontal')
  const ends = points.filter((point, k) => points[k + 1]?.path !== point.path || points[k + 1]?.panel !== point.panel)
  return figure(
    {
      ...size,
      marginLeft: left,
      fx: { domain: panels, label: null, axis: null, padding: 0.05 },
      x: { domain: domainX },
      y: { domain: domainY },
      marks: [
        axisX(x, nameX, room),
        axisY(y, nameY, height),
        Plot.frame({ strokeOpacity: 0.18 }),
        Plot.line(points, { x: 'x', y: 'y', z: 'path', fx: 'panel', stroke: 'colour', strokeWidth: 1, strokeOpacity: 0.75 }),
        Plot.dot(ends, { x: 'x', y: 'y', fx: 'panel', fill: 'colour', r: 2.2 }),
        Plot.text(panels, { fx: [...panels], text: [...panels], frameAnchor: 'top', lineAnchor: 'bottom', dy: -8, fontWeight: 600 }),
      ],
    },
    label,
  )
}

/** Both figures, or undefined when there is no path to draw. */
export const trajectoryFigures = (trajectories: Trajectories | undefined): TrajectoryFigures | undefined => {
  if (trajectories === undefined || trajectories.times.length < 2) return undefined
  const { times, ode, sde, names } = trajectories
  const [first, second] = trajectories.axes
  const paths = drawable(trajectories)
  const kept = spaced(times.length, mostTimes)
  const colours = startColours(paths.map((i) => ode[i]?.[0]?.[first] ?? 0))
  const pointsOf = (x: (position: readonly number[], time: number) => number | undefined, y: number): PathPoint[] =>
    [ode, sde].flatMap((all, panel) =>
      paths.flatMap((i, place) =>
        kept.flatMap((k): PathPoint[] => {
          const position = all[i]?.[k] ?? []
          const point = { x: x(position, times[k] as number) ?? Number.NaN, y: position[y] ?? Number.NaN }
          const drawn = Number.isFinite(point.x) && Number.isFinite(point.y)
          return drawn ? [{ panel: panels[panel] as string, path: String(i), colour: colours[place] as string, ...point }] : []
        }),
      ),
    )
  const overTime = pointsOf((_, time) => time, first)
  if (overTime.length === 0) return undefined
  const name = (j: number): string => `${names[j] ?? `coordinate ${j + 1}`}, standardised`
  const about = `of ${paths.length} starting points, ODE on the left and SDE on the right, each path coloured by where it starts.`
  const figures = {
    paths: paths.length,
    overTime: draw(
      overTime,
      'time, from noise to data',
      name(first),
      [times[0] as number, times[times.length - 1] as number],
      `${name(first)} against time for the paths ${about}`,
    ),
  }
  const plane = first === second ? [] : pointsOf((position) => position[first], second)
  if (plane.length === 0) return figures
  return {
    ...figures,
    plane: draw(plane, name(first), name(second), undefined, `Paths in the plane of ${name(first)} and ${name(second)} ${about}`),
  }
}
