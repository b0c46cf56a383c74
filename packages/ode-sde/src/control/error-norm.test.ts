import { cpu } from '@tweedie/core/cpu'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toleranceOf } from './error-norm.js'

const B = cpu()
const read = async (x: Parameters<typeof B.read>[0]) => (await B.read(x))[0] as number
const matrix = (rows: readonly (readonly number[])[]) => B.tensor(rows.flat(), [rows.length, (rows[0] as readonly number[]).length])

describe('the error norm', () => {
  it('is the root mean square of the scaled error, or that of the worst row', async () => {
    const entry = fc.double({ min: -5, max: 5, noNaN: true })
    const rows = fc.array(fc.tuple(entry, entry), { minLength: 4, maxLength: 4 })
    await fc.assert(
      fc.asyncProperty(rows, rows, rows, async (e, x, y) => {
        const [rtol, atol] = [0.1, [0.2, 0.3]]
        const squares = e.map((row, i) =>
          row.map((value, j) => {
            const size = Math.max(Math.abs(x[i]?.[j] as number), Math.abs(y[i]?.[j] as number))
            return (value / ((atol[j] as number) + rtol * size)) ** 2
          }),
        )
        const perRow = squares.map(([a = 0, b = 0]) => Math.sqrt((a + b) / 2))
        const batch = Math.sqrt(squares.flat().reduce((sum, value) => sum + value, 0) / 8)
        const given = [matrix(e), matrix(x), matrix(y)] as const
        expect(await read(toleranceOf(B, { rtol, atol, norm: 'batch' }).norm(...given))).toBeCloseTo(batch, 10)
        expect(await read(toleranceOf(B, { rtol, atol, norm: 'perSample' }).norm(...given))).toBeCloseTo(Math.max(...perRow), 10)
      }),
      { numRuns: 40 },
    )
  })

  it('lets no NaN or infinity through, wherever it is', async () => {
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY])
      for (const norm of ['batch', 'perSample'] as const)
        for (let place = 0; place < 3; place++)
          for (let row = 0; row < 3; row++) {
            const given = [0, 1, 2].map((k) => matrix([0, 1, 2].map((i) => (k === place && i === row ? [1, bad] : [1, 1]))))
            const [e, x, y] = given as [(typeof given)[0], (typeof given)[0], (typeof given)[0]]
            expect(await read(toleranceOf(B, { rtol: 1e-3, atol: 1e-3, norm }).norm(e, x, y))).toBeNaN()
          }
  })

  it('takes no error for none where nothing is allowed, and has a floor of 10 units of rounding', async () => {
    const zero = matrix([[0, 0]])
    expect(await read(toleranceOf(B, { rtol: 1e-3, atol: 0, norm: 'batch' }).norm(zero, zero, zero))).toBe(0)
    expect(toleranceOf(B, { rtol: 1e-3, atol: 0, norm: 'batch' }).rtol).toBe(1e-3)
    expect(toleranceOf(B, { rtol: 0, atol: 1, norm: 'batch' }).rtol).toBe(10 * 2 ** -53)
    expect(toleranceOf(cpu({ dtype: 'float32' }), { rtol: 1e-9, atol: 1, norm: 'batch' }).rtol).toBe(10 * 2 ** -24)
  })
})
