import type { Matrix, Tensor, Vector } from '@tweedie/core'
import { type CpuTensor, cpu } from '@tweedie/core/cpu'
import { describe, expect, it } from 'vitest'
import { autodiff } from './autodiff.js'
import type { Traced } from './traced.js'

type T = Traced<CpuTensor>
const B = cpu()
const D = autodiff(B)
const vector = (...data: number[]): Vector<CpuTensor> => B.tensor(data, [data.length])
const numbers = async (x: Tensor<CpuTensor>): Promise<number[]> => [...(await B.read(x))]

/** Σ f and its gradient in reverse mode, and the derivative along each unit vector in forward mode. */
const both = async (f: (x: Vector<T>) => Tensor<T>, ...at: number[]): Promise<{ reverse: number[]; forward: number[] }> => {
  const total = (x: Vector<T>) => D.sum(f(x))
  const forward = at.map(async (_, k) => {
    const unit = vector(...at.map((__, j) => (j === k ? 1 : 0)))
    return (await numbers(D.jacobianVector(total, vector(...at), unit).tangent))[0] as number
  })
  return { reverse: await numbers(D.gradient(total)(vector(...at))), forward: await Promise.all(forward) }
}
const expectBoth = async (f: (x: Vector<T>) => Tensor<T>, at: number[], slope: number[]): Promise<void> =>
  expect(rounded(await both(f, ...at))).toEqual(rounded({ reverse: slope, forward: slope }))
/** To 15 digits, a unit or two of rounding, and without the sign of 0. */
const rounded = <S extends Record<string, number[]>>(slopes: S) =>
  Object.fromEntries(Object.entries(slopes).map(([mode, each]) => [mode, each.map((x) => Number(x.toPrecision(15)) + 0)]))

describe('stated slopes at kinks, in both modes', () => {
  it('|x| and relu have slope 0 at 0', async () => {
    await expectBoth((x) => D.abs(x), [0, 2, -2], [0, 1, -1])
    await expectBoth((x) => D.activate(x, 'relu'), [0, 2, -2], [0, 1, 0])
    await expectBoth((x) => D.affine(D.full([1, 2], 0), D.full([2, 3], 1), x, 'relu'), [0, 2, -2], [0, 1, 0])
  })

  it('a tie in maximum and minimum gives each side half', async () => {
    await expectBoth((x) => D.maximum(x, D.lift(vector(1, 1, 1))), [1, 2, 0], [0.5, 1, 0])
    await expectBoth((x) => D.minimum(D.lift(vector(1, 1, 1)), x), [1, 2, 0], [0.5, 0, 1])
    await expectBoth((x) => D.maximum(x, x), [1], [1])
  })

  it('elements that tie in max and min share evenly', async () => {
    await expectBoth((x) => D.max(x), [3, 1, 3], [0.5, 0, 0.5])
    await expectBoth((x) => D.min(x, 0, true), [1, 1, 2, 1], [1 / 3, 1 / 3, 0, 1 / 3])
  })

  it('greater, equal and the condition of where have none', async () => {
    await expectBoth((x) => D.add(D.greater(x, 0), D.equal(x, 0)), [0, 1], [0, 0])
    await expectBoth((x) => D.where(x, 3, 5), [0, 1], [0, 0])
  })
})

describe('where', () => {
  it('lets no NaN through from the side that it does not choose', async () => {
    await expectBoth((x) => D.where(D.greater(x, 0), x, Number.NaN), [2], [1])
    // ln x is NaN at −1, its slope is −1.
    await expectBoth((x) => D.where(D.greater(x, 0), D.log(x), D.square(x)), [-1, 2], [-2, 0.5])
  })

  it('with an infinite slope on that side: forward mode gives the chosen slope, reverse mode 0 · ∞ = NaN, unless it is guarded', async () => {
    const root = (x: Vector<T>) => D.where(D.greater(x, 0), D.sqrt(x), D.mul(x, 3))
    expect(await both(root, 0, 4)).toEqual({ reverse: [Number.NaN, 0.25], forward: [3, 0.25] })
    const guarded = (x: Vector<T>) => D.where(D.greater(x, 0), D.sqrt(D.where(D.greater(x, 0), x, 1)), D.mul(x, 3))
    await expectBoth(guarded, [0, 4], [3, 0.25])
  })
})

describe('where a slope is infinite or a limit', () => {
  it('ln and √ at 0 have slope ∞', async () => {
    await expectBoth((x) => D.log(x), [0], [Number.POSITIVE_INFINITY])
    await expectBoth((x) => D.sqrt(x), [0], [Number.POSITIVE_INFINITY])
  })

  it('functions that saturate have slope 0 far out, not NaN', async () => {
    for (const f of [D.tanh, D.sigmoid, D.erf]) await expectBoth((x) => f(x), [800, -800], [0, 0])
    await expectBoth((x) => D.activate(x, 'gelu'), [50, -50], [1, 0])
    await expectBoth((x) => D.activate(x, 'silu'), [800, -800], [1, 0])
  })

  it('logSumExp: a term of −∞ has slope 0, one finite term slope 1, and −∞ alone 0', async () => {
    const f = (x: Vector<T>) => D.logSumExp(x, 0)
    await expectBoth(f, [Number.NEGATIVE_INFINITY, 800], [0, 1])
    await expectBoth(f, [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY], [0, 0])
    await expectBoth(f, [3, Number.NEGATIVE_INFINITY, 3], [0.5, 0, 0.5])
  })
})

describe('the posterior over a cloud', () => {
  const level = { alpha: 0.8, sigma: 0.5 }
  const jacobian = (points: Matrix<CpuTensor>, x: Matrix<CpuTensor>, { alpha, sigma } = level, logWeights?: Vector<CpuTensor>) =>
    D.rowJacobian(
      (y: Matrix<T>) =>
        D.posteriorMean(
          y,
          logWeights === undefined ? { points: D.lift(points) } : { points: D.lift(points), logWeights: D.lift(logWeights) },
          {
            alpha,
            sigma,
          },
        ),
      x,
    )

  it('a point that is there twice counts as one of twice the weight', async () => {
    const x = B.tensor([0.3, 0.1, 0.8, -0.2], [2, 2])
    const twice = await numbers(jacobian(B.tensor([1, 0, 1, 0, -1, 2], [3, 2]), x))
    const weighted = await numbers(jacobian(B.tensor([1, 0, -1, 2], [2, 2]), x, level, vector(Math.LN2, 0)))
    twice.forEach((each, k) => expect(each).toBeCloseTo(weighted[k] as number, 14))
  })

  it('one point, or copies of one, have a mean that does not move', async () => {
    const x = B.tensor([0.3, 0.1], [1, 2])
    // Rounding alone is left of weights ½ and ½ times differences of equal numbers.
    for (const each of await numbers(jacobian(B.tensor([1, 2, 1, 2], [2, 2]), x))) expect(Math.abs(each)).toBeLessThan(1e-15)
  })

  it('far away and at small noise all weight is on one point: the mean stands still, the score is that of this point', async () => {
    const [points, x] = [B.tensor([1, 0, -1, 2], [2, 2]), B.tensor([1e4, -1e4], [1, 2])]
    const near = { alpha: 1, sigma: 1e-3 }
    for (const each of await numbers(jacobian(points, x, near))) expect(each).toBe(0)
    const logDensity = (y: Matrix<T>) => D.sum(D.posteriorMoments(y, { points: D.lift(points) }, near).logDensity)
    const score = await numbers(D.gradient(logDensity)(x))
    const exact = [1 - 1e4, 1e4].map((each) => each / 1e-6)
    // (α y − x)/σ² to rounding.
    score.forEach((each, k) => expect(Math.abs(each / (exact[k] as number) - 1)).toBeLessThan(1e-14))
  })

  it('a point without weight has no derivative', async () => {
    const x = B.tensor([0.3, 0.1], [1, 2])
    const f = (logWeights: Vector<T>) =>
      D.sum(D.posteriorMean(D.lift(x), { points: D.lift(B.tensor([1, 0, -1, 2], [2, 2])), logWeights }, level))
    expect(await numbers(D.gradient(f)(vector(0, Number.NEGATIVE_INFINITY)))).toEqual([0, 0])
  })
})
