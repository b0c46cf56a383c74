import { cpu } from '@tweedie/core/cpu'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { luFactor, luSolve } from './lu.js'

const B = cpu()

const solved = async (matrices: readonly number[], right: readonly number[], size: number): Promise<Float64Array> => {
  const rows = matrices.length / size ** 2
  const factors = luFactor(B, B.tensor(matrices, [rows, size, size]))
  return B.read(luSolve(B, factors, B.tensor(right, [rows, size])))
}

describe('luFactor and luSolve', () => {
  it('solve to a residual of rounding, whatever the matrices', async () => {
    const systems = fc.tuple(fc.integer({ min: 1, max: 5 }), fc.integer({ min: 1, max: 8 })).chain(([rows, size]) => {
      const entry = fc.integer({ min: -20, max: 20 }).map((value) => value / 4)
      const list = (length: number) => fc.array(entry, { minLength: length, maxLength: length })
      return fc.tuple(fc.constant(size), list(rows * size ** 2), list(rows * size))
    })
    await fc.assert(
      fc.asyncProperty(systems, async ([size, matrices, right]) => {
        const x = await solved(matrices, right, size)
        for (let row = 0; row < right.length; row++) {
          const first = row - (row % size)
          const solution = x.slice(first, first + size)
          // Singular ones are the test below.
          if (!solution.every(Number.isFinite)) continue
          const entries = matrices.slice(row * size, (row + 1) * size)
          const product = entries.reduce((total, value, j) => total + value * (solution[j] as number), 0)
          // Wilkinson: |b − Ax| ≤ 3 n² ρ ε |A| |x|, ρ ≤ 2ⁿ⁻¹ the growth of the pivots, here far below 10.
          const bound = 3 * size ** 2 * 10 * 2 ** -52 * 5 * Math.max(1, ...solution.map(Math.abs))
          expect(Math.abs(product - (right[row] as number))).toBeLessThan(bound)
        }
      }),
    )
  })

  it('exchange rows where the diagonal is zero, or so small that it would lose the others', async () => {
    expect([...(await solved([0, 1, 1, 0], [3, 5], 2))]).toEqual([5, 3])
    // Without an exchange the first unknown comes out as 0.
    expect([...(await solved([1e-20, 1, 1, 1], [1, 2], 2))]).toEqual([1, 1])
    // x → a cycle of three, and ties.
    expect([...(await solved([0, 1, 0, 0, 0, 1, 1, 0, 0], [1, 2, 3], 3))]).toEqual([3, 1, 2])
    expect([...(await solved([1, 1, 1, -1], [3, 1], 2))]).toEqual([2, 1])
  })

  it('keep the matrices of a batch apart, and give no number for a singular one', async () => {
    const [regular, singular] = [
      [2, 1, 1, 3],
      [1, 2, 2, 4],
    ] as const
    const x = await solved([...regular, ...singular, ...regular], [5, 10, 1, 1, 3, 4], 2)
    expect([...x.slice(0, 2)]).toEqual([1, 3])
    expect(x.slice(2, 4).some(Number.isFinite)).toBe(false)
    expect([...x.slice(4)]).toEqual([...(await solved(regular, [3, 4], 2))])
  })

  it('take matrices of no rows and batches of none', async () => {
    expect(await solved([], [], 2)).toHaveLength(0)
    expect(B.shape(luSolve(B, luFactor(B, B.full([3, 0, 0], 0)), B.full([3, 0], 0)))).toEqual([3, 0])
  })

  it('refuse what is not square, and leave nothing', async () => {
    const own = cpu()
    expect(() => luFactor(own, own.full([1, 2, 3], 1))).toThrow(/ShapeMismatch|\[1, 2, 3\]/)
    const live = own.liveTensors()
    own.scope(() => {
      luSolve(own, luFactor(own, own.tensor([2, 1, 1, 3], [1, 2, 2])), own.full([1, 2], 1))
    })
    expect(own.liveTensors()).toBe(live)
  })
})
