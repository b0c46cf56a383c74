/**
 * Rooted trees and the conditions of order that they stand for (Butcher 1963; Hairer, Nørsett & Wanner, "Solving ODEs I", §II.2): a method has
 * order p if and only if Σ b_i Φ_i(τ) = 1/γ(τ) for every tree τ of up to p nodes. Tests only.
 */
export interface RootedTree {
  readonly branches: readonly RootedTree[]
  readonly size: number
  /** γ(τ): the product over all nodes of the sizes of the subtrees that they carry. */
  readonly density: number
}

const tree = (branches: readonly RootedTree[]): RootedTree => {
  const size = 1 + branches.reduce((sum, branch) => sum + branch.size, 0)
  return { branches, size, density: size * branches.reduce((product, branch) => product * branch.density, 1) }
}

/** Every tree of one size, once: 1, 1, 2, 4, 9, 20, 48, 115, 286 of them. */
export const treesOf = (size: number): readonly RootedTree[] => {
  const smaller = Array.from({ length: size - 1 }, (_, k) => treesOf(k + 1)).flat()
  const forests = (total: number, from: number): RootedTree[][] =>
    total === 0
      ? [[]]
      : smaller.flatMap((first, k) =>
          k < from || first.size > total ? [] : forests(total - first.size, k).map((rest) => [first, ...rest]),
        )
  return forests(size - 1, 0).map(tree)
}

/** Every tree of up to that size. */
export const treesUpTo = (size: number): readonly RootedTree[] => Array.from({ length: size }, (_, k) => treesOf(k + 1)).flat()

/** Φ_i(τ), a number per stage: the product over the branches β of Σ_j a_ij Φ_j(β). */
export const stageWeights = (stages: readonly (readonly number[])[], { branches }: RootedTree): number[] => {
  const below = branches.map((branch) => stageWeights(stages, branch))
  return stages.map((row) => below.reduce((product, phi) => product * row.reduce((sum, a, j) => sum + a * (phi[j] as number), 0), 1))
}

/** Σ b_i Φ_i(τ), and the size of what is summed: rounding is a few units of 1e-16 of it. */
export const elementaryWeight = (
  stages: readonly (readonly number[])[],
  weights: readonly number[],
  of: RootedTree,
): { readonly value: number; readonly scale: number } => {
  const size = (numbers: readonly number[]): number[] => numbers.map(Math.abs)
  const total = (rows: readonly (readonly number[])[], b: readonly number[]): number => {
    const phi = stageWeights(rows, of)
    return b.reduce((sum, weight, i) => sum + weight * (phi[i] as number), 0)
  }
  return { value: total(stages, weights), scale: total(stages.map(size), size(weights)) }
}
