import { bestSettings, paperSettings } from '@tweedie/density'
import fc from 'fast-check'
import * as E from 'fp-ts/lib/Either.js'
import { describe, expect, test } from 'vitest'
import { presets } from './names.js'
import { parseBackend, parseSample, parseSettings, type SettingsText } from './parse-settings.js'
import { type FitSettings, floorFor, hiddenOf, presetSettings } from './settings.js'

const settings = (given: SettingsText): FitSettings => {
  const parsed = parseSettings(given)
  if (E.isLeft(parsed)) throw parsed.left
  return parsed.right
}
const refused = (given: SettingsText) => {
  const parsed = parseSettings(given)
  if (E.isRight(parsed)) throw new Error(`${JSON.stringify(given)} was not refused`)
  return parsed.left
}

describe('presets', () => {
  test('without an option the preset is best; each preset alone is its settings', () => {
    expect(settings({})).toEqual(presetSettings.best)
    for (const preset of presets) expect(settings({ preset })).toEqual(presetSettings[preset])
    for (const preset of presets) expect(presetSettings[preset].preset).toBe(preset)
  })

  test('best and paper say what the library says', () => {
    expect(settings({})).toMatchObject({
      floor: bestSettings.floor,
      labels: bestSettings.labels,
      steps: bestSettings.solverSteps,
      trainingSteps: bestSettings.iterations,
      batch: bestSettings.batch,
      rate: bestSettings.rate,
      activation: bestSettings.activation,
    })
    expect(settings({ preset: 'paper' })).toMatchObject({
      scaling: 'standard',
      solver: 'euler',
      grid: 'linear',
      steps: paperSettings.steps,
      labels: paperSettings.labels,
      miniBatch: paperSettings.miniBatch,
      trainingSteps: paperSettings.iterations,
      batch: paperSettings.labels,
      rate: paperSettings.rate,
    })
  })

  test('of best nothing is chosen beforehand: spread, step and layers depend on the table', () => {
    expect(presetSettings.best.spread).toBeUndefined()
    expect(presetSettings.best.step).toBeUndefined()
    expect(hiddenOf(presetSettings.best, 2)).toHaveLength(3)
    expect(hiddenOf(settings({ hidden: '7,5' }), 2)).toEqual([7, 5])
  })

  test('an option changes its setting and no other', () => {
    const options: readonly (readonly [SettingsText, Partial<FitSettings>])[] = [
      [{ spread: '0' }, { spread: 0 }],
      [{ step: '0.25' }, { step: 0.25 }],
      [{ step: '1' }, { step: 1 }],
      [{ step: 'network' }, { step: 'network' }],
      [
        { labels: '50', seed: '3' },
        { labels: 50, seed: 3 },
      ],
      [
        { solver: 'heun', grid: 'karras' },
        { solver: 'heun', grid: 'karras' },
      ],
      [{ scaling: 'normal-scores' }, { scaling: 'normal-scores' }],
    ]
    for (const [given, wanted] of options) expect(settings(given)).toEqual({ ...presetSettings.best, ...wanted })
    expect(settings({ preset: 'plain', scaling: 'standard', miniBatch: '9' })).toEqual({
      ...presetSettings.plain,
      scaling: 'standard',
      miniBatch: 9,
    })
  })
})

describe('refusals', () => {
  const idle: readonly (readonly [SettingsText, option: string, preset: string])[] = [
    [{ miniBatch: '10' }, '--mini-batch', 'best'],
    [{ scaling: 'standard' }, '--scaling standard', 'best'],
    [{ preset: 'plain', spread: '0.3' }, '--spread', 'plain'],
    [{ preset: 'plain', step: 'network' }, '--step', 'plain'],
    [{ preset: 'paper', spread: '0.3' }, '--spread', 'paper'],
    [{ preset: 'paper', step: '0.3' }, '--step', 'paper'],
    [{ preset: 'paper', solver: 'euler' }, '--solver', 'paper'],
    [{ preset: 'paper', grid: 'linear' }, '--grid', 'paper'],
    [{ preset: 'paper', floor: '0.01' }, '--floor', 'paper'],
    [{ preset: 'paper', activation: 'tanh' }, '--activation', 'paper'],
    [{ preset: 'paper', scaling: 'normal-scores' }, '--scaling normal-scores', 'paper'],
  ]
  test.each(idle)('%o means nothing to its preset', (given, option, preset) =>
    expect(refused(given)).toMatchObject({
      _tag: 'Usage',
      message: expect.stringContaining(`${option}: it means nothing to preset ${preset}`),
    }),
  )

  test.each<readonly [SettingsText, string]>([
    [{ preset: 'worst' }, 'one of best, plain, paper'],
    [{ spread: '-0.1' }, '--spread'],
    [{ spread: 'wide' }, '--spread'],
    [{ step: '0' }, '--step'],
    [{ step: '1.01' }, '--step'],
    [{ step: 'Network' }, '--step'],
    [{ step: '' }, '--step'],
    [{ labels: '9' }, '--labels'],
    [{ hidden: '8,x' }, '--hidden'],
    [{ backend: 'abacus' }, 'one of wasm, cpu, webgpu'],
    [{ backend: 'webgpu', threads: '2' }, '--threads: it means nothing to backend webgpu'],
  ])('%o', (given, text) => expect(refused(given)).toMatchObject({ _tag: 'Usage', message: expect.stringContaining(text) }))

  test('any text at all gives settings or a Usage error', () => {
    const names = Object.keys({ ...presetSettings.paper, spread: 0, step: 0, samples: 0, threads: 0 })
    const text = fc.oneof(fc.string({ maxLength: 6 }), fc.constantFrom('0', '1', '0.5', '1e9', '-1', 'network', 'standard', ...presets))
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...names), text, { maxKeys: 3 }), (given) => {
        const parsed = parseSettings(given as SettingsText)
        if (E.isLeft(parsed)) expect(parsed.left._tag).toBe('Usage')
        else expect(presets).toContain(parsed.right.preset)
      }),
    )
  })
})

test('what computes, of the other commands', () => {
  expect(parseBackend({ backend: 'webgpu' })).toEqual({ backend: 'webgpu' })
  expect(parseBackend({ backend: 'wasm', threads: '3' })).toEqual({ backend: 'wasm', threads: 3 })
  expect(() => parseBackend({ backend: 'webgpu', threads: '3' })).toThrow(/--threads: it means nothing to backend webgpu/)
  const sample = { count: '3', seed: '1', backend: 'webgpu' }
  expect(parseSample(sample)).toEqual(E.right({ count: 3, seed: 1, backend: 'webgpu' }))
  expect(parseSample({ ...sample, threads: '1' })).toMatchObject({ left: { _tag: 'Usage', where: '--threads' } })
})

test('the floor of plain falls with the rows, and stays below a quarter', () => {
  expect(floorFor(1_000, 4)).toBeCloseTo(0.25 * 4 * 0.01, 12)
  expect(floorFor(2, 40)).toBe(0.25)
})
