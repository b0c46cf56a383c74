import { type Backend, fold } from '@tweedie/core'
import { checkExplain } from './check-explain.js'
import { cloudFlows } from './cloud-flows.js'
import { type Estimate, estimateOf } from './estimate.js'
import type { ExplainOptions } from './explain-options.js'
import { type ErrorPart, errorParts, isTrainer, type Pipeline } from './pipeline.js'
import { type PartOnce, type Replicate, replicate } from './replicate.js'

/** What one part of the pipeline does to the distance. */
export interface PartOfError {
  readonly part: ErrorPart
  /** What is compared: samples of the network, or labels where the network is fitted and cannot be trained again. */
  readonly of: 'samples' | 'labels'
  /** The distance of the pipeline to the held-out rows. */
  readonly distanceWith: Estimate
  /** The same with the part nearly exact. */
  readonly distanceWithout: Estimate
  /** The difference, whose standard error is smaller than theirs: both see the same noise. Below 0 where the part's error helps. */
  readonly reduction: Estimate
  /** √ mean |X − X′|² over samples, X with the part and X′ without, from the same noise Y: how far apart the two maps are. */
  readonly pairedRms: Estimate
}

/** What `explainError` found. */
export interface ErrorExplanation {
  readonly parts: readonly PartOfError[]
  /** The distance of the network's samples. */
  readonly samples: Estimate
  /** The distance of the labels. */
  readonly labels: Estimate
  /** The distance of as many rows drawn from the cloud: what copies of real rows score. */
  readonly rows: Estimate
}

/**
 * How much of the distance between a generator's samples and held-out rows comes from the mini-batch, the noise left at the stop, the solver's steps
 * and the network (paper A §3; docs/guide/density.md), by making one of them nearly exact at a time:
 *
 * * `monte-carlo`: the whole cloud in place of mini-batches. Zero where there are none.
 * * `stopping-noise`: the flow is carried on to a tenth of the noise ratio; its end is nearly a row of the cloud.
 * * `discretisation`: a fine grid and a solver of third order.
 * * `regression`: labels in place of the network's outputs. Where mini-batches make labels of one Y differ, `pairedRms` is the distance to their mean.
 *
 * With a trainer, the first three are the distances of networks trained anew on the better labels. With a fitted generator they are distances of
 * labels: mini-batches that change from group to group then hardly show, since their labels together follow the law of the whole cloud while each map is
 * another; the network that averages them carries the error, and `regression` shows it. The parts interact, so reductions need not add up.
 *
 * Rejects with `InvalidArgument` or `ShapeMismatch` for what does not fit, `Aborted`, and with what `labelledPairs`, the trainer and the distance reject with.
 */
export const explainError = async <N>(B: Backend<N>, pipeline: Pipeline<N>, options: ExplainOptions): Promise<ErrorExplanation> => {
  const { replicates = 4, key } = options
  checkExplain(pipeline, options)
  const flows = cloudFlows(B, pipeline.scores, pipeline.process)
  try {
    const found: Replicate[] = []
    for (let r = 0; r < replicates; r++) {
      found.push(await replicate(B, pipeline, flows, options, fold(key, r)))
      options.onProgress?.({ done: r + 1, total: replicates })
    }
    const over = (of: (each: Replicate) => number): Estimate => estimateOf(found.map(of))
    return {
      parts: errorParts.map((part, k) => {
        const each = (of: (one: PartOnce) => number) => over(({ parts }) => of(parts[k] as PartOnce))
        return {
          part,
          of: part === 'regression' || isTrainer(pipeline.generator) ? 'samples' : 'labels',
          distanceWith: each((one) => one.with),
          distanceWithout: each((one) => one.without),
          reduction: each((one) => one.with - one.without),
          pairedRms: each((one) => one.pairedRms),
        }
      }),
      samples: over(({ samples }) => samples),
      labels: over(({ labels }) => labels),
      rows: over(({ rows }) => rows),
    }
  } finally {
    flows.free()
  }
}

/** The part whose exactness takes most off the distance. */
export const largestPart = ({ parts }: ErrorExplanation): ErrorPart =>
  parts.reduce((largest, one) => (one.reduction.value > largest.reduction.value ? one : largest)).part
