import type { Matrix } from '@tweedie/core'
import { type CpuTensor, cpu } from '@tweedie/core/cpu'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { autodiff } from './autodiff.js'
import type { Traced } from './traced.js'

const B = cpu()
const D = autodiff(B)
type M = Matrix<CpuTensor>
const ROWS = 3
const COLUMNS = 4

/** Numbers from −1, 0 and 1, so that most tensors have ties and zeros; weights tell the elements apart. */
const tied = fc.array(fc.integer({ min: -1, max: 1 }), { minLength: ROWS * COLUMNS, maxLength: ROWS * COLUMNS })
const weighted = fc.array(fc.integer({ min: 1, max: 9 }), { minLength: ROWS * COLUMNS, maxLength: ROWS * COLUMNS })
const matrix = (data: readonly number[]): M => B.tensor([...data], [ROWS, COLUMNS])

/** The gradient of Σ weight · f(x). */
const slopes = async (f: (x: Matrix<Traced<CpuTensor>>) => Matrix<Traced<CpuTensor>>, x: readonly number[], weights: readonly number[]) => {
  const total = (at: Matrix<Traced<CpuTensor>>) => D.sum(D.mul(f(at), D.lift(matrix(weights))))
  return [...(await B.read(D.gradient(total)(matrix(x))))].map((slope) => slope + 0)
}

describe('slopes at kinks', () => {
  it('of |x| are the sign of x, 0 at 0', async () => {
    await fc.assert(
      fc.asyncProperty(tied, weighted, async (x, w) => {
        expect(await slopes((at) => D.abs(at), x, w)).toEqual(x.map((value, k) => Math.sign(value) * (w[k] as number) + 0))
      }),
    )
  })

  it.each([
    ['maximum', 1],
    ['minimum', -1],
  ] as const)('of %s go to the side that wins, half to each of a tie', async (name, wins) => {
    await fc.assert(
      fc.asyncProperty(tied, tied, weighted, async (a, b, w) => {
        const share = (mine: number, other: number): number => (1 + wins * Math.sign(mine - other)) / 2
        const [left, right] = [a.map((value, k) => share(value, b[k] as number)), b.map((value, k) => share(value, a[k] as number))]
        const weigh = (shares: readonly number[]): number[] => shares.map((each, k) => each * (w[k] as number))
        expect(await slopes((at) => D[name](at, D.lift(matrix(b))), a, w)).toEqual(weigh(left))
        expect(await slopes((at) => D[name](D.lift(matrix(a)), at), b, w)).toEqual(weigh(right))
      }),
    )
  })

  it.each(['max', 'min'] as const)(
    'of %s are shared evenly by the elements that attain it, along every axis and over all',
    async (name) => {
      await fc.assert(
        fc.asyncProperty(tied, fc.constantFrom(0, 1, undefined), weighted, async (x, axis, w) => {
          const lineOf = (k: number): number => (axis === undefined ? 0 : axis === 0 ? k % COLUMNS : Math.floor(k / COLUMNS))
          const lines = x.map((_, k) => lineOf(k))
          const reduced = (at: Matrix<Traced<CpuTensor>>) => (axis === undefined ? D.reshape(D[name](at), [1, 1]) : D[name](at, axis, true))
          const spread = (at: Matrix<Traced<CpuTensor>>) => D.broadcastTo(reduced(at), [ROWS, COLUMNS])
          const found = await slopes(spread, x, w)
          found.forEach((slope, k) => {
            const mates = x.flatMap((value, j) => (lines[j] === lines[k] ? [{ value, weight: w[j] as number }] : []))
            const best = (name === 'max' ? Math.max : Math.min)(...mates.map(({ value }) => value))
            const ties = mates.filter(({ value }) => value === best).length
            const weight = mates.reduce((sum, mate) => sum + mate.weight, 0)
            expect(slope).toBeCloseTo(x[k] === best ? weight / ties : 0, 12)
          })
        }),
      )
    },
  )
})

describe('rows by number', () => {
  const indices = fc.array(fc.nat(ROWS - 1), { minLength: ROWS, maxLength: ROWS })

  it.each(['takeRows', 'scatterRows'] as const)(
    '%s differentiates by the numbers it was given, whatever becomes of their array',
    async (name) => {
      await fc.assert(
        fc.asyncProperty(weighted, indices, weighted, async (x, rows, w) => {
          const mine = Uint32Array.from(rows)
          const f = (at: Matrix<Traced<CpuTensor>>) => (name === 'takeRows' ? D.takeRows(at, mine) : D.scatterRows(at, mine, ROWS))
          const spoilt = (at: Matrix<Traced<CpuTensor>>) => {
            mine.set(rows)
            const y = f(at)
            mine.fill(0)
            return y
          }
          const expected = Array<number>(ROWS * COLUMNS).fill(0)
          rows.forEach((row, k) => {
            for (let j = 0; j < COLUMNS; j++) {
              const [to, from] = name === 'takeRows' ? [row, k] : [k, row]
              expected[to * COLUMNS + j] = (expected[to * COLUMNS + j] as number) + (w[from * COLUMNS + j] as number)
            }
          })
          expect(await slopes(spoilt, x, w)).toEqual(expected)
        }),
      )
    },
  )
})
