import type { Backend, ForwardProcess, Matrix } from '@tweedie/core'

/** A mixture of normal laws on the line. */
export interface Mixture {
  readonly weights: readonly number[]
  readonly means: readonly number[]
  readonly variances: readonly number[]
}

/** Its posterior mean (docs/formulas.md §1): the components' m weighted by their responsibilities. [M, 1] → [M, 1]. */
export const mixtureDenoiser =
  <N>(B: Backend<N>, { weights, means, variances }: Mixture, process: ForwardProcess): ((x: Matrix<N>, t: number) => Matrix<N>) =>
  (x, t) =>
    B.scope(() => {
      const [alpha, sigma] = [process.alpha(t), process.sigma(t)]
      const row = (f: (c: number, mu: number, w: number) => number): Matrix<N> =>
        B.tensor(
          variances.map((c, k) => f(c, means[k] as number, weights[k] as number)),
          [1, variances.length],
        )
      const spread = (c: number): number => alpha * alpha * c + sigma * sigma
      const centred: Matrix<N> = B.sub(
        x,
        row((_, mu) => alpha * mu),
      )
      const logits: Matrix<N> = B.add(
        B.mul(
          B.square(centred),
          row((c) => -0.5 / spread(c)),
        ),
        row((c, _, w) => Math.log(w) - 0.5 * Math.log(spread(c))),
      )
      const shares = B.exp(B.sub(logits, B.logSumExp(logits, 1, true)))
      const each: Matrix<N> = B.add(
        B.mul(
          centred,
          row((c) => (alpha * c) / spread(c)),
        ),
        row((_, mu) => mu),
      )
      return B.sum(B.mul(shares, each), 1, true)
    })

/** The distribution function of X_t for a mixture. */
export const mixtureCdf = async <N>(
  B: Backend<N>,
  { weights, means, variances }: Mixture,
  process: ForwardProcess,
  t: number,
  x: readonly number[],
): Promise<number[]> => {
  const [alpha, variance] = [process.alpha(t), process.sigma(t) ** 2]
  const scores = x.flatMap((value) =>
    means.map((mu, k) => (value - alpha * mu) / Math.sqrt(2 * (alpha * alpha * (variances[k] as number) + variance))),
  )
  const given = B.tensor(scores, [scores.length])
  const erf = B.erf(given)
  const numbers = await B.read(erf)
  B.free(erf)
  B.free(given)
  return x.map((_, i) => weights.reduce((sum, w, k) => sum + (w * (1 + (numbers[i * weights.length + k] as number))) / 2, 0))
}

/**
 * Where the probability flow of a mixture on the line ends: it keeps the order of the points and carries p_t to p_s, so F_s(x_s) = F_t(x_t).
 * By bisection on F_s, to its last bit; no differential equation is solved.
 */
export const mixtureFlow = async <N>(
  B: Backend<N>,
  mixture: Mixture,
  process: ForwardProcess,
  [t, s]: readonly [number, number],
  x: readonly number[],
): Promise<number[]> => {
  const levels = await mixtureCdf(B, mixture, process, t, x)
  const reach = Math.max(...mixture.means.map(Math.abs)) + 10 * Math.sqrt(Math.max(1, ...mixture.variances) + process.sigma(s) ** 2)
  let [low, high] = [x.map(() => -reach), x.map(() => reach)]
  for (let k = 0; k < 64; k++) {
    const middle = low.map((value, i) => (value + (high[i] as number)) / 2)
    const below = (await mixtureCdf(B, mixture, process, s, middle)).map((level, i) => level < (levels[i] as number))
    low = low.map((value, i) => (below[i] ? (middle[i] as number) : value))
    high = high.map((value, i) => (below[i] ? value : (middle[i] as number)))
  }
  return low.map((value, i) => (value + (high[i] as number)) / 2)
}
