/**
 * df/dt at t from values within `reach` of it: Richardson's extrapolation of central differences with steps h and h/2, h = reach/1000.
 * For a function analytic within `reach` the truncation is about 1e-12 f/reach and the rounding 1e-12 f/reach.
 */
export const derivative = (f: (t: number) => number, t: number, reach: number): number => {
  const h = reach * 1e-3
  const central = (step: number): number => (f(t + step) - f(t - step)) / (t + step - (t - step))
  return (4 * central(h / 2) - central(h)) / 3
}
