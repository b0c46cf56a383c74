import type { Backend, Shape, Tensor } from '@tweedie/core'

/**
 * The modified Bessel functions I₀ and I₁ as the circle needs them, in backend operations, to rounding in float64. Both take κ², of which
 * they are functions without a branch point, and go over from one expansion to another at κ = 20. κ² must not overflow: κ < 1e19 in
 * float32.
 */
const BORDER = 20

// Truncation at the border, relative: the fraction 1e-17, the series 3e-17, the asymptotic series 1e-16; all smaller elsewhere.
const LEVELS = 29
const SERIES_TERMS = 33
const ASYMPTOTIC_TERMS = 24

/**
 * I₁(κ)/(κ I₀(κ)) from κ²: ½ at 0, falling like 1/κ. Gauss's continued fraction 1/(2 + κ²/(4 + κ²/(6 + …))) up to the border (DLMF 10.33.1),
 * the asymptotic series of the quotient beyond.
 */
export const besselRatio = <N, S extends Shape>(B: Backend<N>, kappaSquared: Tensor<N, S>): Tensor<N, S> =>
  B.scope(() => {
    const near = B.minimum(kappaSquared, BORDER * BORDER)
    let fraction = B.add(B.mul(near, 1 / (2 * LEVELS)), 2 * (LEVELS - 1))
    for (let n = LEVELS - 2; n >= 1; n--) fraction = B.add(B.div(near, fraction), 2 * n)
    const inverse = inverseFar(B, kappaSquared)
    const far = B.mul(polynomial(B, inverse, QUOTIENT), inverse)
    return B.where(isFar(B, kappaSquared), far, B.div(1, fraction))
  })

/** 1 − I₁(κ)/I₀(κ) from κ²: 1 at 0, falling like 1/(2κ), with all its digits far out, where the quotient is 1 but for rounding. */
export const besselGap = <N, S extends Shape>(B: Backend<N>, kappaSquared: Tensor<N, S>): Tensor<N, S> =>
  B.scope(() => {
    const near = B.minimum(kappaSquared, BORDER * BORDER)
    const inverse = inverseFar(B, kappaSquared)
    const far = B.mul(polynomial(B, inverse, GAP), inverse)
    return B.where(isFar(B, kappaSquared), far, B.sub(1, B.mul(B.sqrt(near), besselRatio(B, near))))
  })

/**
 * ln(e^(−κ) I₀(κ)) from κ²: 0 at 0, −½ ln(2πκ) far out. The power series Σ (κ²/4)^n/n!² up to the border (DLMF 10.25.2), Hankel's asymptotic
 * series beyond (DLMF 10.40.1).
 */
export const logScaledBessel0 = <N, S extends Shape>(B: Backend<N>, kappaSquared: Tensor<N, S>): Tensor<N, S> =>
  B.scope(() => {
    const quarter = B.mul(B.minimum(kappaSquared, BORDER * BORDER), 0.25)
    const near = B.sub(B.log(polynomial(B, quarter, SERIES)), B.sqrt(B.mul(quarter, 4)))
    const inverse = inverseFar(B, kappaSquared)
    const far = B.add(B.log(polynomial(B, inverse, HANKEL)), B.mul(B.log(B.mul(inverse, 1 / (2 * Math.PI))), 0.5))
    return B.where(isFar(B, kappaSquared), far, near)
  })

const isFar = <N, S extends Shape>(B: Backend<N>, kappaSquared: Tensor<N, S>): Tensor<N, S> => B.greater(kappaSquared, BORDER * BORDER)

/** 1/κ, kept below 1/20 so that what `where` drops stays finite. */
const inverseFar = <N, S extends Shape>(B: Backend<N>, kappaSquared: Tensor<N, S>): Tensor<N, S> =>
  B.div(1, B.sqrt(B.maximum(kappaSquared, BORDER * BORDER)))

/** Σ c_n x^n by Horner's rule, coefficients from the constant up. */
const polynomial = <N, S extends Shape>(B: Backend<N>, x: Tensor<N, S>, coefficients: readonly number[]): Tensor<N, S> => {
  const [last, ...rest] = [...coefficients].reverse() as [number, ...number[]]
  const [next, ...lower] = rest as [number, ...number[]]
  return lower.reduce((value, c) => B.add(B.mul(value, x), c), B.add(B.mul(x, last), next))
}

/** 1/n!². */
const SERIES: readonly number[] = (() => {
  const c = [1]
  for (let n = 1; n <= SERIES_TERMS; n++) c.push((c[n - 1] as number) / (n * n))
  return c
})()

/** √(2πκ) e^(−κ) I₀(κ) = Σ c_n κ^(−n), c_n = Π (2j − 1)²/(8j). */
const HANKEL: readonly number[] = (() => {
  const c = [1]
  for (let n = 1; n <= ASYMPTOTIC_TERMS; n++) c.push(((c[n - 1] as number) * (2 * n - 1) ** 2) / (8 * n))
  return c
})()

/** I₁/I₀ = Σ c_n κ^(−n), put into its Riccati equation A' = 1 − A/κ − A²: 2 c_n = (n − 2) c_(n−1) − Σ_{0<i<n} c_i c_(n−i). */
const QUOTIENT: readonly number[] = (() => {
  const c = [1]
  for (let n = 1; n <= ASYMPTOTIC_TERMS; n++) {
    let value = (n - 2) * (c[n - 1] as number)
    for (let i = 1; i < n; i++) value -= (c[i] as number) * (c[n - i] as number)
    c.push(value / 2)
  }
  return c
})()

/** κ (1 − I₁/I₀), the same series from its second term on. */
const GAP: readonly number[] = QUOTIENT.slice(1).map((c) => -c)
