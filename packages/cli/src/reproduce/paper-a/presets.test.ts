import { hostMatrix, key, normalArray } from '@tweedie/core'
import { cpu } from '@tweedie/core/cpu'
import { bestSettings, learnBest } from '@tweedie/density'
import { expect, test, vi } from 'vitest'
import { presets, presetsAt } from './presets.js'
import { ring } from './table-experiment.js'

// What a preset asks for, with little work in place of it.
vi.mock('@tweedie/density', async (original) => {
  const real = await original<typeof import('@tweedie/density')>()
  return {
    ...real,
    learnBest: vi.fn((B, table, { key: of }) => real.learnPaper(B, table, { key: of, labels: 20, steps: 2, hidden: 3, iterations: 1 })),
  }
})

const B = cpu()
const table = hostMatrix(normalArray(key(1), 60), 30, 2)

test('each scale has presets that are there, and the settings name them', () => {
  for (const scale of ['paper', 'quick'] as const) {
    expect(presetsAt[scale].length).toBeGreaterThan(0)
    for (const name of presetsAt[scale]) expect(presets[name]).toBeDefined()
    expect(ring.settings[scale].others).toEqual(presetsAt[scale])
  }
})

test('best has its own settings, best-small fewer labels and nothing to choose', async () => {
  const asked: object[] = []
  for (const name of ['best', 'best-small']) {
    const learnt = await presets[name]?.(B, table, { key: key(2) })
    for (const { weight, bias } of learnt?.parameters ?? []) [weight, bias].forEach((x) => B.free(x as never))
    asked.push(vi.mocked(learnBest).mock.lastCall?.[2] as object)
  }
  expect(asked).toEqual([
    { key: key(2) },
    { key: key(2), labels: 8_000, iterations: 3_000, spread: bestSettings.spread, step: bestSettings.step },
  ])
})
