import { tweedieError } from '../errors.js'

/**
 * A forward process with Gaussian transition X_t | X_0 ~ N(α_t X_0, σ_t² I), as data (docs/formulas.md §1). All coefficients are float64 on
 * the host. Everything else (drift, diffusion, transition, prior) follows from these and lives in derived.ts.
 */
export interface ForwardProcess {
  readonly name: string
  /** [start, end] with the data at the start and noise at the end. */
  readonly timeRange: readonly [number, number]
  /** α_t, the factor on the data. */
  readonly alpha: (t: number) => number
  /** σ_t, the standard deviation of the noise. */
  readonly sigma: (t: number) => number
  /** dα/dt. */
  readonly alphaDerivative: (t: number) => number
  /** d(σ²)/dt: finite where dσ/dt is not. */
  readonly varianceDerivative: (t: number) => number
  /** λ(t) = ln(α²/σ²), decreasing in t; +Infinity where σ = 0, −Infinity where α = 0. */
  readonly logSnr: (t: number) => number
  /** The time at which the log-SNR is λ. */
  readonly timeOfLogSnr: (logSnr: number) => number
}

/** What a user writes to make a process of their own. */
export interface ForwardProcessDefinition
  extends Pick<ForwardProcess, 'name' | 'timeRange' | 'alpha' | 'sigma' | 'alphaDerivative' | 'varianceDerivative'>,
    Partial<Pick<ForwardProcess, 'logSnr' | 'timeOfLogSnr'>> {}

/**
 * Completes a pair (α, σ) with derivatives to a process: the log-SNR follows from the pair, its inverse from bisection, unless given.
 * Throws `InvalidArgument` when the range is not increasing or the log-SNR does not decrease over it (33 times are looked at).
 */
export const forwardProcess = (definition: ForwardProcessDefinition): ForwardProcess => {
  const [start, end] = definition.timeRange
  const where = `forwardProcess ${definition.name}`
  if (!(start < end) || !Number.isFinite(end - start))
    throw tweedieError('InvalidArgument', where, `time range [${start}, ${end}]`, 'Give [start, end] with start < end, both finite')
  const logSnr = definition.logSnr ?? ((t: number) => 2 * (Math.log(definition.alpha(t)) - Math.log(definition.sigma(t))))
  let before = Number.POSITIVE_INFINITY
  for (let k = 0; k <= 32; k++) {
    const t = start + ((end - start) * k) / 32
    const value = logSnr(t)
    if (Number.isNaN(value) || value > before || (value === before && Number.isFinite(value)))
      throw tweedieError(
        'InvalidArgument',
        where,
        `log-SNR ${value} at t = ${t} after ${before}`,
        'α must not be negative, σ must not be negative, and α/σ must decrease in t',
      )
    before = value
  }
  return { ...definition, logSnr, timeOfLogSnr: definition.timeOfLogSnr ?? bisect(logSnr, start, end) }
}

/** The inverse of a decreasing function on [start, end], to the last bit; values outside the range give the nearer end. */
const bisect =
  (decreasing: (t: number) => number, start: number, end: number) =>
  (value: number): number => {
    if (value >= decreasing(start)) return start
    if (value <= decreasing(end)) return end
    let [low, high] = [start, end]
    for (;;) {
      const middle = low + (high - low) / 2
      if (middle <= low || middle >= high) return Math.abs(decreasing(low) - value) <= Math.abs(decreasing(high) - value) ? low : high
      if (decreasing(middle) >= value) low = middle
      else high = middle
    }
  }
