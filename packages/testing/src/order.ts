import { tweedieError } from '@tweedie/core'

/** The order of convergence that errors show: error ≈ C · steps^(−order). */
export interface MeasuredOrder {
  readonly order: number
  readonly errors: readonly number[]
}

/**
 * The slope of −ln error over ln steps by least squares (Hairer, Nørsett & Wanner, "Solving ordinary differential equations I", §II.4).
 * Throws `InvalidArgument` unless there are two different positive step counts, one error each, and every error is positive and finite:
 * an error of 0 has no logarithm, and says that rounding or an exact solution is being measured.
 */
export const orderOf = (steps: readonly number[], errors: readonly number[]): number => {
  if (new Set(steps).size < 2 || !steps.every((n) => n > 0 && Number.isFinite(n)) || errors.length !== steps.length)
    throw tweedieError(
      'InvalidArgument',
      'orderOf',
      `steps [${steps.join(', ')}] with ${errors.length} errors`,
      'Give two or more different positive step counts and an error for each',
    )
  errors.forEach((error, k) => {
    if (!(error > 0) || !Number.isFinite(error))
      throw tweedieError(
        'InvalidArgument',
        'orderOf',
        `error ${error} at ${steps[k]} steps`,
        'Measure where the error is positive and above rounding: fewer steps, or a problem that is not solved exactly',
      )
  })
  const [x, y] = [steps.map(Math.log), errors.map((error) => -Math.log(error))]
  const average = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length
  const [mx, my] = [average(x), average(y)]
  return average(x.map((value, k) => (value - mx) * ((y[k] as number) - my))) / average(x.map((value) => (value - mx) ** 2))
}

/** Measures the error at each number of steps and the order that it falls with. See `orderOf` for what it refuses. */
export const measureOrder = (errorAt: (steps: number) => number, steps: readonly number[]): MeasuredOrder => {
  const errors = steps.map(errorAt)
  return { order: orderOf(steps, errors), errors }
}
