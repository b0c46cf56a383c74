/** Numerical differentiation for tests: independent of what is tested. */

/** The derivative of f at t from values inside [low, high], by Richardson's extrapolation of central differences; error about ε^(4/5). */
export const derivative = (f: (t: number) => number, t: number, low: number, high: number): number => {
  const h = Math.min(1e-3 * Math.max(Math.abs(t), 1e-3 * (high - low)), 0.4 * (t - low), 0.4 * (high - t))
  const central = (step: number): number => (f(t + step) - f(t - step)) / (2 * step)
  return (4 * central(h / 2) - central(h)) / 3
}
