/**
 * Brownian motion over an interval by its increment and its space–time Lévy area, cut at any point (Foster, Lyons & Oberhauser 2020; Jelinčič,
 * Foster & Kidger 2024, "Single-seed generation of Brownian paths and integrals"). Host numbers, one per entry of a batch.
 */
export interface Piece {
  readonly length: number
  /** W_r − W_l. */
  readonly increment: Float64Array
  /** H = (1/h) ∫ (W_u − chord) du. */
  readonly area: Float64Array
}

/** A piece over [0, length] from 2 normals per entry: increment ~ N(0, h), area ~ N(0, h/12). */
export const wholePiece = (length: number, normals: Float64Array): Piece => {
  const [spread, height] = [Math.sqrt(length), Math.sqrt(length / 12)]
  const count = normals.length / 2
  return {
    length,
    increment: Float64Array.from({ length: count }, (_, e) => spread * (normals[2 * e] as number)),
    area: Float64Array.from({ length: count }, (_, e) => height * (normals[2 * e + 1] as number)),
  }
}

/**
 * The two parts of a piece, cut after `first` of its length, from 2 normals per entry. With p and q the shares of the lengths, b the height of
 * the path over the chord at the cut and H₁, H₂ the areas of the parts,
 *
 *     h H = h₁ H₁ + h₂ H₂ + h b/2,    Var b = h p q,   Var H₁ = h p/12,   Var H₂ = h q/12,
 *
 * the three being independent. In units of their deviations they are a vector along a = (√(3pq), p^{3/2}, q^{3/2}), |a| = 1, that H determines,
 * and two normals across it.
 */
export const cut = ({ length, increment, area }: Piece, first: number, normals: Float64Array): readonly [Piece, Piece] => {
  const p = first / length
  const q = (length - first) / length
  const [a0, a1, a2] = [Math.sqrt(3 * p * q), p * Math.sqrt(p), q * Math.sqrt(q)]
  const d = Math.hypot(a1, a2)
  const [heightOf, firstOf, secondOf] = [Math.sqrt(length * p * q), Math.sqrt((length * p) / 12), Math.sqrt((length * q) / 12)]
  const given = Math.sqrt(12 / length)
  const count = increment.length
  const parts = [first, length - first].map((part) => ({
    length: part,
    increment: new Float64Array(count),
    area: new Float64Array(count),
  })) as [Piece, Piece]
  for (let e = 0; e < count; e++) {
    const [w, along] = [increment[e] as number, given * (area[e] as number)]
    const [n1, n2] = [normals[2 * e] as number, normals[2 * e + 1] as number]
    const height = heightOf * (a0 * along + d * n2)
    parts[0].increment[e] = p * w + height
    parts[1].increment[e] = q * w - height
    parts[0].area[e] = firstOf * (a1 * along + (a2 * n1 - a0 * a1 * n2) / d)
    parts[1].area[e] = secondOf * (a2 * along - (a1 * n1 + a0 * a2 * n2) / d)
  }
  return parts
}

/** Two pieces that follow one another as one: h H = h₁ H₁ + h₂ H₂ + (h₂ w₁ − h₁ w₂)/2. */
export const join = (first: Piece, second: Piece): Piece => {
  const length = first.length + second.length
  const [p, q] = [first.length / length, second.length / length]
  return {
    length,
    increment: first.increment.map((w, e) => w + (second.increment[e] as number)),
    area: first.area.map(
      (H, e) => p * H + q * (second.area[e] as number) + 0.5 * (q * (first.increment[e] as number) - p * (second.increment[e] as number)),
    ),
  }
}
