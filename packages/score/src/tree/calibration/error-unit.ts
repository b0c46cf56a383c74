import type { CloudLevel, CloudTree, NoiseLevel } from '@tweedie/core'

/** Σ π |y − ȳ|²/D over the whole cloud, by its root's moments: the square of its spread per coordinate. */
const variancePerColumn = ({ dimension, levels }: CloudTree): number => {
  const { rank, variances, rest } = levels[levels.length - 1] as CloudLevel
  let trace = (dimension - rank) * (rest[0] as number)
  for (let k = 0; k < rank; k++) trace += variances[k] as number
  return trace / dimension
}

/**
 * What an error of the mean is measured in: √D · min(σ/α, s), s the spread of the cloud per coordinate. At small noise the score (αm − x)/σ² has
 * the typical size √D/σ, and an error of this unit times e is one of about e in it, relative; at large noise it is one of e in the spread of the data.
 */
export const errorUnit = (tree: CloudTree): ((level: NoiseLevel) => number) => {
  const spread = Math.sqrt(variancePerColumn(tree))
  const root = Math.sqrt(tree.dimension)
  return ({ alpha, sigma }) => root * (spread > 0 ? Math.min(sigma / alpha, spread) : sigma / alpha)
}

/** The spread of the cloud per coordinate. */
export const spreadOf = (tree: CloudTree): number => Math.sqrt(variancePerColumn(tree))
