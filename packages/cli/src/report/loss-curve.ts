/** The training history: losses on a logarithmic scale, with the step that was kept. */

import * as Plot from '@observablehq/plot'
import { figure } from './figure.js'
import type { HistoryPoint } from './input.js'
import { axisX, axisY, marginLeft } from './marks.js'
import { showCount, showNumber } from './numbers.js'
import { palette } from './palette.js'
import { type Axis, linearAxis, logAxis } from './ticks.js'

const size = { width: 460, height: 280, marginTop: 24, marginBottom: 46, marginRight: 26 }
const mostPoints = 600

interface LossPoint {
  readonly step: number
  readonly loss: number
}

const usable = (points: readonly LossPoint[]): LossPoint[] =>
  points.filter(({ step, loss }) => Number.isFinite(loss) && Number.isFinite(step))

const thinned = (points: readonly LossPoint[]): LossPoint[] =>
  points.length <= mostPoints
    ? [...points]
    : Array.from({ length: mostPoints }, (_, k) => points[Math.round((k * (points.length - 1)) / (mostPoints - 1))] as LossPoint)

/** Both curves, without what is not finite. */
export const lossCurves = (history: readonly HistoryPoint[]): { training: LossPoint[]; validation: LossPoint[]; unusable: number } => {
  const training = history.map(({ step, trainLoss }) => ({ step, loss: trainLoss }))
  const validation = history.flatMap(({ step, validationLoss }) => (validationLoss === undefined ? [] : [{ step, loss: validationLoss }]))
  const kept = { training: usable(training), validation: usable(validation) }
  return { ...kept, unusable: training.length + validation.length - kept.training.length - kept.validation.length }
}

/** The loss curve, or undefined when no loss can be drawn. */
export const lossFigure = (history: readonly HistoryPoint[], bestStep: number | undefined): string | undefined => {
  const curves = lossCurves(history)
  const all = [...curves.training, ...curves.validation]
  if (all.length === 0) return undefined
  const losses = all.map(({ loss }) => loss)
  const [least, most] = [losses.reduce((a, b) => Math.min(a, b)), losses.reduce((a, b) => Math.max(a, b))]
  const logarithmic = least > 0
  const height = size.height - size.marginTop - size.marginBottom
  const margin = (most - least) * 0.05 || Math.abs(most) * 0.1 || 1
  const y: Axis = logarithmic
    ? logAxis([least / 1.06, most * 1.06], height, false)
    : linearAxis([least - margin, most + margin], height, 'vertical')
  const name = logarithmic ? 'loss (logarithmic scale)' : 'loss'
  const left = marginLeft(y, name)
  const steps = all.map(({ step }) => step)
  const firstStep = steps.reduce((a, b) => Math.min(a, b))
  const lastStep = steps.reduce((a, b) => Math.max(a, b), bestStep ?? firstStep)
  const domain: readonly [number, number] = [Math.min(0, firstStep), lastStep > firstStep ? lastStep : firstStep + 1]
  const room = size.width - left - size.marginRight
  const x = linearAxis(domain, room, 'horizontal', 24)
  const place = bestStep === undefined ? 0 : (bestStep - domain[0]) / (domain[1] - domain[0])
  const best = bestStep === undefined ? [] : [bestStep]
  const curve = (points: readonly LossPoint[], stroke: string, strokeWidth: number): Plot.Markish => [
    Plot.line(thinned(points), { x: 'step', y: 'loss', stroke, strokeWidth }),
    ...(points.length === 1 ? [Plot.dot(points, { x: 'step', y: 'loss', fill: stroke, r: 3 })] : []),
  ]
  const at = (step: number): LossPoint[] => curves.validation.filter((point) => point.step === step).slice(0, 1)
  const lastValidation = curves.validation[curves.validation.length - 1]?.loss
  return figure(
    {
      ...size,
      marginLeft: left,
      x: { domain },
      y: { domain: y.domain, type: logarithmic ? 'log' : 'linear' },
      marks: [
        axisX(x, 'step', room),
        axisY(y, name, height),
        Plot.ruleX(best, { strokeDasharray: '3,3', strokeOpacity: 0.7 }),
        Plot.text(best, {
          x: best,
          text: best.map((step) => `kept: step ${showCount(step)}`),
          frameAnchor: 'top',
          lineAnchor: 'bottom',
          textAnchor: place > 0.75 ? 'end' : place < 0.25 ? 'start' : 'middle',
          dy: -8,
        }),
        curve(curves.training, palette.neutral, 1.2),
        curve(curves.validation, 'currentColor', 1.7),
        Plot.dot(best.flatMap(at), { x: 'step', y: 'loss', fill: 'currentColor', r: 3.5 }),
        Plot.frame({ strokeOpacity: 0.18 }),
      ],
    },
    `Loss against step, ${showCount(history.length)} points${bestStep === undefined ? '' : `; the weights kept are those of step ${showCount(bestStep)}`}${lastValidation === undefined ? '' : `; the last validation loss is ${showNumber(lastValidation)}`}.`,
  )
}
