import { edm, type ForwardProcess, fromRows, ornsteinUhlenbeck, rectifiedFlow, subVp, vanishingLinear, vpCosine } from '@tweedie/core'
import { cpu } from '@tweedie/core/cpu'
import { pointCloud } from '@tweedie/score'
import { evenly, timesByLogSnr } from '@tweedie/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { denoiserWeight } from './denoiser-weight.js'
import type { Objective } from './objective.js'
import { cem, ddpm, edmPreconditioned, flowMatching, sgm, vPrediction } from './objectives.js'

const B = cpu()

interface Setting {
  readonly process: ForwardProcess
  readonly t: number
  /** Two points and the probability of the first. */
  readonly points: readonly [number, number]
  readonly share: number
}

const settings = (process: ForwardProcess): fc.Arbitrary<Setting> =>
  fc.record({
    process: fc.constant(process),
    t: timesByLogSnr(process, -3, 4),
    points: fc.tuple(evenly(-2, 0), evenly(0, 2)),
    share: evenly(0.05, 0.95),
  })

/** Nodes over the support of p_t to 9 σ, and the two terms π_i N(x; α y_i, σ²) of p_t there, up to a factor that is common to all. */
const nodesOf = ({ process, t, points, share }: Setting) => {
  const [alpha, sigma] = [process.alpha(t), process.sigma(t)]
  const [low, high] = [alpha * points[0] - 9 * sigma, alpha * points[1] + 9 * sigma]
  const count = Math.ceil((high - low) / (0.25 * sigma)) + 1
  return Array.from({ length: count }, (_, k) => {
    const x = low + ((high - low) * k) / (count - 1)
    const parts = points.map((y, i) => {
      const noise = (x - alpha * y) / sigma
      return { y, noise, mass: (i === 0 ? share : 1 - share) * Math.exp(-0.5 * noise * noise) }
    })
    return { x, parts }
  })
}

type Nodes = ReturnType<typeof nodesOf>

/** λ ∫ Σ_i π_i p(x | y_i) |target − f(x)|² dx by the sum over nodes: paper B (22), (24) and (33) at one time, (68) for any integrable target. */
const lossOf = ({ target, weight }: Objective, { process, t }: Setting, nodes: Nodes, f: (k: number) => number): number => {
  const { ofData, ofNoise } = target.under(process)(t)
  const sum = nodes.reduce(
    (total, { parts }, k) =>
      total + parts.reduce((inner, { y, noise, mass }) => inner + mass * (ofData * y + ofNoise * noise - f(k)) ** 2, 0),
    0,
  )
  return weight.under(process, target)(t) * sum
}

/** The exact posterior mean at the nodes, of the package score. */
const posteriorMean = async ({ process, t, points, share }: Setting, nodes: Nodes): Promise<Float64Array> => {
  const denoise = pointCloud(B, fromRows(points.map((y) => [y])), { logWeights: [Math.log(share), Math.log1p(-share)] })(process)
  const x = B.tensor(
    nodes.map((node) => node.x),
    [nodes.length, 1],
  )
  return B.read(denoise(x, t))
}

const processes = [ornsteinUhlenbeck(), rectifiedFlow(), vpCosine(), vanishingLinear({ floor: 0.01 }), subVp(), edm()]
const objectivesOf = ({ name }: ForwardProcess): readonly Objective[] => [
  cem,
  ddpm,
  sgm,
  flowMatching,
  edmPreconditioned({ dataDeviation: 0.5 }),
  ...(name === 'ornstein-uhlenbeck' || name === 'vp-cosine' ? [vPrediction] : []),
]

describe('the minimiser of every objective is the conditional expectation (paper B, eq. (66)–(68), Remark 3.10)', () => {
  it.each(processes.map((process) => [process.name, process] as const))('for two points under %s', async (_, process) => {
    const shift = fc.record({ size: evenly(0.1, 1), frequency: evenly(0, 3), phase: evenly(0, 6) })
    await fc.assert(
      fc.asyncProperty(settings(process), shift, async (setting, { size, frequency, phase }) => {
        const nodes = nodesOf(setting)
        const m = await posteriorMean(setting, nodes)
        const other = nodes.map(({ x }, k) => (m[k] as number) + size * (1.5 + Math.cos(frequency * x + phase)))
        const distance = nodes.reduce(
          (sum, { parts }, k) => sum + parts.reduce((p, { mass }) => p + mass, 0) * ((other[k] as number) - (m[k] as number)) ** 2,
          0,
        )
        for (const objective of objectivesOf(process)) {
          const { ofX, ofOutput } = objective.target.under(process)(setting.t)
          const outputOf = (denoiser: ArrayLike<number>) => (k: number) =>
            ((denoiser[k] as number) - ofX * (nodes[k] as Nodes[number]).x) / ofOutput
          const [least, loss] = [lossOf(objective, setting, nodes, outputOf(m)), lossOf(objective, setting, nodes, outputOf(other))]
          // Pythagoras: the loss of another denoiser exceeds the least by the weight times its squared distance, so the derivative in its
          // direction is 0. That holds node by node, so the sum is off by rounding alone: 1e-12 is some 10⁴ roundings of the larger loss.
          const excess = denoiserWeight(objective, process)(setting.t) * distance
          expect(Math.abs(loss - least - excess)).toBeLessThan(1e-12 * loss)
          // The other is 0.05 away at least, and two points within 2 have a posterior variance of at most 4: 0.0025/4.0025 of the loss.
          expect(excess).toBeGreaterThan(6e-4 * loss)
        }
      }),
      { numRuns: 15 },
    )
  })

  it('and the losses of CEM, DDPM and SGM are one number, for any denoiser', () => {
    const slopes = fc.record({ slope: evenly(-2, 2), offset: evenly(-2, 2) })
    fc.assert(
      fc.property(fc.constantFrom(...processes).chain(settings), slopes, (setting, { slope, offset }) => {
        const nodes = nodesOf(setting)
        const losses = [cem, ddpm, sgm].map((objective) => {
          const { ofX, ofOutput } = objective.target.under(setting.process)(setting.t)
          const output = (k: number): number => {
            const { x } = nodes[k] as Nodes[number]
            return (slope * Math.tanh(x) + offset - ofX * x) / ofOutput
          }
          return lossOf(objective, setting, nodes, output)
        })
        // 1e-12: as above.
        for (const loss of losses) expect(Math.abs(loss - (losses[0] as number))).toBeLessThan(1e-12 * loss)
      }),
      { numRuns: 40 },
    )
  })
})
