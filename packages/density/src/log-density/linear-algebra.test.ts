import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cholesky, logAbsDeterminant, normalMatrix, solveLower, solveLowerTransposed, transposedProduct } from './linear-algebra.js'

const entry = fc.integer({ min: -20, max: 20 }).map((value) => value / 4)
const matrices = (count: number) =>
  fc.integer({ min: 1, max: 8 }).chain((d) =>
    fc.tuple(
      fc.constant(d),
      fc.array(
        fc.array(entry, { minLength: d * d, maxLength: d * d }).map((list) => Float64Array.from(list)),
        { minLength: count, maxLength: count },
      ),
    ),
  )
const product = (a: Float64Array, b: Float64Array, d: number): Float64Array =>
  Float64Array.from({ length: d * d }, (_, at) => {
    let sum = 0
    for (let k = 0; k < d; k++) sum += (a[Math.floor(at / d) * d + k] as number) * (b[k * d + (at % d)] as number)
    return sum
  })

describe('logAbsDeterminant', () => {
  test('known ones, with exchanges, and singular', () => {
    expect(logAbsDeterminant(Float64Array.of(0, 2, 3, 0), 2)).toBeCloseTo(Math.log(6), 14)
    expect(logAbsDeterminant(Float64Array.of(1, 2, 3, 4, 5, 6, 7, 8, 10), 3)).toBeCloseTo(Math.log(3), 12)
    expect(logAbsDeterminant(Float64Array.of(1, 2, 2, 4), 2)).toBe(Number.NEGATIVE_INFINITY)
    expect(logAbsDeterminant(new Float64Array(0), 0)).toBe(0)
  })

  test('|det AB| = |det A| |det B|, and A is left as it is', () => {
    fc.assert(
      fc.property(matrices(2), ([d, [a, b]]) => {
        const [left, right] = [a, b] as [Float64Array, Float64Array]
        const before = Float64Array.from(left)
        const separate = logAbsDeterminant(left, d) + logAbsDeterminant(right, d)
        expect(left).toEqual(before)
        // Entries are at most 5 in quarters, so a determinant that is not 0 is at least 4⁻⁸; rounding is 1e-16 times at most 2⁷ · 8! · 5⁸ ≈ 2e12 of it.
        const both = logAbsDeterminant(product(left, right, d), d)
        if (separate > -2 && d <= 5) expect(both).toBeCloseTo(separate, 5)
      }),
    )
  })
})

describe('cholesky', () => {
  test('solves the normal equations to a residual of rounding', () => {
    fc.assert(
      fc.property(matrices(2), ([d, [j, right]]) => {
        const b = (right as Float64Array).subarray(0, d)
        const a = normalMatrix(j as Float64Array, d, d, 0.5)
        const l = cholesky(a, d) as Float64Array
        const x = solveLowerTransposed(l, solveLower(l, b))
        const back = transposedProduct(a, x, d)
        // Condition at most (8·8·25 + ½)/½; a residual is 1e-16 · d² · |A| |x| with |x| ≤ 2|b|.
        back.forEach((value, k) => expect(Math.abs(value - (b[k] as number))).toBeLessThan(1e-9))
      }),
    )
  })

  test('gives nothing for what is not positive definite', () => {
    expect(cholesky(Float64Array.of(1, 2, 2, 1), 2)).toBeUndefined()
    expect(cholesky(Float64Array.of(Number.NaN), 1)).toBeUndefined()
  })
})
