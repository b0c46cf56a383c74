import { framesAt, lastStep } from './film.js'
import type { State } from './state.js'
import { momentAt } from './times.js'
import { fieldTooSmall } from './view.js'
import { viewAt } from './view-at.js'
import { counted, percent, timeShown, titles } from './words.js'

/** What the picture shows, a sentence each. */
export const captionOf = (state: State): string => {
  const { setup, film, samples, shown, layers, playhead, field } = state
  if (setup.points.length === 0) return 'The points you draw are the data.'
  const sentences: string[] = []
  if (shown === 'samples' && samples) sentences.push(...ofSamples(samples))
  else if (film.frames.length === 0)
    sentences.push(`${counted(setup.points.length, 'point')}: the data. Run the flow to send noise to them.`)
  else if (playhead < 0.5) sentences.push('Noise: the particles have not seen your points yet.')
  else if (playhead < setup.steps) sentences.push('Every particle follows the exact score, from noise to your points.')
  else sentences.push('The particles have arrived: the flow ends on your points.')
  const wide = fieldTooSmall(viewAt(state, 1).half)
  if ((layers.density || layers.field) && wide)
    sentences.push('The noise is wide here: density and score are shown near the points, at smaller t.')
  if (layers.density && field && !wide) sentences.push('The shade is the density of the points under noise at t.')
  if (layers.field && field && !wide) sentences.push('Strokes are the score: they thicken the way the density grows.')
  return sentences.join(' ')
}

const ofSamples = ({ model, positions, noise, radius }: NonNullable<State['samples']>): readonly string[] => [
  `${counted(positions.length / 2, 'sample')} of the ${titles[model]}${model === 'generator' ? ', one pass each' : ' network'}; those in orange are farther than ${radius.toPrecision(2)} from every point.`,
  ...(noise ? ['Lines join a sample to the noise that it was made of, coloured by its angle.'] : []),
]

/** The picture in words: what a person who does not see it is told. */
export const alternativeOf = (state: State): string => {
  const { setup, film, samples, shown, layers, playhead } = state
  const moment = momentAt(setup, playhead)
  const at = moment ? ` at ${timeShown(moment.time)}` : ''
  const parts = [layers.points ? spread(counted(setup.points.length, 'point'), setup.points.flat()) : 'The points are not shown']
  if (shown === 'samples' && samples) {
    parts.push(
      spread(counted(samples.positions.length / 2, 'sample'), samples.positions),
      `${percent(samples.pollution)} of them are polluted`,
    )
    if (samples.noise && layers.map) parts.push('Lines join samples to their noise')
  } else if (lastStep(film) >= 0 && layers.particles) {
    const [frame] = framesAt(film, playhead)!
    parts.push(spread(`${counted(setup.particles, 'particle')}${at}`, frame.positions))
  }
  if (fieldTooSmall(viewAt(state, 1).half)) return `${parts.join('. ')}.`
  if (layers.density) parts.push(`The density${at} is the background`)
  if (layers.field) parts.push(`Strokes show the score${at}`)
  return `${parts.join('. ')}.`
}

/** "40 points around (0.1, −0.2), 1.4 wide and 1.3 high": means and deviations. */
const spread = (what: string, xy: ArrayLike<number>): string => {
  const count = xy.length / 2
  if (count === 0) return what
  const [x, y] = [0, 1].map((axis) => {
    let [sum, squares] = [0, 0]
    for (let i = axis; i < xy.length; i += 2) sum += xy[i]!
    for (let i = axis; i < xy.length; i += 2) squares += (xy[i]! - sum / count) ** 2
    return { mean: sum / count, deviation: Math.sqrt(squares / count) }
  }) as [Moments, Moments]
  return `${what} around (${x.mean.toFixed(1)}, ${y.mean.toFixed(1)}), with deviations ${x.deviation.toFixed(1)} across and ${y.deviation.toFixed(1)} up`
}

interface Moments {
  readonly mean: number
  readonly deviation: number
}
