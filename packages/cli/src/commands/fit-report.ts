import { availableParallelism } from 'node:os'
import { codecNotes } from '@tweedie/density'
import type { ModelConfig } from '../model/config.js'
import type { FitOutcome } from '../pipeline/run.js'
import type { ReportInput } from '../report/index.js'
import { bounds } from './bounds.js'

/** What is said about a fit, in report.json and in report.html. */
export interface About {
  readonly title: string
  readonly config: ModelConfig
  readonly names: readonly string[]
  readonly outcome: FitOutcome
}

/** report.json: the numbers of the page, for programs. */
export const reportNumbers = ({ title, config, names, outcome }: About) => {
  const { evaluation, halves, history, bestStep, timings } = outcome
  const { generated, floor, memorisation, distanceRatio, rows, summary } = evaluation
  const klAboveFloor = difference(generated.meanMarginalKl, floor.meanMarginalKl)
  const energyAboveFloor = generated.energyDistance - floor.energyDistance
  return {
    title,
    command: config.command,
    source: config.source,
    columns: names,
    rows,
    metrics: { generated, floor, halves, memorisation, distanceRatio },
    aboveFloor: { meanMarginalKl: klAboveFloor, energyDistance: energyAboveFloor },
    bounds,
    within: {
      meanMarginalKl: klAboveFloor === null ? null : klAboveFloor <= bounds.klAboveFloor,
      energyDistance: energyAboveFloor <= bounds.energyAboveFloor,
      memorisationRatio:
        memorisation.ratio === null ? null : memorisation.ratio >= bounds.ratio[0] && memorisation.ratio <= bounds.ratio[1],
    },
    timings,
    training: { bestStep, history },
    ...(outcome.chosen && { chosen: outcome.chosen }),
    summary,
    settings: config.settings,
    machine: { node: process.version, platform: `${process.platform}-${process.arch}`, threads: availableParallelism() },
    ...(outcome.notices.length > 0 && { notices: outcome.notices }),
  }
}

/** report.html and picture.svg. The plotting libraries are loaded here, so that the other commands start without them. */
export const drawReport = async (about: About): Promise<{ readonly page: string; readonly picture: string }> => {
  const { renderHeroSvg, renderReport } = await import('../report/index.js')
  const input = reportInput(about)
  return { page: renderReport(input), picture: renderHeroSvg(input) }
}

/** What the page and the picture plot. */
export const reportInput = ({ title, config, names, outcome }: About): ReportInput => {
  const { evaluation, halves, training, heldOut, samples, history, bestStep, trajectories, timings } = outcome
  return {
    title,
    source: config.source.path,
    command: config.command,
    rows: training.rows + heldOut.rows,
    columns: names.length,
    settings: Object.entries({ ...config.settings, ...config.chosen }).map(
      ([name, value]) => [readable(name), Array.isArray(value) ? value.join(' – ') : String(value)] as const,
    ),
    notices: [
      ...config.leftOut.map(({ name, why }) => `Column “${name}” was left out: ${why}.`),
      ...(config.codec === undefined ? [] : codecNotes(config.codec)),
      ...outcome.notices,
    ],
    names,
    heldOut,
    training,
    generated: samples,
    history,
    bestStep,
    trajectories,
    timings,
    metrics: {
      generated: evaluation.generated,
      floor: evaluation.floor,
      halves,
      memorisation: evaluation.memorisation,
      comparison: evaluation,
    },
    bounds,
  }
}

const difference = (a: number | null, b: number | null): number | null => (a === null || b === null ? null : a - b)

/** `trainingSteps` as `training steps`. */
const readable = (name: string): string => name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
