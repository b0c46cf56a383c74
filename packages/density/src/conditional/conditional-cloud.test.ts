import {
  type ForwardProcess,
  fromRows,
  type HostMatrix,
  hostMatrix,
  key,
  normalArray,
  ornsteinUhlenbeck,
  permutation,
  rectifiedFlow,
  takeColumns,
  takeRows,
  vanishingLinear,
} from '@tweedie/core'
import { cpu } from '@tweedie/core/cpu'
import { pointCloud } from '@tweedie/score'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { conditionalCloud } from './conditional-cloud.js'
import { freeColumns } from './given.js'

const B = cpu()
const cloudOf = (seed: number, rows: number, columns: number): HostMatrix =>
  hostMatrix(normalArray(key(seed), rows * columns), rows, columns)
const tensor = (m: HostMatrix) => B.tensor(m.data, [m.rows, m.columns])

/** Columns of a cloud of 4, some of them given, in any order. */
const givenColumns = fc.shuffledSubarray([0, 1, 2, 3], { minLength: 1, maxLength: 3 })
/** Processes at times from the data (but for no noise) to the end, where α is 0 for two of them. */
const moments = fc.constantFrom<readonly [ForwardProcess, number]>(
  [vanishingLinear(), 1],
  [vanishingLinear(), 0.4],
  [vanishingLinear({ floor: 0.01 }), 1],
  [vanishingLinear({ floor: 0.01 }), 0],
  [rectifiedFlow(), 1],
  [rectifiedFlow(), 1 - 1e-12],
  [ornsteinUhlenbeck({ end: 6 }), 6],
)

describe('conditionalCloud', () => {
  test('is row by row the field of the cloud of the drawn columns weighted by exp(−|b − b_i|²/(2h²))', () => {
    fc.assert(
      fc.property(moments, givenColumns, fc.nat(), fc.integer({ min: 1, max: 20 }), ([process, t], columns, seed, tenths) => {
        const h = tenths / 10
        const cloud = cloudOf(seed, 7, 4)
        const drawn = freeColumns(columns, 4)
        const x = cloudOf(seed + 1, 3, drawn.length)
        const b = cloudOf(seed + 2, 3, columns.length)
        const near = takeColumns(cloud, columns)
        const found = B.readNow?.(conditionalCloud(B, cloud, { columns, bandwidth: h })(process).given(b)(tensor(x), t)) as Float64Array
        for (let i = 0; i < 3; i++) {
          const logWeights = Array.from({ length: 7 }, (_, k) => {
            const square = columns.reduce((sum, _, c) => {
              const offset = (b.data[i * columns.length + c] as number) - (near.data[k * columns.length + c] as number)
              return sum + offset ** 2
            }, 0)
            return -square / (2 * h * h)
          })
          const field = pointCloud(B, takeColumns(cloud, drawn), { logWeights })(process)
          const exact = B.readNow?.(field(tensor(takeRows(x, [i])), t)) as Float64Array
          // Exponents up to |b − b_i|²/(2h²) ~ 10⁴ are rounded; where α ~ 10⁻¹² the scaled columns are 10¹² times as large and rounded alike.
          exact.forEach((m, j) => {
            expect(Math.abs((found[i * drawn.length + j] as number) - m)).toBeLessThan(1e-9)
          })
        }
      }),
    )
  })

  test('with h = σ/α it is the drawn part of the joint field: the score of ln p(x_A, x_B) along x_A', () => {
    fc.assert(
      fc.property(givenColumns, fc.nat(), fc.integer({ min: 0, max: 9 }), (columns, seed, tenth) => {
        const process = vanishingLinear({ floor: 0.05 })
        const t = tenth / 10
        const [alpha, sigma] = [process.alpha(t), process.sigma(t)]
        const cloud = cloudOf(seed, 9, 4)
        const state = cloudOf(seed + 1, 5, 4)
        const drawn = freeColumns(columns, 4)
        const joint = B.readNow?.(pointCloud(B, cloud)(process)(tensor(state), t)) as Float64Array
        const b = takeColumns(state, columns)
        const given = { ...b, data: b.data.map((value) => value / alpha) }
        const field = conditionalCloud(B, cloud, { columns, bandwidth: sigma / alpha })(process).given(given)
        const found = B.readNow?.(field(tensor(takeColumns(state, drawn)), t)) as Float64Array
        found.forEach((m, at) => {
          const [i, j] = [Math.floor(at / drawn.length), drawn[at % drawn.length] as number]
          expect(m).toBeCloseTo(joint[4 * i + j] as number, 10)
        })
      }),
    )
  })

  test('does not depend on the order of the rows, nor on how columns and conditions are ordered together', () => {
    fc.assert(
      fc.property(fc.nat(), (seed) => {
        const process = vanishingLinear({ floor: 0.05 })
        const cloud = cloudOf(seed, 9, 3)
        const [x, b] = [cloudOf(seed + 1, 4, 1), cloudOf(seed + 2, 4, 2)]
        const at = (points: HostMatrix, columns: readonly number[], given: HostMatrix) =>
          B.readNow?.(conditionalCloud(B, points, { columns, bandwidth: 0.5 })(process).given(given)(tensor(x), 0.3)) as Float64Array
        const plain = at(cloud, [0, 2], b)
        for (const other of [at(takeRows(cloud, permutation(key(seed), 9)), [0, 2], b), at(cloud, [2, 0], takeColumns(b, [1, 0]))])
          other.forEach((m, k) => {
            expect(m).toBeCloseTo(plain[k] as number, 12)
          })
      }),
    )
  })

  test('one condition serves states of any number of rows', () => {
    const cloud = cloudOf(4, 300, 3)
    const conditional = conditionalCloud(B, cloud, { columns: [1], bandwidth: 0.2 })(vanishingLinear({ floor: 0.02 }))
    const x = tensor(cloudOf(5, 40, 2))
    const [one, all] = [fromRows([[0.7]]), hostMatrix(new Float64Array(40).fill(0.7), 40, 1)]
    for (const t of [0, 0.5, 1]) expect(B.readNow?.(conditional.given(one)(x, t))).toEqual(B.readNow?.(conditional.given(all)(x, t)))
  })

  test('frees what it holds', () => {
    const C = cpu()
    const conditional = conditionalCloud(C, cloudOf(1, 5, 2), { columns: [0], bandwidth: 1 })(vanishingLinear())
    const field = conditional.given(fromRows([[0]]))
    const x = C.tensor([1, 2], [2, 1])
    const held = C.liveTensors()
    C.free(field(x, 1))
    C.free(field(x, 0.5))
    expect(C.liveTensors()).toBe(held)
    field.free()
    conditional.free()
    C.free(x)
    expect(C.liveTensors()).toBe(0)
  })

  test('refuses what does not go together', () => {
    const cloud = cloudOf(1, 5, 3)
    const process = vanishingLinear()
    expect(() => conditionalCloud(B, cloud, { columns: [0], bandwidth: 0 })).toThrow(/bandwidth 0/)
    expect(() => conditionalCloud(B, cloud, { columns: [0, 0], bandwidth: 1 })).toThrow(/column 0 given twice/)
    expect(() => conditionalCloud(B, hostMatrix([], 0, 3), { columns: [0], bandwidth: 1 })).toThrow(/without rows/)
    const conditional = conditionalCloud(B, cloud, { columns: [0], bandwidth: 1 })(process)
    expect(() => conditional.given(fromRows([[1, 2]]))).toThrow(/conditions of 2 columns for 1/)
    const field = conditional.given(fromRows([[1], [2]]))
    expect(() => field(B.full([3, 2], 0), 0.5)).toThrow(/states \[3, 2\] for 2 conditions/)
    expect(() => field(B.full([2, 3], 0), 0.5)).toThrow(/states \[2, 3\]/)
    expect(() => field(B.full([2, 2], 0), 0)).toThrow(/σ = 0/)
  })
})
