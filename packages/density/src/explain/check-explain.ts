import { tweedieError } from '@tweedie/core'
import type { ExplainOptions } from './explain-options.js'
import { isTrainer, type Pipeline } from './pipeline.js'

const refuse = (what: string, mend: string) => tweedieError('InvalidArgument', 'explainError', what, mend)

const whole = (name: string, value: number, least: number): void => {
  if (!Number.isSafeInteger(value) || value < least) throw refuse(`${name} ${value}`, `Use a whole number, at least ${least}`)
}

/** Throws `InvalidArgument` for numbers that are none, `ShapeMismatch` where rows have different columns. */
export const checkExplain = <N>(
  { scores, heldOut, miniBatch, generator }: Pipeline<N>,
  { count, replicates = 4, shrink = 0.1, chunk = 1_000 }: ExplainOptions,
): void => {
  whole('count', count, 2)
  whole('replicates', replicates, 2)
  whole('chunk', chunk, 1)
  if (!(shrink > 0 && shrink < 1)) throw refuse(`shrink ${shrink}`, 'Use a factor between 0 and 1')
  if (miniBatch?.group !== undefined) whole('group', miniBatch.group, 1)
  if (isTrainer(generator)) whole('labels', generator.labels, 1)
  if (heldOut.rows < 1) throw tweedieError('InvalidTable', 'explainError', 'no held-out rows', 'Keep some rows out')
  if (scores.columns !== heldOut.columns)
    throw tweedieError(
      'ShapeMismatch',
      'explainError',
      `held-out rows of ${heldOut.columns} columns for a cloud of ${scores.columns}`,
      'Pass both in scores: toScores(maps, rows)',
    )
  const sizes = isTrainer(generator) ? [] : generator.network.sizes
  if (sizes.length > 0 && (sizes[0] !== scores.columns || sizes.at(-1) !== scores.columns))
    throw tweedieError(
      'ShapeMismatch',
      'explainError',
      `a network of sizes ${sizes.join('–')} for a cloud of ${scores.columns} columns`,
      'Pass the generator that was fitted to labels of this cloud',
    )
}
