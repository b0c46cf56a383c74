import { fold, fromRows, type HostMatrix, hostMatrix, key, permutation, takeRows } from '@tweedie/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { areaUnderRoc } from './area-under-roc.js'
import { boostedLogOdds, boostingClassifier, gradientBoosting } from './gradient-boosting.js'
import { coarse, mapEntries, moderate, normalSample, sample, tagOf } from './test-samples.js'

/** Numbers that any language can rebuild. */
const waves = (rows: number, columns: number, shift: number): HostMatrix =>
  hostMatrix(
    Float64Array.from({ length: rows * columns }, (_, k) => {
      const [i, j] = [Math.floor(k / columns) + 1, k % columns]
      return Math.sin(i * (j + 1.3) + shift) + 0.3 * Math.cos(i * 0.7 * (j + 2.1))
    }),
    rows,
    columns,
  )

/** Label 1 with probability 1/(1 + e^−s) for the score s of each row. */
const drawn = (seed: number, rows: HostMatrix, score: (row: Float64Array) => number): Uint8Array => {
  const noise = normalSample(fold(key(seed), 7), rows.rows, 2)
  return Uint8Array.from({ length: rows.rows }, (_, i) => {
    const uniform = Math.exp(-((noise.data[2 * i] as number) ** 2 + (noise.data[2 * i + 1] as number) ** 2) / 2)
    const s = score(rows.data.subarray(i * rows.columns, (i + 1) * rows.columns))
    return uniform < 1 / (1 + Math.exp(-s)) ? 1 : 0
  })
}

describe('gradientBoosting', () => {
  /*
   * scikit-learn 1.2.2:
   *   i = np.arange(n)[:, None] + 1; j = np.arange(3)[None, :]
   *   waves = lambda n, s: np.sin(i*(j + 1.3) + s) + 0.3*np.cos(i*0.7*(j + 2.1))
   *   k = np.arange(400); x = waves(400, 0); q = waves(8, 0.4)
   *   y = (x[:,0]*x[:,1] + 0.5*x[:,2] + 0.6*np.sin(k*12.9898)*np.cos(k*4.1) > 0).astype(int)
   *   HistGradientBoostingClassifier(early_stopping=False, **options).fit(x, y).decision_function(q)
   */
  const rows = waves(400, 3, 0)
  const at = (i: number, j: number): number => rows.data[3 * i + j] as number
  const labels = Uint8Array.from({ length: 400 }, (_, i) =>
    at(i, 0) * at(i, 1) + 0.5 * at(i, 2) + 0.6 * Math.sin(i * 12.9898) * Math.cos(i * 4.1) > 0 ? 1 : 0,
  )
  it.each([
    ['its defaults', {}, [1.058134, -0.839318, -7.749385, 4.433241, -3.99865, 6.157555, -3.858747, 4.153918]],
    [
      'max_bins 16, learning_rate 0.3, max_iter 20, max_leaf_nodes 8, max_depth 3, min_samples_leaf 5, l2_regularization 2',
      { bins: 16, learningRate: 0.3, trees: 20, leaves: 8, depth: 3, minimumLeafRows: 5, penalty: 2 },
      [0.111558, -0.451573, -3.903383, 2.01855, -3.045354, 3.751832, -2.148928, 2.589837],
    ],
  ])('gives what scikit-learn gives with %s', (_, options, expected) => {
    const scores = boostedLogOdds(gradientBoosting({ rows, labels }, options), waves(8, 3, 0.4))
    // Quoted to 6 decimals; scikit-learn's gradients are single precision, 6e-8 of a sum of at most a few units.
    scores.forEach((score, i) => {
      expect(Math.abs(score - (expected[i] as number))).toBeLessThan(2e-6)
    })
  })

  it('is one Newton step in closed form for one cut', () => {
    // 3 of 4 rows at 0 and 1 of 6 rows at 1 have label 1: p = 0.4, so the left leaf is 0.5·(3 − 4p)/(4 p (1 − p) + λ).
    const column = fromRows([0, 0, 0, 0, 1, 1, 1, 1, 1, 1].map((x) => [x]))
    const model = gradientBoosting(
      { rows: column, labels: [1, 1, 1, 0, 1, 0, 0, 0, 0, 0] },
      { trees: 1, learningRate: 0.5, minimumLeafRows: 1, penalty: 0.7 },
    )
    const [left, right] = boostedLogOdds(model, fromRows([[0.5], [0.6]]))
    const baseline = Math.log(0.4 / 0.6)
    // Gradients are rounded to 2⁻³⁰.
    expect(left).toBeCloseTo(baseline + (0.5 * (3 - 1.6)) / (4 * 0.24 + 0.7), 8)
    expect(right).toBeCloseTo(baseline + (0.5 * (1 - 2.4)) / (6 * 0.24 + 0.7), 8)
  })

  it('is the same to the last bit in any order of the rows', () => {
    fc.assert(
      fc.property(sample(3, fc.oneof(moderate, coarse), { minRows: 20, maxRows: 80 }), fc.nat(), (table, seed) => {
        const flags = Uint8Array.from({ length: table.rows }, (_, i) =>
          i === 0 ? 1 : i === 1 ? 0 : (table.data[3 * i] as number) > 0 ? 1 : i % 2,
        )
        const order = permutation(key(seed), table.rows)
        const options = { trees: 10, minimumLeafRows: 3, bins: 8 }
        const straight = gradientBoosting({ rows: table, labels: flags }, options)
        const shuffled = gradientBoosting(
          { rows: takeRows(table, order), labels: Uint8Array.from(order, (i) => flags[i] as number) },
          options,
        )
        expect(shuffled).toEqual(straight)
      }),
      { numRuns: 30 },
    )
  })

  it('does not care for the unit of a column', () => {
    const model = gradientBoosting({ rows, labels }, { trees: 20 })
    const scaled = gradientBoosting({ rows: mapEntries(rows, (x, j) => x * 2 ** (8 * j)), labels }, { trees: 20 })
    const queries = waves(50, 3, 0.4)
    // A power of 2 rounds nothing.
    expect(
      boostedLogOdds(
        scaled,
        mapEntries(queries, (x, j) => x * 2 ** (8 * j)),
      ),
    ).toEqual(boostedLogOdds(model, queries))
  })

  it('swaps sign with the labels', () => {
    const other = gradientBoosting({ rows, labels: labels.map((label) => 1 - label) }, { trees: 30 })
    const queries = waves(50, 3, 0.4)
    const mirrored = boostedLogOdds(other, queries)
    boostedLogOdds(gradientBoosting({ rows, labels }, { trees: 30 }), queries).forEach((score, i) => {
      // Gradients are the same but for rounding to 2⁻³⁰.
      expect(Math.abs(score + (mirrored[i] as number))).toBeLessThan(1e-5)
    })
  })

  it('keeps to its limits', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 12 }),
        fc.integer({ min: 1, max: 4 }),
        fc.integer({ min: 1, max: 60 }),
        (leaves, depth, minimum) => {
          const { trees } = gradientBoosting({ rows, labels }, { trees: 3, leaves, depth, minimumLeafRows: minimum })
          for (const tree of trees) {
            const counts = new Map<number, number>()
            let deepest = 0
            for (let i = 0; i < rows.rows; i++) {
              let node = 0
              let steps = 0
              for (; (tree.columns[node] as number) >= 0; steps++)
                node = (at(i, tree.columns[node] as number) <= (tree.cuts[node] as number) ? tree.left[node] : tree.right[node]) as number
              deepest = Math.max(deepest, steps)
              counts.set(node, (counts.get(node) ?? 0) + 1)
            }
            expect(deepest).toBeLessThanOrEqual(depth)
            expect(counts.size).toBeLessThanOrEqual(leaves)
            if (tree.columns.length > 1) expect(Math.min(...counts.values())).toBeGreaterThanOrEqual(minimum)
          }
        },
      ),
      { numRuns: 25 },
    )
  })

  it('stops early where nothing is to be learnt, and keeps the trees of least validation loss', () => {
    const noise = normalSample(key(1), 600, 3)
    const coins = drawn(2, noise, () => 0)
    const { trees, validationLoss } = gradientBoosting(
      { rows: noise, labels: coins },
      { earlyStopping: { key: key(3), fraction: 0.3, patience: 5 } },
    )
    expect(trees.length).toBeLessThan(30)
    expect(validationLoss.length).toBeLessThan(60)
    expect(validationLoss.indexOf(Math.min(...validationLoss))).toBe(trees.length)
  })

  it('finds the odds of a known law', () => {
    // Log-odds 2 x: the area under the curve of the true score on fresh rows is the most any classifier reaches.
    const score = (row: Float64Array): number => 2 * (row[0] as number)
    const [train, test] = [normalSample(key(4), 3000, 4), normalSample(key(5), 3000, 4)]
    const truth = drawn(6, test, score)
    const scores = boostingClassifier({ earlyStopping: { patience: 10 } }).logOdds(
      { rows: train, labels: drawn(7, train, score) },
      test,
      key(8),
    )
    const areaOf = (values: (i: number) => number): number => {
      const pick = (label: number): number[] => [...truth.keys()].filter((i) => truth[i] === label).map(values)
      return areaUnderRoc(pick(1), pick(0)).area
    }
    const best = areaOf((i) => test.data[4 * i] as number)
    const reached = areaOf((i) => scores[i] as number)
    expect(reached).toBeLessThan(best + 0.005)
    expect(reached).toBeGreaterThan(best - 0.02)
  })

  it('gives the prior odds where no column tells anything', () => {
    const same = hostMatrix(new Float64Array(90), 30, 3)
    const flags = Uint8Array.from({ length: 30 }, (_, i) => (i < 10 ? 1 : 0))
    expect(boostedLogOdds(gradientBoosting({ rows: same, labels: flags }), fromRows([[1, 2, 3]]))[0]).toBeCloseTo(Math.log(0.5), 8)
  })

  it('refuses what it cannot learn from', () => {
    const two = fromRows([[0], [1]])
    const fit = (options: object, flags: readonly number[] = [0, 1], table = two) =>
      tagOf(() => gradientBoosting({ rows: table, labels: flags }, options))
    expect(fit({}, [0, 0])).toBe('InvalidArgument')
    expect(fit({}, [0, 2])).toBe('InvalidArgument')
    expect(fit({}, [0])).toBe('ShapeMismatch')
    expect(fit({}, [0, 1], fromRows([[0], [Number.NaN]]))).toBe('NotFinite')
    for (const options of [
      { trees: 0 },
      { leaves: 1 },
      { bins: 1 },
      { bins: 257 },
      { depth: 0 },
      { learningRate: 0 },
      { penalty: -1 },
      { minimumLeafRows: 0 },
    ])
      expect(fit(options)).toBe('InvalidArgument')
    expect(fit({ earlyStopping: { key: key(0), fraction: 1 } })).toBe('InvalidArgument')
    expect(fit({ earlyStopping: { key: key(0), fraction: 0.5 } })).toBe('InvalidArgument')
    expect(fit({ earlyStopping: { key: key(0), patience: 0 } })).toBe('InvalidArgument')
    const model = gradientBoosting({ rows, labels }, { trees: 1 })
    expect(tagOf(() => boostedLogOdds(model, two))).toBe('ShapeMismatch')
    expect(tagOf(() => boostedLogOdds(model, fromRows([[0, 0, Number.NaN]])))).toBe('NotFinite')
  })
})
