import { type HostMatrix, hostMatrix, key, normalArray } from '@tweedie/core'
import { cpu } from '@tweedie/core/cpu'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { learnBest } from './best/learn-best.js'
import type { LearnCheckpoint } from './learn-checkpoint.js'
import { learnPaper } from './paper.js'

const B = cpu()
const table = hostMatrix(
  normalArray(key(4), 240).map((z, at) => (at % 2 === 0 ? 3 + 2 * z : z ** 2)),
  120,
  2,
)
const sizes = { labels: 40, iterations: 20, chunk: 15, checkpointEvery: 6 } as const
const best = { ...sizes, key: key(1), cloud: 120, solverSteps: 4, hidden: [4], batch: 16, calibration: 1_000 }
const paper = { ...sizes, key: key(2), steps: 6, miniBatch: 7, hidden: 4 }

type Checkpoints = { readonly resume?: LearnCheckpoint; readonly onCheckpoint?: (reached: LearnCheckpoint) => void }

/** A preset's result as numbers, with the two times that differ from run to run left out, and what it handed out on the way. */
const presets = {
  best: (options: Checkpoints) => learnBest(B, table, { ...best, step: 0.2, spread: 0.3, ...options }),
  'best, with a choice': (options: Checkpoints) => learnBest(B, table, { ...best, spreads: [0.3, 0.6], steps: [0.2], ...options }),
  paper: (options: Checkpoints) => learnPaper(B, table, { ...paper, ...options }),
}

const run = async (preset: keyof typeof presets, resume?: LearnCheckpoint) => {
  const states: LearnCheckpoint[] = []
  const { parameters, training, labelSeconds, ...rest } = await presets[preset]({
    ...(resume && { resume }),
    onCheckpoint: (state) => void states.push(state),
  })
  const weights = parameters.flatMap(({ weight, bias }) => [weight, bias]).map((x) => [...(B.readNow?.(x) ?? [])])
  for (const { weight, bias } of parameters) [weight, bias].forEach(B.free)
  const { seconds: _, ...record } = training
  return { result: JSON.stringify({ weights, record, rest }), states, labelSeconds }
}

/** What a checkpoint holds, in short: spreads tried, labels made, steps of the training. */
const heights = ({ tried, labels, training }: LearnCheckpoint) => [tried?.length ?? 0, labels?.targets.rows ?? 0, training?.step ?? 0]

describe('a preset that goes on from a checkpoint', () => {
  test.each(['best', 'best, with a choice', 'paper'] as const)('%s: has the bits of one that was never interrupted', async (preset) => {
    const before = B.liveTensors()
    const whole = await run(preset)
    const tried = preset === 'best, with a choice' ? 2 : 0
    expect(whole.states.map(heights)).toEqual([
      ...(tried === 0
        ? []
        : [
            [1, 0, 0],
            [2, 0, 0],
          ]),
      ...[15, 30, 40].map((labels) => [tried, labels, 0]),
      ...[6, 12, 18, 20].map((step) => [tried, 40, step]),
    ])
    await fc.assert(
      fc.asyncProperty(fc.nat(whole.states.length - 1), async (at) => {
        const rest = await run(preset, whole.states[at])
        expect(rest.result).toBe(whole.result)
        expect(rest.states.map(heights)).toEqual(whole.states.slice(at + 1).map(heights))
        expect(rest.labelSeconds).toBeGreaterThan(whole.states[at]?.labels?.statistics.seconds ?? 0)
      }),
      { numRuns: preset === 'best, with a choice' ? 2 : 5 },
    )
    expect(B.liveTensors()).toBe(before)
  })

  test('refuses labels of another run', async () => {
    const { states } = await run('paper')
    const labels = states[0]?.labels as NonNullable<LearnCheckpoint['labels']>
    const refused = (targets: HostMatrix) =>
      learnPaper(B, table, { ...paper, resume: { labels: { ...labels, targets } } }).catch((error: Error) => error.message)
    expect(await refused(hostMatrix(new Float64Array(9), 3, 3))).toMatch(/labels of shape \[3, 3\] where \[40, 2\] are wanted/)
    expect(await refused(hostMatrix(new Float64Array(82), 41, 2))).toMatch(/\[41, 2\]/)
    const spoilt = labels.targets.data.slice().fill(Number.NaN, 1, 2)
    expect(await refused({ ...labels.targets, data: spoilt })).toMatch(/not all of them finite/)
  })
})
