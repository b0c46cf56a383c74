import { parseHTML } from 'linkedom'
import { expect, test } from 'vitest'
import { active, malformed } from '../../report/test-markup.js'
import type { StoredExperiment } from '../experiment-folder.js'
import { figureSvg } from '../figure/index.js'
import type { ResultFile } from '../result-file.js'
import { gallery } from '../testing.js'
import { renderPage } from './page.js'
import { verdictSentence } from './verdict.js'

const stored = (name: string, change: Partial<ResultFile> = {}): StoredExperiment => {
  const { figures, ...given } = gallery(name, [0, 1, 2], 'quick')
  const svg = figureSvg(figures[1] as (typeof figures)[number])
  return {
    result: {
      ...given,
      format: 'tweedie-reproduction',
      version: 1,
      tweedie: '1.2.3',
      scale: 'quick',
      settingsSha256: 'abc',
      figures: [{ file: 'fig-error.svg', title: 'Error', caption: 'Both axes <are> logarithmic.', sha256: 'def' }],
      timings: {
        seconds: 75,
        stages: [{ stage: 'training CEM', seconds: 61 }],
        found: 2,
        backend: 'wasm, float32, relaxed build',
        threads: 2,
        machine: { node: 'v20.0.0', platform: 'linux-x64', processors: 8 },
        date: '2000-01-01T00:00:00.000Z',
      },
      ...change,
    },
    figures: new Map([['fig-error.svg', svg]]),
  }
}

const page = renderPage(
  [stored('line-normal'), stored('curve', { scale: 'paper', seeds: [4] })],
  ['eight-points: result.json: it is not JSON'],
)
const document = parseHTML(page).document as unknown as Document
const text = (selector: string): string => (document.querySelector(selector)?.textContent ?? '').replace(/\s+/g, ' ')

test('is one well-formed page that loads and runs nothing', () => {
  expect(malformed(page)).toBeUndefined()
  expect(active(page)).toEqual([])
  expect(page).not.toMatch(/NaN|undefined/)
  const ids = Array.from(document.querySelectorAll('[id]'), ({ id }) => id)
  expect(new Set(ids).size).toBe(ids.length)
})

test('begins with every statement and its verdict, the condition in words', () => {
  const rows = Array.from(document.querySelectorAll('header table tbody tr'))
  expect(rows).toHaveLength(6)
  expect(text('header table')).toMatch(/DDPM leaves it <near> the end & later\..*reproduced under a condition.*for times drawn uniformly/)
  expect(text('header table')).toMatch(/SGM cannot be trained at all\..*✗ not reproduced/)
  expect(text('.verdict')).toBe(
    'Of 6 statements of the paper that were tried: 2 reproduced as they stand, 2 under a condition, 2 not reproduced.',
  )
  expect(text('.notices')).toContain('eight-points: result.json: it is not JSON')
})

test('each section says scale and seeds, and has figure, measures, evidence, remarks, settings and timings', () => {
  expect(text('#line-normal .lead')).toBe('Figures 1 to 3. Quick scale, seeds 0, 1, 2.')
  expect(text('#curve .lead')).toBe('Figures 1 to 3. The paper’s scale, seed 4.')
  const section = text('#curve')
  expect(document.querySelector('#curve figure svg')).not.toBeNull()
  for (const words of [
    'Both axes <are> logarithmic.',
    'With log-uniform times it does not: 0.02.',
    'the published program has 50,000',
    '"law": "log-uniform"',
    'It took 75.0 s',
    'training CEM',
    'tweedie 1.2.3, wasm, float32, relaxed build, 2 threads; Node v20.0.0 on linux-x64, 8 processors',
    'An earlier run had computed 2 entries of the store',
  ])
    expect(section.replaceAll('\u00a0', ' ')).toContain(words)
  const cells = Array.from(document.querySelectorAll('#curve tbody tr'), (row) =>
    Array.from(row.children, (cell) => (cell.textContent ?? '').trim()),
  )
  expect(cells).toContainEqual(['standard deviation of x₂', 'CEM', '0.0123', '0.0118 to 0.0140', '0.01'])
  expect(cells).toContainEqual(['DDPM, log-uniform times', '0.230', '0.200 to 0.310', '0.1875'])
  expect(cells).toContainEqual(['time to train (steps)', 'CEM', '12,000', '–', '–'])
})

test('an empty folder and an experiment that says little give a page too', () => {
  for (const experiments of [[], [stored('curve', { claims: [], measures: [], remarks: [], figures: [] })]]) {
    const small = renderPage(experiments, [])
    expect(malformed(small)).toBeUndefined()
    expect(small).toContain('No statement of the paper was judged.')
  }
})

test('the sentence about one and about all', () => {
  const claim = { statement: 's', verdict: 'reproduced', evidence: 'e' } as const
  expect(verdictSentence([claim])).toMatch(/^The one statement/)
  expect(verdictSentence([claim, claim])).toMatch(/^All 2 statements/)
  expect(verdictSentence([{ ...claim, verdict: 'not reproduced' }])).toBe('Of 1 statement of the paper that was tried: 1 not reproduced.')
})
