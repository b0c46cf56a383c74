import { type Experiment, measure, perSeed, resultOf } from '@tweedie/cem'
import { fold } from '@tweedie/core'
import { fitColumns, paperLabels, paperSettings } from '@tweedie/density'
import { originOf, whereFrom } from '../../datasets/index.js'
import { estimatedLabelSeconds } from './findings.js'
import { kept } from './kept.js'
import { dataOfFile } from './table-experiment.js'

export interface LabelTimeSettings {
  readonly labels: number
  readonly steps: number
  readonly chunk: number
  readonly miniBatch: number
}

const { labels, steps, chunk, miniBatch } = paperSettings
const part = 'part of the labels'

/** The time of POWER's labels in the paper's setting: all of them, or one tenth of which the whole is estimated. */
export const labelTime: Experiment<LabelTimeSettings> = {
  name: 'label-time',
  title: 'The time of label generation on POWER',
  source: 'Section 4 of the density paper',
  needs: whereFrom(originOf('power')),
  settings: { paper: { labels, steps, chunk, miniBatch }, quick: { labels: labels / 10, steps, chunk, miniBatch } },
  run: async (B, settings, scale, context) => {
    const { store, data, signal, onProgress } = context
    const seconds = await perSeed(context, async (seed, keys) => {
      const about = { ...settings, file: data?.fingerprint, seed }
      const work = await kept(store, `label-time-seed-${seed}`, about, async () => {
        const { training } = await dataOfFile('power')(keys.data, data, signal)
        const { scores } = fitColumns(training, 'standard', fold(keys.data, 9))
        const made = await paperLabels(B, scores, {
          ...settings,
          key: keys.training(0),
          ...(signal && { signal }),
          onProgress: ({ done, total }) => onProgress?.({ stage: `${part} seed ${seed}`, done, total }),
        })
        return { bytes: new Uint8Array(0), seconds: made.statistics.seconds }
      })
      return work.seconds
    })
    const quantity = 'time of label generation'
    return resultOf(labelTime, settings, scale, context, {
      measures: [
        measure({ quantity, variant: `${settings.labels} labels × ${settings.steps} steps`, unit: 's' }, seconds),
        ...(settings.labels < labels
          ? [
              measure(
                { quantity, variant: `${labels} labels × ${steps} steps, estimated`, unit: 's' },
                seconds.map((each) => estimatedLabelSeconds(each, settings)),
              ),
            ]
          : []),
      ],
      claims: [],
      figures: [],
      remarks: ['Labels are made in chunks of their own mini-batch, so a part of them takes that part of the time.'],
    })
  },
}
