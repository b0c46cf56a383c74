/**
 * The weights b_i(θ) of interpolants that follow a step in value and velocity at both ends (Shampine 1985, "Interpolation for Runge–Kutta
 * methods"; Hairer, Nørsett & Wanner, "Solving ODEs I", §II.6): for a method whose last stage `last` is at the end of the step,
 *
 *     x(t + θh) = x + θ(Δ + θ′(h k_1 − Δ + θ(2Δ − h k_1 − h k_last + θ′(d_1 + θ(d_2 + θ′(d_3 + θ d_4)))))),    θ′ = 1 − θ,
 *
 * with Δ = x_s − x and d_j = h Σ_i D_ji k_i, as many as there are rows of D. With none it is the cubic of Hermite.
 */
export const hermiteInterpolant = (
  weights: readonly number[],
  last: number,
  corrections: readonly (readonly number[])[] = [],
): ((theta: number) => readonly number[]) => {
  const stages = Math.max(last + 1, ...corrections.map((row) => row.length))
  const unit = (i: number, at: number): number => (i === at ? 1 : 0)
  return (theta) =>
    Array.from({ length: stages }, (_, i) => {
      const b = weights[i] ?? 0
      const rows = [b, unit(i, 0) - b, 2 * b - unit(i, 0) - unit(i, last), ...corrections.map((row) => row[i] ?? 0)]
      // From the inside out; the outermost factor is θ, and they alternate.
      return rows.reduceRight((inner, row, depth) => (depth % 2 === 0 ? theta : 1 - theta) * (row + inner), 0)
    })
}
