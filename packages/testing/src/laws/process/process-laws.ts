import { diffusionSquared, drift, type ForwardProcess, transition } from '@tweedie/core'
import fc from 'fast-check'
import { times } from '../../arbitraries/times.js'
import { agree, type Law, law } from '../law.js'
import { derivative } from './derivative.js'

/**
 * What every forward process keeps (X_t | X_0 ~ N(α_t X_0, σ_t² I), dX = f X dt + g dW). Checked at times inside its range, its ends
 * left out, where α or σ may vanish. Each law names its source.
 */
export const processLaws = (process: ForwardProcess): readonly Law[] => {
  const inside = times(process)
  const pairs = fc.tuple(inside, inside).map(([a, b]) => [Math.min(a, b), Math.max(a, b)] as const)
  const triples = fc.tuple(inside, inside, inside).map((all) => all.sort((a, b) => a - b) as [number, number, number])
  const [start, end] = process.timeRange
  const reach = (t: number): number => Math.min(t - start, end - t)
  const variance = (t: number): number => process.sigma(t) ** 2
  const title = (text: string): string => `${process.name}: ${text}`

  return [
    law(
      title('α and σ are positive and finite inside the range'),
      'definition of the transition X_t | X_0 ~ N(α X_0, σ² I)',
      inside,
      (t) => {
        for (const [name, value] of [
          ['α', process.alpha(t)],
          ['σ', process.sigma(t)],
        ] as const)
          if (!(value > 0 && Number.isFinite(value))) throw new Error(`${name} is ${value} at t = ${t}`)
      },
    ),
    law(title('alphaDerivative is dα/dt'), 'finite difference', inside, (t) => {
      const exact = process.alphaDerivative(t)
      agree(`dα/dt at t = ${t}`, exact, derivative(process.alpha, t, reach(t)), 1e-8 * (Math.abs(exact) + process.alpha(t) / reach(t)))
    }),
    law(title('varianceDerivative is d(σ²)/dt'), 'finite difference', inside, (t) => {
      const exact = process.varianceDerivative(t)
      agree(`d(σ²)/dt at t = ${t}`, exact, derivative(variance, t, reach(t)), 1e-8 * (Math.abs(exact) + variance(t) / reach(t)))
    }),
    law(title('log-SNR is ln(α²/σ²)'), 'Kingma et al. 2021, "Variational diffusion models", eq. (4)', inside, (t) => {
      const expected = 2 * Math.log(process.alpha(t) / process.sigma(t))
      agree(`log-SNR at t = ${t}`, process.logSnr(t), expected, 1e-10 * (1 + Math.abs(expected)))
    }),
    law(title('log-SNR decreases'), 'Kingma et al. 2021, §3.1: the signal-to-noise ratio strictly decreases', pairs, ([s, t]) => {
      // Times closer than this may share a rounded log-SNR.
      if (t - s > 1e-9 * (end - start) && !(process.logSnr(s) > process.logSnr(t)))
        throw new Error(`log-SNR is ${process.logSnr(s)} at t = ${s} and ${process.logSnr(t)} at t = ${t}`)
    }),
    law(title('timeOfLogSnr inverts logSnr'), 'definition of the inverse', inside, (t) => {
      const lambda = process.logSnr(t)
      // An error of 1e-10 in λ is one of 1e-10/|λ'| in t.
      const slope = Math.abs(derivative(process.logSnr, t, reach(t)))
      agree(`time of log-SNR ${lambda}`, process.timeOfLogSnr(lambda), t, 1e-12 * Math.abs(t) + (1e-10 * (1 + Math.abs(lambda))) / slope)
    }),
    law(
      title('transitions compose'),
      'Chapman–Kolmogorov equation; the law of X_t | X_s is that of paper B, eq. (20)',
      triples,
      ([r, s, t]) => {
        const [first, second, whole] = [transition(process, r, s), transition(process, s, t), transition(process, r, t)]
        agree(`factor from ${r} by ${s} to ${t}`, first.factor * second.factor, whole.factor, 1e-12 * whole.factor)
        agree(
          `variance from ${r} by ${s} to ${t}`,
          second.factor ** 2 * first.variance + second.variance,
          whole.variance,
          1e-12 * variance(t),
        )
      },
    ),
    law(title('a transition carries the law of X_s onto that of X_t'), 'the tower rule for X_t | X_0', pairs, ([s, t]) => {
      const { factor, variance: added } = transition(process, s, t)
      agree(`α from ${s} to ${t}`, factor * process.alpha(s), process.alpha(t), 1e-12 * process.alpha(t))
      agree(`σ² from ${s} to ${t}`, factor ** 2 * variance(s) + added, variance(t), 1e-12 * variance(t))
    }),
    law(title('the diffusion is not negative'), "g² = (σ²)' − 2 f σ² = −σ² dλ/dt (docs/formulas.md §1)", inside, (t) => {
      const value = diffusionSquared(process, t)
      if (!(value >= -1e-10 * (Math.abs(process.varianceDerivative(t)) + variance(t) / reach(t))))
        throw new Error(`g² is ${value} at t = ${t}`)
    }),
    law(
      title('drift and diffusion give α and σ² back'),
      "moments of a linear SDE: α' = f α, (σ²)' = 2 f σ² + g² (Särkkä & Solin 2019, §5.5)",
      inside,
      (s) => {
        // A third of the way to the nearer end, where the coefficients are smooth: Runge–Kutta of order 4 in 64 steps is right to 1e-8.
        const t = s + reach(s) / 3
        const [alpha, sigma2] = integrateMoments(process, s, t, 64)
        agree(`α from ${s} to ${t} by the drift`, alpha, process.alpha(t), 1e-6 * process.alpha(s))
        agree(`σ² from ${s} to ${t} by drift and diffusion`, sigma2, variance(t), 1e-6 * Math.max(variance(s), variance(t)))
      },
    ),
  ]
}

/** α and σ² at time t from those at time s, by the moment equations and the classical Runge–Kutta method. */
const integrateMoments = (process: ForwardProcess, s: number, t: number, steps: number): [alpha: number, variance: number] => {
  const rates = (time: number, alpha: number, variance: number): [number, number] => {
    const f = drift(process, time)
    return [f * alpha, 2 * f * variance + diffusionSquared(process, time)]
  }
  const h = (t - s) / steps
  let [alpha, variance] = [process.alpha(s), process.sigma(s) ** 2]
  for (let k = 0; k < steps; k++) {
    const time = s + k * h
    const [a1, v1] = rates(time, alpha, variance)
    const [a2, v2] = rates(time + h / 2, alpha + (h / 2) * a1, variance + (h / 2) * v1)
    const [a3, v3] = rates(time + h / 2, alpha + (h / 2) * a2, variance + (h / 2) * v2)
    const [a4, v4] = rates(time + h, alpha + h * a3, variance + h * v3)
    alpha += (h / 6) * (a1 + 2 * a2 + 2 * a3 + a4)
    variance += (h / 6) * (v1 + 2 * v2 + 2 * v3 + v4)
  }
  return [alpha, variance]
}
