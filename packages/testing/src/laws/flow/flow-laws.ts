import { type Backend, type ForwardProcess, fold, type Key, key, type Matrix, normalArray, uniformLogSnr } from '@tweedie/core'
import { agree, type Law } from '../law.js'
import { single } from '../solver/single.js'
import { dot, inBasis, rotation } from './basis.js'
import { type Mixture, mixtureCdf, mixtureDenoiser, mixtureFlow } from './mixture.js'
import { kolmogorovSmirnov, meanAndVariance } from './statistics.js'

type Denoiser<N> = (x: Matrix<N>, t: number) => Matrix<N>

/**
 * A way from noise to data: what takes states along the probability flow of a process, and along its reverse equation. Each gives the states
 * at the last time of the grid. The denoiser is m(x, t) = E[X_0 | X_t = x], [M, D] → [M, D].
 */
export interface LawfulSampling<N> {
  readonly flow: (process: ForwardProcess, denoiser: Denoiser<N>, initial: Matrix<N>, grid: readonly number[]) => Promise<Matrix<N>>
  /** With noise, of a key. Left out where there is none. */
  readonly reverse?: (
    process: ForwardProcess,
    denoiser: Denoiser<N>,
    initial: Matrix<N>,
    grid: readonly number[],
    key: Key,
  ) => Promise<Matrix<N>>
}

export interface FlowLawOptions {
  /** Steps, even in the log-SNR; 200 when not given. */
  readonly steps?: number
  /** The error of the flow that the solver has at these steps, in standard deviations of the data; 1e-3 when not given. */
  readonly tolerance?: number
  /** The log-SNRs to go between, [lowest, highest]; [−4, 4] when not given. */
  readonly logSnrRange?: readonly [number, number]
  /** Rows of the statistical laws; 2,000 when not given. */
  readonly rows?: number
}

/**
 * What the probability flow and the reverse equation of a process keep, on laws whose flow is known in closed form. The statistical laws
 * start from the exact marginal at the noisy end, with fixed keys.
 */
export const flowLaws = <N>(
  B: Backend<N>,
  process: ForwardProcess,
  { flow, reverse }: LawfulSampling<N>,
  { steps = 200, tolerance = 1e-3, logSnrRange: [lowest, highest] = [-4, 4], rows = 2000 }: FlowLawOptions = {},
): readonly Law[] => {
  const grid = uniformLogSnr(process, steps, { start: process.timeOfLogSnr(lowest), stop: process.timeOfLogSnr(highest) })
  const [t, s] = [grid[0] as number, grid.at(-1) as number]
  const { alpha, sigma } = process
  const title = (text: string): string => `${process.name}: ${text}`

  const end = async (go: (initial: Matrix<N>) => Promise<Matrix<N>>, data: ArrayLike<number>, columns: number): Promise<Float64Array> => {
    const initial = B.tensor(data, [data.length / columns, columns])
    const x = await go(initial)
    const values = await B.read(x)
    B.free(x)
    B.free(initial)
    return values
  }
  const flowEnd = (denoiser: Denoiser<N>, data: ArrayLike<number>, columns = 1, times: readonly number[] = grid): Promise<Float64Array> =>
    end((initial) => flow(process, denoiser, initial, times), data, columns)
  const compare = (actual: Float64Array, expected: ArrayLike<number>, size = 1): void =>
    actual.forEach((value, k) => agree(`entry ${k} at t = ${s}`, value, expected[k] as number, tolerance * size))

  const bumps: Mixture = { weights: [0.3, 0.7], means: [-1.5, 1], variances: [0.1, 0.25] }
  const denoiser = mixtureDenoiser(B, bumps, process)
  /** Draws of X_t: of each component its exact share, then its normal law. */
  const exactDraws = (): Float64Array =>
    normalArray(key(31), rows).map((z, i) => {
      const k = i < rows * (bumps.weights[0] as number) ? 0 : 1
      return alpha(t) * (bumps.means[k] as number) + Math.sqrt(alpha(t) ** 2 * (bumps.variances[k] as number) + sigma(t) ** 2) * z
    })
  const mean = bumps.weights.reduce((sum, w, k) => sum + w * (bumps.means[k] as number), 0)
  const centralMoment = (power: 2 | 4): number =>
    bumps.weights.reduce((sum, w, k) => {
      const m = alpha(s) * ((bumps.means[k] as number) - mean)
      const v = alpha(s) ** 2 * (bumps.variances[k] as number) + sigma(s) ** 2
      return sum + w * (power === 2 ? m * m + v : m ** 4 + 6 * m * m * v + 3 * v * v)
    }, 0)
  const marginal = async (values: Float64Array): Promise<void> => {
    const seen = meanAndVariance(values)
    const [second, fourth] = [centralMoment(2), centralMoment(4)]
    agree('the mean', seen.mean, alpha(s) * mean, 5 * Math.sqrt(second / rows))
    agree('the variance', seen.variance, second, 5 * Math.sqrt((fourth - second * second) / rows))
    const sorted = Array.from(values).sort((a, b) => a - b)
    const distance = kolmogorovSmirnov(await mixtureCdf(B, bumps, process, s, sorted))
    agree('the Kolmogorov–Smirnov distance', distance, 0, 2.7 / Math.sqrt(rows))
  }
  const rate = `5 standard errors of ${rows} rows and √n D < 2.7, error rate 2e-6 in all, fixed key`

  return [
    single(
      title('the flow of a point mass is α_s y + (σ_s/σ_t)(x − α_t y)'),
      'docs/formulas.md §1; Song, Meng & Ermon 2021, eq. (12)',
      async () => {
        const point = [0.7, -1.2]
        const to: Denoiser<N> = (x) => B.scope(() => B.add(B.mul(x, 0), B.tensor(point, [1, 2])))
        const x = [1, -1, 0.2, 2].map((z) => sigma(t) * z)
        const kept = sigma(s) / sigma(t)
        compare(
          await flowEnd(to, x, 2),
          x.map((value, k) => alpha(s) * (point[k % 2] as number) + kept * (value - alpha(t) * (point[k % 2] as number))),
        )
      },
    ),
    single(
      title('the flow of a Gaussian is the affine map of its marginals'),
      'x ↦ α_s μ + ((α_s² C + σ_s² I)/(α_t² C + σ_t² I))^½ (x − α_t μ), in the eigenbasis of C; docs/formulas.md §1',
      async () => {
        const [mu, variances, basis] = [[1, -0.5, 0.3], [0.25, 1.5, 0], rotation(0.7, -0.4)]
        const x = Float64Array.from(
          { length: 12 },
          (_, k) => alpha(t) * (mu[k % 3] as number) + Math.max(sigma(t), alpha(t)) * Math.sin(2 * k + 1),
        )
        const spread = (c: number, time: number): number => alpha(time) ** 2 * c + sigma(time) ** 2
        const expected = inBasis(x, basis, (row) =>
          row.map((z, j) => {
            const [c, m] = [variances[j] as number, dot(mu, basis, j)]
            return alpha(s) * m + Math.sqrt(spread(c, s) / spread(c, t)) * (z - alpha(t) * m)
          }),
        )
        const square: Matrix<N> = B.tensor(basis.flat(), [3, 3])
        const gaussian: Denoiser<N> = (y, time) =>
          B.scope(() => {
            const centre = B.tensor(mu, [1, 3])
            const gains = B.tensor(
              variances.map((c) => (alpha(time) * c) / spread(c, time)),
              [1, 3],
            )
            const centred: Matrix<N> = B.sub(y, B.mul(centre, alpha(time)))
            const turned: Matrix<N> = B.mul(B.matMul(centred, B.transpose(square)), gains)
            return B.add(B.matMul(turned, square), centre)
          })
        const actual = await flowEnd(gaussian, x, 3)
        B.free(square)
        compare(actual, expected, 3)
      },
    ),
    single(
      title('the flow of a mixture on the line keeps quantiles'),
      'F_s(x_s) = F_t(x_t): the continuity equation in one dimension (Song et al. 2021, appendix D.1)',
      async () => {
        const spreads = [-1.5, -0.5, 0.2, 1, 2].map((z) => Math.sqrt(alpha(t) ** 2 + sigma(t) ** 2) * z)
        // Between the bumps the flow spreads points apart, by up to the ratio of the densities.
        compare(await flowEnd(denoiser, spreads), await mixtureFlow(B, bumps, process, [t, s], spreads), 10)
      },
    ),
    single(title('two legs of the flow are the whole'), 'flow property: φ(r→s) ∘ φ(t→r) = φ(t→s)', async () => {
      const x = [-1, 0.3, 1.2].map((z) => sigma(t) * z)
      const middle = Math.floor(grid.length / 2)
      const halfway = await flowEnd(denoiser, x, 1, grid.slice(0, middle + 1))
      compare(await flowEnd(denoiser, halfway, 1, grid.slice(middle)), await flowEnd(denoiser, x), 2)
    }),
    single(title('the flow carries the marginal at t to that at s'), `Song et al. 2021, eq. (13); ${rate}`, async () =>
      marginal(await flowEnd(denoiser, exactDraws())),
    ),
    ...(reverse === undefined
      ? []
      : [
          single(
            title('the reverse equation carries the marginal at t to that at s'),
            `Anderson 1982; Song et al. 2021, eq. (6); ${rate}`,
            async () => marginal(await end((initial) => reverse(process, denoiser, initial, grid, fold(key(32), 0)), exactDraws(), 1)),
          ),
        ]),
  ]
}
