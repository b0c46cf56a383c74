import { fold, type HostMatrix, key, normalArray } from '@tweedie/core'
import { boostingClassifier, evaluateSamples } from '@tweedie/metrics'
import { describe, expect, test } from 'vitest'
import { evaluationText } from './evaluation-text.js'

const normals = (stream: number, rows: number): HostMatrix => ({ data: normalArray(fold(key(1), stream), 2 * rows), rows, columns: 2 })

const textOf = (rows: number): string =>
  evaluationText({
    real: 'real.csv',
    generated: 'made.csv',
    training: 'train.csv',
    columns: ['x', 'y'],
    leftOut: [],
    evaluation: evaluateSamples(normals(0, rows), normals(1, rows), normals(2, rows), {
      key: key(2),
      classifier: boostingClassifier({ trees: 3, leaves: 3 }),
    }),
  })

/** The cells of the line that starts with `name`. */
const cells = (text: string, name: string): string[] =>
  (text.split('\n').find((line) => line.startsWith(name)) ?? '').slice(name.length).trim().split(/\s+/)

const further = ['largest Kolmogorov–Smirnov', 'correlation difference', 'rank correlation diff.', 'Sinkhorn divergence', 'MMD², unbiased']
const neighbourly = ['C2ST accuracy', 'C2ST area under ROC', 'density', 'coverage', 'precision', 'recall']

describe('evaluationText', () => {
  test('has a value and a floor for every metric', () => {
    const text = textOf(60)
    for (const name of [...further, ...neighbourly, 'distance ratio, median', 'distance ratio, lowest 5 %'])
      expect(cells(text, name).map(Number), name).toEqual([expect.any(Number), expect.any(Number)])
    for (const name of [...further, ...neighbourly]) expect(cells(text, name).map(Number).every(Number.isFinite), name).toBe(true)
    expect(text).toMatch(/C2ST: ± .* 60 rows of each, 5 folds, gradient boosting/)
    expect(text).not.toContain('did not converge')
  })

  test('shows a dash where there are too few rows', () => {
    const text = textOf(4)
    for (const name of neighbourly) expect(cells(text, name)).toEqual(['–', '–'])
    expect(text).not.toContain('C2ST: ±')
  })
})
