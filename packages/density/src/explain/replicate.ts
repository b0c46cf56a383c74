import { type Backend, choiceWithReplacement, fold, type HostMatrix, type Key, takeRows, throwIfAborted } from '@tweedie/core'
import { energyDistance } from '@tweedie/metrics'
import { generate } from '../generate.js'
import type { Generator } from '../generator.js'
import { type CloudFlows, type Draws, groupKeys } from './cloud-flows.js'
import { meanProduct, rootMeanSquare } from './estimate.js'
import type { ExplainOptions, SampleDistance } from './explain-options.js'
import { fineSolve, labelMaker } from './label-maker.js'
import { isTrainer, type Pipeline } from './pipeline.js'

/** One part in one repetition. */
export interface PartOnce {
  readonly with: number
  readonly without: number
  readonly pairedRms: number
}

/** One repetition; the parts are in the order of `errorParts`. */
export interface Replicate {
  readonly samples: number
  readonly labels: number
  readonly rows: number
  readonly parts: readonly PartOnce[]
}

/** Mini-batches that stand for all of a training's, at most. */
const MOST_GROUPS = 16

const usualDistance: SampleDistance = (samples, heldOut, key) => energyDistance(samples, heldOut, { maxRows: 2_000, key })

/** One repetition of `explainError`. Everything in it follows from the key. */
export const replicate = async <N>(
  B: Backend<N>,
  pipeline: Pipeline<N>,
  flows: CloudFlows<N>,
  options: ExplainOptions,
  key: Key,
): Promise<Replicate> => {
  const { scores, heldOut, process, grid, generator, miniBatch } = pipeline
  const { count, distance = usualDistance, shrink = 0.1, chunk = 1_000, signal } = options
  const purpose = {
    noise: fold(key, 0),
    training: fold(key, 1),
    network: fold(key, 2),
    draws: fold(key, 3),
    distance: fold(key, 4),
    rows: fold(key, 5),
  }
  const fine = options.fine ?? fineSolve(process, grid)
  const labels = labelMaker(B, pipeline, flows, { fine, shrink, chunk, signal })
  const far = async (samples: HostMatrix): Promise<number> => distance(samples, heldOut, purpose.distance)

  const drawKey = miniBatch?.key ?? purpose.draws
  const groups =
    miniBatch?.group === undefined ? 1 : isTrainer(generator) ? Math.ceil(generator.labels / miniBatch.group) : Number.POSITIVE_INFINITY
  const draws = (group: number, shift = 0): Draws | undefined =>
    miniBatch && { size: miniBatch.size, replacement: miniBatch.replacement ?? true, group, keyOf: groupKeys(drawKey, groups, shift) }
  /** Mini-batches of the labels that are compared: those of the training, or as many of them as there is room for. */
  const compared = Math.ceil(count / Math.min(groups, MOST_GROUPS, count))

  const samplesOf = async (fitted: Generator<N>): Promise<HostMatrix> =>
    generate(B, { network: fitted.network, parameters: fitted.parameters }, { count, key: purpose.noise, ...(signal && { signal }) })
  const trained = async (exact?: Parameters<typeof labels>[1]): Promise<HostMatrix> => {
    throwIfAborted(signal, 'explainError')
    if (!isTrainer(generator)) return samplesOf(generator)
    const group = miniBatch?.group ?? generator.labels
    const fitted = await generator.train(
      await labels({ count: generator.labels, key: purpose.training, draws: draws(group) }, exact),
      purpose.network,
    )
    try {
      return await samplesOf(fitted)
    } finally {
      for (const { weight, bias } of fitted.parameters) [weight, bias].forEach(B.free)
    }
  }

  const request = { count, key: purpose.noise, draws: draws(compared) }
  const { targets } = await labels(request)
  const samples = await trained()
  const [ofLabels, ofSamples] = [await far(targets), await far(samples)]

  const exactPart = async (part: 'monte-carlo' | 'stopping-noise' | 'discretisation'): Promise<PartOnce> => {
    const before = isTrainer(generator) ? ofSamples : ofLabels
    if (part === 'monte-carlo' && miniBatch === undefined) return { with: before, without: before, pairedRms: 0 }
    const better = (await labels(request, part)).targets
    const after = await far(isTrainer(generator) ? await trained(part) : better)
    return { with: before, without: after, pairedRms: rootMeanSquare(targets, better) }
  }
  /** Labels of the same noise by other mini-batches of the training; the same labels where there is but one. */
  const others = groups > 1 && miniBatch !== undefined ? (await labels({ ...request, draws: draws(compared, 1) })).targets : targets
  const regression: PartOnce = {
    with: ofSamples,
    without: ofLabels,
    pairedRms: Math.sqrt(Math.max(0, meanProduct(samples, targets, others))),
  }
  return {
    samples: ofSamples,
    labels: ofLabels,
    rows: await far(takeRows(scores, choiceWithReplacement(purpose.rows, scores.rows, count))),
    parts: [await exactPart('monte-carlo'), await exactPart('stopping-noise'), await exactPart('discretisation'), regression],
  }
}
