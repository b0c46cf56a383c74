/**
 * Weight, mean and scatter of a group of points, gathered point by point or group by group: Chan, Golub & LeVeque's merge (1979, Updating
 * formulae, eq. (2.1)), which takes means about means and loses no digits to a far origin.
 */
export interface GroupMoments {
  /** The largest log-weight so far; the sums below are relative to its exponential. */
  top: number
  weight: number
  readonly mean: Float64Array
  /** Σ π |y − mean|². */
  spread: number
  /** Σ π (y − mean)(y − mean)ᵀ, [D, D]; empty where no axes are wanted. */
  readonly scatter: Float64Array
  readonly lower: Float64Array
  readonly upper: Float64Array
}

export const groupMoments = (dimension: number, withScatter: boolean): GroupMoments => ({
  top: Number.NEGATIVE_INFINITY,
  weight: 0,
  mean: new Float64Array(dimension),
  spread: 0,
  scatter: new Float64Array(withScatter ? dimension * dimension : 0),
  lower: new Float64Array(dimension).fill(Number.POSITIVE_INFINITY),
  upper: new Float64Array(dimension).fill(Number.NEGATIVE_INFINITY),
})

export const clear = (group: GroupMoments): void => {
  group.top = Number.NEGATIVE_INFINITY
  group.weight = 0
  group.spread = 0
  group.mean.fill(0)
  group.scatter.fill(0)
  group.lower.fill(Number.POSITIVE_INFINITY)
  group.upper.fill(Number.NEGATIVE_INFINITY)
}

/** Makes a log-weight the group's unit where it is larger than all before, and gives what a new member of that log-weight counts for. */
const rescale = (group: GroupMoments, logWeight: number): number => {
  if (logWeight <= group.top) return Math.exp(logWeight - group.top)
  const factor = Math.exp(group.top - logWeight)
  group.top = logWeight
  group.weight *= factor
  group.spread *= factor
  for (let k = 0; k < group.scatter.length; k++) group.scatter[k] = (group.scatter[k] as number) * factor
  return 1
}

/** Moves the mean by a share of the way to a new member, and adds what lies between them to the scatter. `step` holds D numbers. */
const shift = (group: GroupMoments, share: number, between: number, step: Float64Array): void => {
  const { mean, scatter } = group
  const d = mean.length
  let squares = 0
  for (let j = 0; j < d; j++) {
    mean[j] = (mean[j] as number) + share * (step[j] as number)
    squares += (step[j] as number) ** 2
  }
  group.spread += between * squares
  if (scatter.length === 0) return
  for (let j = 0; j < d; j++)
    for (let k = 0, scaled = between * (step[j] as number); k <= j; k++)
      scatter[j * d + k] = (scatter[j * d + k] as number) + scaled * (step[k] as number)
}

/** Adds a point of a log-weight. Only the lower triangle of the scatter is kept until `covariance`. */
export const addPoint = (group: GroupMoments, points: Float64Array, at: number, logWeight: number, step: Float64Array): void => {
  const { mean, lower, upper } = group
  const weight = rescale(group, logWeight)
  const before = group.weight
  group.weight = before + weight
  for (let j = 0; j < mean.length; j++) {
    const value = points[at + j] as number
    if (before === 0) mean[j] = value
    step[j] = value - (mean[j] as number)
    if (value < (lower[j] as number)) lower[j] = value
    if (value > (upper[j] as number)) upper[j] = value
  }
  const share = weight / group.weight
  shift(group, share, before * share, step)
}

/** Adds another group. */
export const addGroup = (group: GroupMoments, other: GroupMoments, step: Float64Array): void => {
  const { mean, scatter, lower, upper } = group
  const unit = rescale(group, other.top)
  const weight = unit * other.weight
  const before = group.weight
  group.weight = before + weight
  for (let j = 0; j < mean.length; j++) {
    if (before === 0) mean[j] = other.mean[j] as number
    step[j] = (other.mean[j] as number) - (mean[j] as number)
    lower[j] = Math.min(lower[j] as number, other.lower[j] as number)
    upper[j] = Math.max(upper[j] as number, other.upper[j] as number)
  }
  group.spread += unit * other.spread
  for (let k = 0; k < scatter.length; k++) scatter[k] = (scatter[k] as number) + unit * (other.scatter[k] as number)
  const share = weight / group.weight
  shift(group, share, before * share, step)
}

/** The covariance, both triangles, written to `out` [D, D]. */
export const covariance = ({ weight, mean, scatter }: GroupMoments, out: Float64Array): void => {
  const d = mean.length
  for (let j = 0; j < d; j++)
    for (let k = 0; k <= j; k++) {
      const value = (scatter[j * d + k] as number) / weight
      out[j * d + k] = value
      out[k * d + j] = value
    }
}
