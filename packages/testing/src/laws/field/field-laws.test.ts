import {
  type ForwardProcess,
  type HostMatrix,
  type Matrix,
  ornsteinUhlenbeck,
  rectifiedFlow,
  type Vector,
  vanishingLinear,
  vpLinear,
} from '@tweedie/core'
import { type CpuTensor, cpu } from '@tweedie/core/cpu'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { pointClouds } from '../../arbitraries/point-clouds.js'
import { checkLaws } from '../law.js'
import { fieldLaws } from './field-laws.js'
import type { LawfulField } from './pointwise.js'

const B = cpu()
type N = CpuTensor

const lawful = (m: (x: Matrix<N>, t: number) => Matrix<N>, logDensity: (x: Matrix<N>, t: number) => Vector<N>): LawfulField<N> =>
  Object.assign((x: Matrix<N>, t: number) => B.scope(() => m(x, t)), {
    kind: 'denoiser' as const,
    backend: B,
    logDensity: (x: Matrix<N>, t: number) => B.scope(() => logDensity(x, t)),
  })

/** N(mean, diag(deviation²)): m = μ + α s² (x − αμ)/(α² s² + σ²). */
const gaussian = (process: ForwardProcess, mean: readonly number[], deviation: readonly number[]): LawfulField<N> => {
  const variance = (t: number) => deviation.map((s) => (process.alpha(t) * s) ** 2 + process.sigma(t) ** 2)
  const centred = (x: Matrix<N>, t: number): Matrix<N> =>
    B.sub(
      x,
      B.tensor(
        mean.map((mu) => mu * process.alpha(t)),
        [mean.length],
      ),
    )
  return lawful(
    (x, t) => {
      const gain = variance(t).map((v, j) => (process.alpha(t) * (deviation[j] as number) ** 2) / v)
      return B.add(B.mul(centred(x, t), B.tensor(gain, [mean.length])), B.tensor([...mean], [mean.length]))
    },
    (x, t) => {
      const v = variance(t)
      const normaliser = v.reduce((sum, each) => sum + 0.5 * Math.log(2 * Math.PI * each), 0)
      return B.sub(B.mul(B.sum(B.div(B.square(centred(x, t)), B.tensor(v, [v.length])), 1), -0.5), normaliser)
    },
  )
}

const cloud = (process: ForwardProcess, { data, rows, columns }: HostMatrix): LawfulField<N> => {
  const points = B.tensor(data, [rows, columns])
  const moments = (x: Matrix<N>, t: number) => B.posteriorMoments(x, { points }, { alpha: process.alpha(t), sigma: process.sigma(t) })
  return lawful(
    (x, t) => moments(x, t).mean,
    (x, t) => moments(x, t).logDensity,
  )
}

describe('fieldLaws', () => {
  test.each([ornsteinUhlenbeck(), vanishingLinear({ floor: 0.01 }), vpLinear(), rectifiedFlow()])(
    'hold for a Gaussian on a subspace under $name',
    async (process) => {
      await checkLaws(fieldLaws(gaussian(process, [0.5, -1, 0], [1, 0.2, 0]), process, { dimension: 3 }), { runs: 50 })
    },
  )

  test('hold for point clouds, degenerate ones included', async () => {
    const near = pointClouds({ points: 6 }).filter(({ data }) => data.every((x) => Math.abs(x) <= 8))
    await fc.assert(
      fc.asyncProperty(near, async (points) => {
        const process = ornsteinUhlenbeck()
        await checkLaws(fieldLaws(cloud(process, points), process, { dimension: points.columns, radius: 8, logSnrRange: [-6, 3] }), {
          runs: 5,
        })
      }),
      { numRuns: 25 },
    )
  })

  test('leave no tensors behind', async () => {
    const process = vpLinear()
    const field = gaussian(process, [0], [1])
    const before = B.liveTensors()
    await checkLaws(fieldLaws(field, process, { dimension: 1 }), { runs: 5 })
    expect(B.liveTensors()).toBe(before)
  })
})

describe('fieldLaws catch', () => {
  const process = ornsteinUhlenbeck()
  const good = gaussian(process, [0.5, -1], [1, 0.2])
  const check = (field: LawfulField<N>) => checkLaws(fieldLaws(field, process, { dimension: 2 }))
  const tweedie = /score = \(α m − x\)\/σ² = ∇ ln p \[Tweedie's formula/

  test('a score of the wrong sign', async () => {
    // The denoiser that turns (α m − x)/σ² round: m' = (2x − α m)/α.
    await expect(check(lawful((x, t) => B.sub(B.mul(x, 2 / process.alpha(t)), good(x, t)), good.logDensity))).rejects.toThrow(tweedie)
  })

  test('a denoiser 0.1 % off, and one that answers with x', async () => {
    await expect(check(lawful((x, t) => B.mul(good(x, t), 1.001), good.logDensity))).rejects.toThrow(tweedie)
    await expect(check(lawful((x) => B.add(x, 0), good.logDensity))).rejects.toThrow(tweedie)
  })

  test('a density that forgot α', async () => {
    await expect(
      check(
        lawful(
          (x, t) => good(x, t),
          (x, t) => good.logDensity(B.div(x, process.alpha(t)), t),
        ),
      ),
    ).rejects.toThrow(tweedie)
  })

  test('rows that know of each other', async () => {
    await expect(check(lawful((x, t) => B.sub(good(x, t), B.sum(x, 0, true)), good.logDensity))).rejects.toThrow(
      /evaluates every row alone/,
    )
  })

  test('a field with a curl', async () => {
    const swirl = B.tensor([0, 1, -1, 0], [2, 2])
    const broken: string[] = []
    for (const law of fieldLaws(
      lawful((x, t) => B.add(good(x, t), B.matMul(x, swirl)), good.logDensity),
      process,
      { dimension: 2 },
    ))
      await law.check({ runs: 20 }).catch(() => broken.push(law.name))
    expect(broken).toEqual(['score = (α m − x)/σ² = ∇ ln p', 'the Jacobian of m is symmetric and positive semidefinite'])
  })

  test('a density that is NaN', async () => {
    await expect(
      check(
        lawful(
          (x, t) => good(x, t),
          (x, t) => B.mul(good.logDensity(x, t), Number.NaN),
        ),
      ),
    ).rejects.toThrow(/the log-density is finite/)
  })
})
