import { untyped } from '@tweedie/core'
import { cpu } from '@tweedie/core/cpu'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { abs, expectSame, expectWithin, linearIn, roundings } from './test-linear.js'

const P = untyped(cpu())

const product = (a: ArrayLike<number>, b: ArrayLike<number>, [m, k, p]: readonly [number, number, number]): Promise<Float64Array> =>
  P.read(P.matMul(P.tensor(a, [m, k]), P.tensor(b, [k, p])))

describe.each(['float32', 'float64'] as const)('in %s', (dtype) => {
  const { memory, unit, put, normals, matrix, numbersOf, matMul } = linearIn(dtype)

  const small = fc.integer({ min: 0, max: 21 })
  const depths = fc.oneof(small, fc.integer({ min: 250, max: 530 }))

  test('a product is within γ of |A|·|B| for every size and either factor transposed', async () => {
    await fc.assert(
      fc.asyncProperty(small, depths, small, fc.boolean(), fc.boolean(), fc.nat(1000), async (m, k, p, turnA, turnB, seed) => {
        const [a, b] = [normals(seed, [m, k]), normals(seed + 1, [k, p])]
        const out = memory.scope(() => numbersOf(matMul(matrix(a, [m, k], turnA), matrix(b, [k, p], turnB))))
        const [exact, size] = [await product(a, b, [m, k, p]), await product(abs(a), abs(b), [m, k, p])]
        // A unit more for the reference's own rounding in float64.
        const gamma = 1.01 * unit * (roundings(k) + (dtype === 'float64' ? k : 1))
        expectWithin(out, exact, (at) => gamma * (size[at] as number))
      }),
      { numRuns: 60 },
    )
  })

  test.each([
    [41, 300, 70],
    [3, 20, 1030],
    [90, 40, 260],
    [1, 700, 5],
    [1030, 3, 1],
  ])('a product of %i × %i × %i, all transposes, has the same bytes and is within γ', async (m, k, p) => {
    const [a, b] = [normals(1, [m, k]), normals(2, [k, p])]
    const [exact, size] = [await product(a, b, [m, k, p]), await product(abs(a), abs(b), [m, k, p])]
    const results = [0, 1, 2, 3].map((turns) =>
      memory.scope(() => numbersOf(matMul(matrix(a, [m, k], turns % 2 === 1), matrix(b, [k, p], turns > 1)))),
    )
    const gamma = 1.01 * unit * (roundings(k) + (dtype === 'float64' ? k : 1))
    expectWithin(results[0] as Float64Array, exact, (at) => gamma * (size[at] as number))
    for (const other of results.slice(1)) expectSame(other, results[0] as Float64Array)
  })

  test('an element is the same in any product that has its row and its column', () => {
    const [m, k, p] = [83, 290, 45]
    const [a, b] = [normals(3, [m, k]), normals(4, [k, p])]
    memory.scope(() => {
      const whole = numbersOf(matMul(put(a, [m, k]), put(b, [k, p])))
      for (const [from, to] of [
        [0, 1],
        [7, 20],
        [40, 83],
      ] as const) {
        const part = numbersOf(matMul(put(a.subarray(from * k, to * k), [to - from, k]), put(b, [k, p])))
        expectSame(part, whole.subarray(from * p, to * p))
      }
    })
  })

  test('every product counts: 0 · Infinity and NaN reach their row and column alone', () => {
    memory.scope(() => {
      const [m, k, p] = [7, 5, 11]
      const a = new Float64Array(m * k).fill(1)
      const b = new Float64Array(k * p).fill(2)
      a[2 * k + 3] = 0
      b[3 * p + 9] = Number.POSITIVE_INFINITY
      b[1 * p + 4] = Number.NaN
      const out = numbersOf(matMul(put(a, [m, k]), put(b, [k, p])))
      out.forEach((value, at) => {
        const [row, column] = [Math.floor(at / p), at % p]
        const ordinary = row === 2 ? 8 : 10
        const wanted = column === 4 || (column === 9 && row === 2) ? Number.NaN : column === 9 ? Number.POSITIVE_INFINITY : ordinary
        expect(value).toBe(wanted)
      })
    })
  })
})
