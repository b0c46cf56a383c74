import type { SampleEvaluation } from '@tweedie/metrics'

/** What `evaluate --json` prints. */
export interface EvaluateOutcome {
  readonly real: string
  readonly generated: string
  /** How training rows were had: from a file, or as a random half of the real rows. */
  readonly training: string
  readonly columns: readonly string[]
  readonly evaluation: SampleEvaluation
}

/** The metrics as a person reads them in a terminal. */
export const evaluationText = ({ real, generated, training, columns, evaluation }: EvaluateOutcome): string => {
  const { generated: measured, floor, memorisation, rows } = evaluation
  const width = Math.max(24, ...columns.map((name) => name.length + 6))
  const line = (name: string, ...cells: readonly string[]): string =>
    [name.padEnd(width), ...cells.map((cell) => cell.padStart(12))].join('')
  const pair = (name: string, value: number | null, low: number | null): string => line(name, shown(value), shown(low))
  return [
    `real       ${real} (${rows.heldOut} rows held out)`,
    `generated  ${generated} (${rows.generated} rows, ${rows.compared} compared)`,
    `training   ${training} (${rows.training} rows)`,
    '',
    line('', 'generated', 'floor'),
    pair('mean marginal KL, nats', measured.meanMarginalKl, floor.meanMarginalKl),
    ...columns.map((name, j) => pair(`  KL ${name}`, measured.marginalKl[j] ?? null, floor.marginalKl[j] ?? null)),
    pair('energy distance', measured.energyDistance, floor.energyDistance),
    pair('sliced Wasserstein', measured.slicedWasserstein, floor.slicedWasserstein),
    line('memorisation ratio', shown(memorisation.ratio), '1'),
    ...(memorisation.reason === undefined ? [] : [`  ${memorisation.reason}`]),
    '',
    'The floor is what training rows score against the held-out rows. Lower is better, and as low as the floor is as good as real data.',
    'A memorisation ratio near 0 means that rows were copied; above 1, that generated rows keep further from the training rows than new data does.',
  ].join('\n')
}

const shown = (value: number | null): string => (value === null ? '–' : value.toPrecision(4))
