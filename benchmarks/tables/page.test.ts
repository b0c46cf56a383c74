import { describe, expect, it } from 'vitest'
import { page, summaryOf, type Table, tableOf, verdictOf } from './page.mjs'
import { judged, targetsOf } from './targets.mjs'

const targets = targetsOf('power', 37_283, { meanKl: 0.002, energy: 0.0004 })
const good = { c2st: 0.52, ratio: 1, meanKl: 0.011, energy: 0.0013, logLikelihood: 1.31 }
const bad = { c2st: 0.6, ratio: 1.5, meanKl: 0.02, logLikelihood: 1.1 }
const table: Table = {
  name: 'power',
  title: 'POWER',
  sizes: { train: 10_000, test: 7_457, columns: 6 },
  targets,
  rows: [
    { label: 'training rows', floor: true, values: { c2st: 0.5, ratio: 0, meanKl: 0.002, energy: 0.0004 } },
    { label: 'one', values: good, judged: judged(targets, good), settings: { floor: 0.123456, steps: 40 } },
    { label: 'two', values: bad, judged: judged(targets, bad) },
    { label: 'three', missing: 'no Python with torch' },
  ],
}

describe('targets', () => {
  it('are those of the table, with the training rows as the floor', () => {
    expect(Object.fromEntries(Object.entries(targets).map(([name, { text }]) => [name, text]))).toEqual({
      c2st: 'at most 0.53',
      ratio: 'between 0.9 and 1.3',
      meanKl: 'at most 0.012',
      energy: 'at most 0.0014',
      logLikelihood: 'at least 1.3',
    })
    expect(targetsOf('airfoil', 1503, { meanKl: 0.02, energy: 0.01 })).not.toHaveProperty('energy')
    expect(targetsOf('airfoil', 1503).c2st?.text).toBe('at most 0.55')
  })

  it('say by how much they are missed, on either side', () => {
    expect(judged(targets, { ratio: 0.7 })[1]).toMatchObject({ state: 'missed', by: expect.closeTo(0.2, 12) })
    expect(judged(targets, { ratio: 1.5 })[1]).toMatchObject({ state: 'missed', by: expect.closeTo(0.2, 12) })
    expect(judged(targets, good).map(({ state }) => state)).toEqual(Array(5).fill('met'))
    expect(judged(targets, bad).find(({ name }) => name === 'energy')?.state).toBe('not measured')
    expect(judged(targets, bad).find(({ name }) => name === 'logLikelihood')).toMatchObject({
      state: 'missed',
      by: expect.closeTo(0.2, 12),
    })
  })
})

describe('the page', () => {
  it('has a line for each method that ran, bold where a target is met, never on a floor', () => {
    const lines = tableOf(table).split('\n')
    expect(lines.find((line) => line.startsWith('| one'))).toBe('| one | **0.520** | **1.00** | **0.0110** | **0.0013** | **1.31** |')
    expect(lines.find((line) => line.startsWith('| two'))).toBe('| two | 0.600 | 1.50 | 0.0200 | – | 1.10 |')
    expect(lines.find((line) => line.startsWith('| training'))).toBe('| training rows | 0.500 | 0.00 | 0.0020 | 0.0004 | – |')
    expect(lines).toContain('* left out: three, no Python with torch')
    expect(lines).toContain('* one: floor 0.123, steps 40')
    expect(lines.filter((line) => line.startsWith('|')).map((line) => line.split('|').length)).toEqual(Array(5).fill(8))
  })

  it('sums up, and says what is missed and by how much', () => {
    expect(summaryOf([table])).toContain('| one | **0.520** / **1.00** |')
    expect(summaryOf([table])).toContain('| three | – |')
    const text = verdictOf([table], 'two')
    expect(text).toContain('two meets 0 of 4 targets measured.')
    expect(text).toContain('* missed: power, C2ST 0.600, wanted at most 0.53, off by 0.070')
    expect(text).toContain('* not measured: power, energy distance, wanted at most 0.0014')
    expect(verdictOf([table], 'one')).toContain('one meets 5 of 5')
    expect(verdictOf([table], 'four')).toBe('')
    expect(page({ processor: 'p', cores: 2, node: '20', v8: '11' }, ['scikit-learn 1.2'], 0, [table])).toContain(
      'Measured on 2 cores of p, Node 20 (V8 11), scikit-learn 1.2; split by seed 0.',
    )
  })
})
