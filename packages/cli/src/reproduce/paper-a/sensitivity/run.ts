import type { ExperimentContext, SeedKeys } from '@tweedie/cem'
import { type Backend, choiceWithReplacement, fold, type HostMatrix, type Key, normalArray, takeRows } from '@tweedie/core'
import { fit, generate } from '@tweedie/density'
import { energyDistance } from '@tweedie/metrics'
import { adam, cosineDecay, mlp } from '@tweedie/nn'
import { kept } from '../kept.js'
import { firstPairs, flowOf, labelsOf, medianDistance, posteriorErrors, rms } from './errors.js'
import type { KnownLaw } from './laws.js'
import type { SensitivitySettings } from './settings.js'

/** What one seed gave for one law; every list is in the order of its setting. */
export interface LawRun {
  /** √ mean |m_N − m|², [noise ratio][N]. */
  readonly posterior: readonly (readonly number[])[]
  /** The mean of ρ = 1 + χ² of the whole cloud's weights, per noise ratio. */
  readonly rho: readonly number[]
  /** √ mean |X_N − X|² of labels to those of the whole cloud, and to those of the law's own flow. */
  readonly toCloud: readonly number[]
  readonly toLaw: readonly number[]
  /** The median of |X_N − X|, to the whole cloud's labels. */
  readonly median: readonly number[]
  /** The same of the whole cloud's labels to the law's. */
  readonly cloudToLaw: number
  /** Energy distances of the networks of `trainedMiniBatches`. */
  readonly distances: readonly number[]
  /** √ mean |F(Y) − X(Y)|² of the networks of `labels` to the whole cloud's labels and to the law's; and their energy distances. */
  readonly regression: readonly number[]
  readonly networkToLaw: readonly number[]
  readonly labelDistances: readonly number[]
  /** Energy distance of the labels themselves, of rows of the data with the floor's noise, and of fresh rows: the floor of the others. */
  readonly ofLabels: number
  readonly ofRows: number
  readonly ofFresh: number
}

/** A network of pairs, its samples, and its outputs at given noise. */
const trained = async <N>(
  B: Backend<N>,
  { hidden, trainingSteps, batch, rate, samples }: SensitivitySettings,
  pairs: { readonly inputs: HostMatrix; readonly targets: HostMatrix },
  keys: { readonly network: Key; readonly samples: Key; readonly compared: Key },
  compared: number,
  signal: AbortSignal | undefined,
): Promise<{ readonly drawn: HostMatrix; readonly mapped: HostMatrix }> => {
  const d = pairs.targets.columns
  const fitted = await fit(B, mlp([d, ...hidden, d]), pairs, {
    optimiser: adam({ rate: cosineDecay(rate, trainingSteps) }),
    steps: trainingSteps,
    batch: Math.min(batch, Math.floor(0.9 * pairs.targets.rows)),
    validationFraction: 0.1,
    key: keys.network,
    signal,
  })
  try {
    return {
      drawn: await generate(B, fitted, { count: samples, key: keys.samples }),
      mapped: await generate(B, fitted, { count: compared, key: keys.compared }),
    }
  } finally {
    for (const { weight, bias } of fitted.parameters) [weight, bias].forEach(B.free)
  }
}

/** One law and one seed. */
const measureLaw = async <N>(
  B: Backend<N>,
  settings: SensitivitySettings,
  law: KnownLaw,
  { data, sampling, measuring, training }: SeedKeys,
  signal: AbortSignal | undefined,
  report: (done: number, total: number) => void,
): Promise<LawRun> => {
  const { rows, miniBatches, trainedMiniBatches, labels, labelsForMiniBatches, group, compared, draws, samples, floor } = settings
  const total = 3 + miniBatches.length + trainedMiniBatches.length + labels.length
  let done = 0
  const step = (): void => report(++done, total)
  const flow = flowOf(settings)
  const cloud = law.draw(fold(data, 0), rows)
  /** Rows of the law with the floor's noise: what perfect labels follow, α being 1 at the stop. */
  const noised = (clean: HostMatrix, key: Key): HostMatrix => {
    const z = normalArray(key, clean.data.length)
    return { ...clean, data: clean.data.map((y, k) => y + Math.sqrt(floor) * (z[k] as number)) }
  }
  const truth = noised(law.draw(fold(data, 1), samples), fold(data, 2))
  const distance = (of: HostMatrix): number => energyDistance(of, truth)

  const { rho, errors: posterior } = await posteriorErrors(
    B,
    settings,
    law,
    cloud,
    { queries: fold(measuring, 0), draws: fold(measuring, 1) },
    signal,
  )
  step()
  const keys = { noise: fold(measuring, 2), draws: fold(measuring, 3) }
  const target = async (source: Parameters<typeof labelsOf>[3]): Promise<HostMatrix> =>
    (await labelsOf(B, flow, cloud, source, keys, compared, signal)).targets
  const [whole, exact] = [await target({}), await target({ exact: law })]
  step()
  const found: HostMatrix[] = []
  for (const size of miniBatches) {
    found.push(await target({ size, group: Math.ceil(compared / draws) }))
    step()
  }

  const networkKeys = { network: training(0), samples: fold(sampling, 0), compared: keys.noise }
  const labelKeys = { noise: fold(sampling, 1), draws: fold(sampling, 2) }
  const pairs = await labelsOf(B, flow, cloud, {}, labelKeys, Math.max(samples, ...labels), signal)
  step()
  const regression: number[] = []
  const networkToLaw: number[] = []
  const labelDistances: number[] = []
  for (const count of labels) {
    const { drawn, mapped } = await trained(B, settings, firstPairs(pairs, count), networkKeys, compared, signal)
    regression.push(rms(mapped, whole))
    networkToLaw.push(rms(mapped, exact))
    labelDistances.push(distance(drawn))
    step()
  }
  const distances: number[] = []
  for (const size of trainedMiniBatches) {
    const grouped = await labelsOf(B, flow, cloud, { size, group }, labelKeys, labelsForMiniBatches, signal)
    distances.push(distance((await trained(B, settings, grouped, networkKeys, compared, signal)).drawn))
    step()
  }
  return {
    posterior,
    rho,
    toCloud: found.map((x) => rms(x, whole)),
    toLaw: found.map((x) => rms(x, exact)),
    median: found.map((x) => medianDistance(x, whole)),
    cloudToLaw: rms(whole, exact),
    distances,
    regression,
    networkToLaw,
    labelDistances,
    ofLabels: distance(firstPairs(pairs, samples).targets),
    ofRows: distance(noised(takeRows(cloud, choiceWithReplacement(fold(data, 6), rows, samples)), fold(data, 3))),
    ofFresh: distance(noised(law.draw(fold(data, 4), samples), fold(data, 5))),
  }
}

/** One law and one seed, from the store where it is there. */
export const runLaw = async <N>(
  B: Backend<N>,
  settings: SensitivitySettings,
  law: KnownLaw,
  seed: number,
  keys: SeedKeys,
  { store, signal, onProgress }: ExperimentContext,
): Promise<LawRun> => {
  const stage = `${law.columns} columns, seed ${seed}`
  const report = (done: number, total: number): void => onProgress?.({ stage, done, total })
  const name = `sensitivity-${law.columns}-columns-seed-${seed}`
  const { bytes } = await kept(store, name, { law: law.name, seed, settings }, async () => {
    const began = performance.now()
    const run = await measureLaw(B, settings, law, keys, signal, report)
    return { bytes: new TextEncoder().encode(JSON.stringify(run)), seconds: (performance.now() - began) / 1000 }
  })
  return JSON.parse(new TextDecoder().decode(bytes)) as LawRun
}
