/** ln(1 + eˣ) without overflow. A variance-preserving process has −2 ln α = softplus(−λ). */
export const softplus = (x: number): number => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)))
