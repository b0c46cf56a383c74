import {
  diffusionSquared,
  drift,
  type ForwardProcess,
  fold,
  type Key,
  type Matrix,
  ornsteinUhlenbeck,
  vanishingLinear,
} from '@tweedie/core'
import { type CpuTensor, cpu } from '@tweedie/core/cpu'
import { describe, expect, test } from 'vitest'
import { LawBroken, testLaws } from '../law.js'
import { flowLaws, type LawfulSampling } from './flow-laws.js'

const B = cpu()
type State = Matrix<CpuTensor>
type Denoiser = (x: State, t: number) => State
type Velocity = (process: ForwardProcess, x: State, m: State, t: number) => State

/** f x − share·g² score, the score from the denoiser by Tweedie's formula: share ½ is the flow, 1 the reverse equation. */
const driftOf =
  (share: number): Velocity =>
  (process, x, m, t) => {
    const score = B.div(B.sub(B.mul(m, process.alpha(t)), x), process.sigma(t) ** 2)
    return B.sub(B.mul(x, drift(process, t)), B.mul(score, share * diffusionSquared(process, t)))
  }

/** Heun's method, in scopes. */
const flowBy =
  (velocity: Velocity = driftOf(0.5)) =>
  async (process: ForwardProcess, denoiser: Denoiser, initial: State, grid: readonly number[]): Promise<State> => {
    let x: State = B.mul(initial, 1)
    for (let k = 0; k + 1 < grid.length; k++) {
      const [t, s, from] = [grid[k] as number, grid[k + 1] as number, x]
      x = B.scope(() => {
        const first = velocity(process, from, denoiser(from, t), t)
        const there = B.add(from, B.mul(first, s - t))
        return B.add(from, B.mul(B.add(first, velocity(process, there, denoiser(there, s), s)), (s - t) / 2))
      })
      B.free(from)
    }
    return x
  }

/** Euler–Maruyama with any factor on the noise. */
const reverseBy =
  (factor = 1, velocity: Velocity = driftOf(1)) =>
  async (process: ForwardProcess, denoiser: Denoiser, initial: State, grid: readonly number[], key: Key): Promise<State> => {
    let x: State = B.mul(initial, 1)
    for (let k = 0; k + 1 < grid.length; k++) {
      const [t, s, from] = [grid[k] as number, grid[k + 1] as number, x]
      x = B.scope(() => {
        const drifted = B.add(from, B.mul(velocity(process, from, denoiser(from, t), t), s - t))
        return B.add(drifted, B.mul(B.normal(fold(key, k), B.shape(from)), factor * Math.sqrt(diffusionSquared(process, t) * (t - s))))
      })
      B.free(from)
    }
    return x
  }

const options = { steps: 60, tolerance: 1e-2, rows: 500 }
const names = async (sampling: LawfulSampling<CpuTensor>): Promise<string[]> => {
  const found: string[] = []
  for (const law of flowLaws(B, ornsteinUhlenbeck(), sampling, options)) {
    const outcome = await law.check().catch((error: unknown) => error)
    if (outcome !== undefined && !(outcome instanceof LawBroken)) throw outcome
    if (outcome !== undefined) found.push(law.name.replace('ornstein-uhlenbeck: ', ''))
  }
  return found
}
const closed = [
  'the flow of a point mass is α_s y + (σ_s/σ_t)(x − α_t y)',
  'the flow of a Gaussian is the affine map of its marginals',
  'the flow of a mixture on the line keeps quantiles',
]
const carries = 'the flow carries the marginal at t to that at s'
const reverses = 'the reverse equation carries the marginal at t to that at s'

describe('flowLaws hold', () => {
  for (const process of [ornsteinUhlenbeck(), vanishingLinear()])
    describe(`for f x − ½ g² score and f x − g² score under ${process.name}`, () =>
      testLaws(test, flowLaws(B, process, { flow: flowBy(), reverse: reverseBy() }, options)))

  test('and leave no tensor', async () => {
    const before = B.liveTensors()
    await names({ flow: flowBy() })
    expect(B.liveTensors()).toBe(before)
  })
})

describe('flowLaws catch', () => {
  test('a flow with the drift of the reverse equation', async () => {
    expect(await names({ flow: flowBy(driftOf(1)) })).toEqual([...closed, carries])
  })

  test('a flow with the score turned', async () => {
    expect(await names({ flow: flowBy(driftOf(-0.5)) })).toEqual(expect.arrayContaining([...closed, carries]))
  })

  test('a reverse equation with the drift of the flow, with √2 too much noise, and with none', async () => {
    expect(await names({ flow: flowBy(), reverse: reverseBy(1, driftOf(0.5)) })).toEqual([reverses])
    expect(await names({ flow: flowBy(), reverse: reverseBy(Math.SQRT2) })).toEqual([reverses])
    expect(await names({ flow: flowBy(), reverse: reverseBy(0) })).toEqual([reverses])
  })

  test('a flow that depends on where its grid begins', async () => {
    const flow: LawfulSampling<CpuTensor>['flow'] = async (process, denoiser, initial, grid) => {
      const x = await flowBy()(process, denoiser, initial, grid)
      const scaled = B.mul(x, 1 + 0.05 * Math.sign(4 - process.logSnr(grid[0] as number) - 8))
      B.free(x)
      return scaled
    }
    expect(await names({ flow })).toContain('two legs of the flow are the whole')
  })
})
