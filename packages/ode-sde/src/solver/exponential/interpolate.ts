/**
 * Weights b_i that integrate the polynomial through values m_i at the nodes θ_i against a measure with moments W_j, ∫ p dW = Σ b_i m_i:
 * Adams' construction, with exponential moments the one of exponential Adams methods (Hochbruck & Ostermann 2010, §2) and of DEIS (Zhang & Chen 2023).
 */
export const interpolatoryWeights = (nodes: readonly number[], moments: readonly number[]): number[] =>
  nodes.map((node, i) => {
    // Lagrange's polynomial ∏ (θ − θ_k)/(θ_i − θ_k), coefficients in ascending powers.
    let coefficients = [1]
    nodes.forEach((other, k) => {
      if (k === i) return
      const factor = 1 / (node - other)
      coefficients = Array.from(
        { length: coefficients.length + 1 },
        (_, power) => factor * ((coefficients[power - 1] ?? 0) - other * (coefficients[power] ?? 0)),
      )
    })
    return coefficients.reduce((sum, coefficient, power) => sum + coefficient * (moments[power] as number), 0)
  })
