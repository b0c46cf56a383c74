import type { ExperimentResult, Figure, Mark } from '@tweedie/cem'
import { describe, expect, test } from 'vitest'
import { checkResult, figureFile } from './check-result.js'
import { gallery } from './testing.js'

const sound = gallery('curve', [0], 'quick')
const panel = { title: 'p', x: { label: 'x' }, y: { label: 'y' }, marks: [] as Mark[] }
const withPanel = (change: object): Partial<ExperimentResult> => ({
  figures: [{ id: 'a', title: '', caption: '', panels: [{ ...panel, ...change }] }],
})
const figure = (id: string): Figure => ({ id, title: '', caption: '', panels: [panel] })

test('a sound result passes', () => {
  expect(() => checkResult(sound)).not.toThrow()
})

describe('refuses', () => {
  test.each<[string, string, Partial<ExperimentResult>, RegExp]>([
    ['a measure', 'NotFinite', { measures: [{ quantity: 'q', variant: 'v', ours: Number.NaN }] }, /curve, measure "q" of "v"/],
    ['a seed', 'NotFinite', { measures: [{ quantity: 'q', variant: 'v', ours: 1, perSeed: [1, Number.POSITIVE_INFINITY] }] }, /Infinity/],
    ['the paper’s number', 'NotFinite', { measures: [{ quantity: 'q', variant: 'v', ours: 1, paper: Number.NaN }] }, /measure/],
    ['a setting', 'NotFinite', { settings: { a: [{ b: Number.NaN }] } }, /settings\.a\.0\.b/],
    [
      'a point',
      'NotFinite',
      withPanel({
        marks: [
          {
            kind: 'line',
            role: 'cem',
            label: 'CEM',
            points: [
              [0, 0],
              [1, Number.NaN],
            ],
          },
        ],
      }),
      /"CEM", point 1/,
    ],
    ['a level', 'NotFinite', withPanel({ marks: [{ kind: 'level', role: 'cem', y: Number.NaN }] }), /level/],
    ['a range', 'NotFinite', withPanel({ x: { label: 'x', domain: [0, Number.NaN] } }), /x axis/],
    ['a reversed range', 'InvalidArgument', withPanel({ y: { label: 'y', domain: [1, 0] } }), /y axis/],
    [
      'a range from 0 on a logarithmic axis',
      'InvalidArgument',
      withPanel({ y: { label: 'y', domain: [0, 1], scale: 'log' } }),
      /logarithmic/,
    ],
    [
      'a dot without a size',
      'InvalidArgument',
      withPanel({ marks: [{ kind: 'dots', role: 'cem', points: [], size: 0 }] }),
      /radius 0 pixels/,
    ],
    ['a name that leaves the folder', 'InvalidArgument', { figures: [figure('../a')] }, /"\.\.\/a" cannot name/],
    ['two figures of one file', 'InvalidArgument', { figures: [figure('a'), figure('fig-a')] }, /two figures/],
    ['no panel', 'InvalidArgument', { figures: [{ ...figure('a'), panels: [] }] }, /no panel/],
    [
      'no condition',
      'InvalidArgument',
      { claims: [{ statement: 's', verdict: 'reproduced under a condition', evidence: 'e' }] },
      /no condition is given/,
    ],
  ])('%s', (_, tag, change, message) => {
    const attempt = () => checkResult({ ...sound, ...change })
    expect(attempt).toThrow(expect.objectContaining({ _tag: tag }))
    expect(attempt).toThrow(message)
  })
})

test('file names', () => {
  expect([figureFile({ id: 'fig-4' }), figureFile({ id: 'loss' })]).toEqual(['fig-4.svg', 'fig-loss.svg'])
})
