import { softMinimum, transposed } from './soft-minimum.js'
import { stabilised } from './stabilised.js'

/**
 * Dual potentials of entropic optimal transport between equal weights, in the log domain. With
 * T(g)_i = −ε ln (1/m) Σ_j e^((g_j − C_ij)/ε), the optimum has f = T(g) and g = T(f), and OT_ε = mean f + mean g
 * (Feydy et al. 2019). The plan of (f, g) has row sums e^((f_i − T(g)_i)/ε)/n: their total distance from 1/n is the marginal error.
 */
export interface Dual {
  /** OT_ε, from below. */
  readonly value: number
  readonly marginalError: number
  readonly iterations: number
}

export interface SinkhornLimits {
  readonly epsilon: number
  readonly tolerance: number
  readonly iterations: number
}

const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length

/** How far the row sums of the plan of (f, g) are from even, given T(g). */
const marginalError = (f: Float64Array, image: Float64Array, epsilon: number): number => {
  let sum = 0
  for (let i = 0; i < f.length; i++) sum += Math.abs(Math.expm1(((f[i] as number) - (image[i] as number)) / epsilon))
  return sum / f.length
}

/** The largest cost, a quarter of it, and so on, down to above ε: rough solutions on the way to it. */
const temperatures = (costs: Float64Array, epsilon: number): number[] => {
  let temperature = costs.reduce((largest, cost) => Math.max(largest, cost), 0)
  const list: number[] = []
  for (; temperature > epsilon; temperature /= 4) list.push(temperature)
  return list
}

const roughSteps = 3

/** OT_ε between two samples: g and f in turn. */
export const crossPotentials = (costs: Float64Array, rows: number, columns: number, limits: SinkhornLimits): Dual => {
  const { epsilon, tolerance, iterations } = limits
  const across = transposed(costs, rows, columns)
  const f = new Float64Array(rows)
  const g = new Float64Array(columns)
  const image = new Float64Array(rows)
  for (const temperature of temperatures(costs, epsilon))
    for (let step = 0; step < roughSteps; step++) {
      softMinimum(f, costs, g, temperature)
      softMinimum(g, across, f, temperature)
    }
  const [toRows, toColumns] = [stabilised(costs, rows, columns, epsilon), stabilised(across, columns, rows, epsilon)]
  for (let step = 1; ; step++) {
    toRows(image, g)
    const error = step === 1 ? Number.POSITIVE_INFINITY : marginalError(f, image, epsilon)
    // With f = T(g) the plan has all its mass, so this is a value of the dual and at most the optimum.
    if (error <= tolerance || step > iterations) return { value: mean(image) + mean(g), marginalError: error, iterations: step - 1 }
    f.set(image)
    toColumns(g, f)
  }
}

/** OT_ε of a sample with itself, whose two potentials are one: f ← ½ (f + T(f)), which converges in a few steps. */
export const selfPotential = (costs: Float64Array, rows: number, limits: SinkhornLimits): Dual => {
  const { epsilon, tolerance, iterations } = limits
  const f = new Float64Array(rows)
  const image = new Float64Array(rows)
  const halfStep = (): void => {
    for (let i = 0; i < rows; i++) f[i] = ((f[i] as number) + (image[i] as number)) / 2
  }
  for (const temperature of temperatures(costs, epsilon))
    for (let step = 0; step < roughSteps; step++) {
      softMinimum(image, costs, f, temperature)
      halfStep()
    }
  const step = stabilised(costs, rows, rows, epsilon)
  for (let taken = 0; ; taken++) {
    step(image, f)
    const error = marginalError(f, image, epsilon)
    if (error <= tolerance || taken >= iterations) return { value: mean(f) + mean(image), marginalError: error, iterations: taken }
    halfStep()
  }
}
