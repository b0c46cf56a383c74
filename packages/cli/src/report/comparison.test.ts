import { parseHTML } from 'linkedom'
import { describe, expect, it } from 'vitest'
import type { ReportComparison, ReportInput } from './input.js'
import { renderReport } from './report.js'
import { comparison, testInput } from './test-input.js'
import { malformed } from './test-markup.js'
import { verdict } from './verdict.js'

const ratios = { median: 0.8, fifthPercentile: 0.3 }
const compared: ReportComparison = {
  generated: comparison(3, 0.61, 0.08),
  floor: comparison(3, 0.502, 0.04),
  distanceRatio: { generated: ratios, heldOut: { ...ratios, fifthPercentile: 0.4 } },
}
const base = testInput(3)
const withComparison = (changes: Partial<ReportComparison> = {}): ReportInput => ({
  ...base,
  metrics: { ...base.metrics, comparison: { ...compared, ...changes } },
})
const cells = (page: string): string[][] => {
  const document = parseHTML(page).document as unknown as Document
  const table = Array.from(document.querySelectorAll('#metrics table')).find((one) => one.textContent?.includes('Further measures'))
  return Array.from(table?.querySelectorAll('tbody tr') ?? [], (row) => Array.from(row.children, (cell) => cell.textContent ?? ''))
}

describe('the measures without a bound', () => {
  it('stand beside what real rows give', () => {
    const page = renderReport(withComparison())
    expect(malformed(page)).toBeUndefined()
    expect(cells(page)).toEqual([
      ['Classifier accuracy (C2ST)', '0.610 ± 0.012', '0.502 ± 0.012'],
      ['Largest Kolmogorov–Smirnov', '0.0800', '0.0400'],
      ['Correlation difference', '0.0800', '0.0400'],
      ['Rank correlation difference', '–', '–'],
      ['Density', '0.920', '0.960'],
      ['Coverage', '0.960', '0.960'],
      ['Nearest-neighbour ratio', '0.300', '0.400'],
    ])
    expect(cells(renderReport(base))).toEqual([])
  })

  it('give the classifier a sentence, and none where there was no classifier', () => {
    const sentence =
      'A classifier tells samples from held-out rows in 61.0 ± 1.2\u00a0% of cases, training rows in 50.2 ± 1.2\u00a0%; 50\u00a0% is chance.'
    expect(verdict(withComparison()).remark).toBe(sentence)
    const none = { ...compared.generated, classifier: null, neighbourhood: null }
    const few = withComparison({ generated: none, floor: none })
    expect(verdict(few).remark).toBe('')
    expect(cells(renderReport(few)).map(([, samples]) => samples)).toEqual(['–', '0.0800', '0.0800', '–', '–', '–', '0.300'])
  })
})
