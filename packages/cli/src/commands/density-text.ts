import type { LogDensities } from '@tweedie/density'
import type { AreaUnderRoc } from '@tweedie/metrics'
import type { DensityUnits } from './density-methods.js'

/** What `density` says of a column of labels. */
export interface Separation extends AreaUnderRoc {
  readonly column: string
  /** The label of the rows that count as anomalies. */
  readonly anomaly: string
  readonly anomalies: number
  readonly others: number
}

/** What `density` prints: how dense the rows are, which are least, and how well that tells labels apart. */
export const densityText = (
  { logDensity, standardError, effectiveSampleSize, converged }: LogDensities,
  order: Uint32Array,
  units: DensityUnits,
  locate: (row: number) => string,
  separation: Separation | undefined,
): string => {
  const n = logDensity.length
  const at = (fraction: number): string => number(logDensity[order[Math.floor(fraction * (n - 1))] as number] as number)
  const reached = logDensity.filter(Number.isFinite)
  const mean = reached.reduce((sum, value) => sum + value, 0) / reached.length
  const lines = [
    `ln p of ${n} rows in nats, of ${units === 'values' ? 'values in the units of the table' : 'scores'}`,
    `  mean ${number(mean)}, median ${at(0.5)}, from ${at(0)} to ${at(1)}`,
  ]
  if (reached.length < n)
    lines.push(
      `  ${n - reached.length} rows have none (the generator does not reach them, or no way to them was found); the mean is of the others`,
    )
  else if (converged !== undefined) lines.push('  every row was reached')
  if (standardError !== undefined) lines.push(`  largest standard error ${number(largest(standardError))}`)
  if (effectiveSampleSize !== undefined) {
    const few = effectiveSampleSize.filter((size) => size < 10).length
    if (few > 0) lines.push(`  ${few} rows rest on fewer than 10 effective draws: their standard errors are too small`)
  }
  const least = [...order.subarray(0, Math.min(5, n))].map((row) => `${locate(row)} (${number(logDensity[row] as number)})`)
  lines.push(`  least likely: ${least.join(', ')}`)
  if (separation !== undefined) {
    const { area, standardError: error, column, anomaly, anomalies, others } = separation
    lines.push(
      `AUROC of −ln p for ${column} = ${anomaly}: ${area.toFixed(4)}${error === null ? '' : ` ± ${error.toFixed(4)}`} (${anomalies} rows against ${others})`,
    )
  }
  return lines.join('\n')
}

const number = (value: number): string => (Number.isFinite(value) ? value.toPrecision(4) : value > 0 ? '∞' : value < 0 ? '−∞' : '–')

const largest = (values: Float64Array): number => values.reduce((most, value) => Math.max(most, value), 0)
