import fc from 'fast-check'
import { parseHTML } from 'linkedom'
import { describe, expect, it } from 'vitest'
import type { ReportInput } from './input.js'
import { renderReport } from './report.js'
import { table, testInput } from './test-input.js'
import { active, malformed } from './test-markup.js'

const ids = ['pairs', 'marginals', 'correlations', 'metrics', 'loss', 'trajectories', 'timings', 'settings']

const parse = (page: string): Document => parseHTML(page).document as unknown as Document

/** A NaN in a coordinate draws nothing and says nothing; ⚠ is how Plot says that it left something out. */
const brokenNumbers = (page: string): string[] =>
  Array.from(page.matchAll(/\w+="[^"]*(?:NaN|Infinity|undefined)[^"]*"|⚠/g), (match) => match[0])

const figures = (document: Document, id: string): number => document.querySelectorAll(`#${id} svg`).length

const sound = (input: ReportInput): Document => {
  const page = renderReport(input)
  expect(malformed(page)).toBeUndefined()
  expect(active(page)).toEqual([])
  expect(brokenNumbers(page)).toEqual([])
  const document = parse(page)
  for (const id of ids) expect(document.querySelectorAll(`section#${id} h2`).length, id).toBe(1)
  return document
}

describe('renderReport', () => {
  it('is a complete page with every section, figure and table', () => {
    const document = sound(testInput(4))
    expect(document.querySelector('title')?.textContent).toBe('Test table')
    expect(figures(document, 'pairs')).toBe(6)
    expect(figures(document, 'marginals')).toBe(4)
    expect(figures(document, 'correlations')).toBe(3)
    expect(figures(document, 'loss')).toBe(1)
    expect(figures(document, 'trajectories')).toBe(2)
    expect(figures(document, 'timings')).toBe(1)
    expect(document.querySelectorAll('#timings tbody tr').length).toBe(3)
    expect(document.querySelectorAll('#metrics table').length).toBe(2)
    for (const name of testInput(4).names) expect(document.querySelector('#marginals')?.textContent).toContain(name)
    expect(document.querySelector('#settings code')?.textContent).toBe('tweedie fit table.csv --seed 1')
    expect(document.querySelector('.notices')?.textContent).toContain('Two rows were left out.')
  })

  it('draws as many data points as samples, at most 1,500 of each', () => {
    const document = sound(testInput(2, { heldOut: table(1, 4000, 2), generated: table(3, 1700, 2) }))
    const groups = Array.from(document.querySelectorAll('#pairs svg g[stroke-linecap="round"]'))
    const outside = document.querySelector('#pairs figcaption')?.textContent ?? ''
    const [data = 0, samples = 0] = Array.from(outside.matchAll(/(\d+) (?:data point|sample)/g), (match) => Number(match[1]))
    expect(groups.map((group) => group.querySelectorAll('path').length)).toEqual([1500 - data, 1500 - samples])
  })

  it('gives every figure a description and every table a header', () => {
    const document = sound(testInput(3))
    for (const svg of Array.from(document.querySelectorAll('svg'))) {
      expect(svg.getAttribute('role')).toBe('img')
      expect((svg.getAttribute('aria-label') ?? '').length).toBeGreaterThan(20)
    }
    for (const one of Array.from(document.querySelectorAll('table')))
      expect(one.querySelectorAll('thead th[scope="col"]').length).toBeGreaterThan(1)
  })

  it('allows its own style sheet alone', () => {
    const page = renderReport(testInput(2))
    const policy = parse(page).querySelector('meta[http-equiv="Content-Security-Policy"]')?.getAttribute('content') ?? ''
    expect(policy).toMatch(/^default-src 'none'; style-src 'sha256-[A-Za-z0-9+/]{43}='; /)
    expect(page.match(/<style>/g)?.length).toBe(1)
  })

  it('shows names as text, whatever they hold', () => {
    const names = ['<script>alert(1)</script>', '"quoted" & \'single\'', 'line\nbreak\u0000\ud800', '', '東京の気温'.repeat(20)]
    const input = testInput(5, {
      names,
      title: '</title><script>x</script>',
      source: '"><img src=x onerror=y>.csv',
      notices: ['<b>bold</b>'],
      command: 'tweedie fit "a&b" <in',
    })
    const document = sound({ ...input, trajectories: { ...(input.trajectories as NonNullable<ReportInput['trajectories']>), names } })
    expect(document.querySelectorAll('script, img').length).toBe(0)
    expect(document.querySelector('#marginals h3')?.textContent).toBe('<script>alert(1)</script>')
    expect(document.querySelector('h1')?.textContent).toBe('</title><script>x</script>')
    expect(document.querySelector('#settings code')?.textContent).toBe('tweedie fit "a&b" <in')
    expect(document.querySelector('#metrics')?.textContent).toContain('column 4')
  })

  it('is well formed for any names', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 40 }), { minLength: 2, maxLength: 3 }), (names) => {
        const input = testInput(names.length, {
          names,
          title: names[0] as string,
          heldOut: table(1, 30, names.length),
          generated: table(2, 30, names.length),
          history: [],
        })
        expect(malformed(renderReport({ ...input, trajectories: undefined }))).toBeUndefined()
      }),
      { numRuns: 25, seed: 7 },
    )
  })

  it('is drawn for any finite numbers', () => {
    const number = fc.oneof(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.integer({ min: -3, max: 3 }),
      fc.constantFrom(0, 1e-300, -1e-12, 1e15, 1.5e12),
    )
    const rows = fc.array(fc.tuple(number, number), { minLength: 1, maxLength: 40 })
    const matrix = (values: [number, number][]) => ({ data: Float64Array.from(values.flat()), rows: values.length, columns: 2 })
    fc.assert(
      fc.property(rows, rows, rows, (a, b, c) => {
        const page = renderReport(testInput(2, { heldOut: matrix(a), training: matrix(b), generated: matrix(c) }))
        expect(brokenNumbers(page)).toEqual([])
        expect(malformed(page)).toBeUndefined()
      }),
      { numRuns: 30, seed: 11 },
    )
  })

  it('says so when there is no history, no trajectory and no ratio', () => {
    const base = testInput(3, { history: [], trajectories: undefined, bestStep: undefined })
    const document = sound({
      ...base,
      metrics: { ...base.metrics, halves: null, memorisation: { ratio: null, reason: 'half of the rows repeat' } },
    })
    expect(document.querySelector('#loss')?.textContent).toContain('No loss was recorded')
    expect(document.querySelector('#trajectories')?.textContent).toContain('No trajectories were recorded')
    expect(document.querySelector('#metrics')?.textContent).toContain('half of the rows repeat')
    expect(figures(document, 'loss') + figures(document, 'trajectories')).toBe(0)
  })

  it('leaves out losses that are not finite, and counts them', () => {
    const history = [1, Number.NaN, Number.POSITIVE_INFINITY, 0.5].map((trainLoss, step) => ({ step, trainLoss }))
    const document = sound(testInput(2, { history, bestStep: 3 }))
    expect(document.querySelector('#loss')?.textContent).toContain('2 recorded losses are not finite')
  })

  it('draws one history point, losses of zero, and trajectories of one coordinate', () => {
    expect(figures(sound(testInput(1, { history: [{ step: 10, trainLoss: 0.5 }], bestStep: 10 })), 'loss')).toBe(1)
    expect(
      figures(
        sound(
          testInput(2, {
            history: [
              { step: 0, trainLoss: 0 },
              { step: 1, trainLoss: 0 },
            ],
          }),
        ),
        'loss',
      ),
    ).toBe(1)
    expect(figures(sound(testInput(1)), 'trajectories')).toBe(1)
  })

  it('takes a table of one column', () => {
    const document = sound(testInput(1))
    expect(figures(document, 'pairs') + figures(document, 'correlations')).toBe(0)
    expect(figures(document, 'marginals')).toBe(1)
  })

  it('draws 24 of 40 columns, says how many it omits, and lists all divergences', () => {
    const document = sound(testInput(40))
    expect(figures(document, 'marginals')).toBe(24)
    expect(document.querySelector('#marginals')?.textContent).toContain('16 are omitted')
    expect(document.querySelectorAll('#metrics details tbody tr').length).toBe(40)
  })

  it('takes constant columns, generated and held out', () => {
    const input = testInput(3)
    const constant = (matrix: ReportInput['heldOut'], j: number) => ({
      ...matrix,
      data: matrix.data.map((value, e) => (e % 3 === j ? 7 : value)),
    })
    const document = sound({ ...input, generated: constant(input.generated, 1), heldOut: constant(input.heldOut, 2) })
    expect(document.querySelector('#correlations')?.textContent).toContain('does not vary')
  })

  it('gives the same bytes for the same input', () => {
    expect(renderReport(testInput(5))).toBe(renderReport(testInput(5)))
  })

  it('stays under 2.5 MB for 12 columns and many rows', () => {
    const page = renderReport(testInput(12, { heldOut: table(1, 5000, 12), generated: table(3, 20_000, 12) }))
    expect(Buffer.byteLength(page)).toBeLessThan(2_500_000)
  })

  it('refuses tables that do not fit, empty tables and numbers that are not finite', () => {
    const input = testInput(2)
    const refused = (changes: Partial<ReportInput>, tag: string): void => {
      expect(() => renderReport({ ...input, ...changes })).toThrow(expect.objectContaining({ _tag: tag }))
    }
    refused({ names: ['one'] }, 'ShapeMismatch')
    refused({ heldOut: table(1, 20, 3) }, 'ShapeMismatch')
    refused({ metrics: { ...input.metrics, floor: { ...input.metrics.floor, marginalKl: [0] } } }, 'ShapeMismatch')
    refused({ generated: { data: new Float64Array(0), rows: 0, columns: 2 } }, 'InvalidArgument')
    refused({ training: { data: Float64Array.of(1, Number.NaN), rows: 1, columns: 2 } }, 'NotFinite')
  })
})
