import { type Backend, type HostMatrix, hostMatrix, type Matrix, tweedieError } from '@tweedie/core'
import { type Network, type Parameters, type Trained, train } from '@tweedie/nn'
import { type ColumnMaps, toScores, toValues } from '../columns/column-map.js'
import { type FitOptions, toTensor } from '../fit.js'
import { type GenerateOptions, generate } from '../generate.js'
import type { ConditionalPairs } from './conditional-pairs.js'
import { type Condition, freeColumns, type Given, joinColumns, requireGiven, requireGivenColumns } from './given.js'

/** A supervised generator of p(x_A | x_B = b): a network (Y_A, b) ↦ x_A. */
export interface ConditionalGenerator<N> {
  /** First size dA + dB, last size dA. */
  readonly network: Network
  readonly parameters: Parameters<N>
  /** The columns that are given, in the order of b. */
  readonly given: readonly number[]
  /** What the network has seen of each given column, in scores. */
  readonly range: ConditionalPairs['range']
  /** One map per column of the table; none where the units are scores. */
  readonly columns?: ColumnMaps
}

/** A conditional generator with the record of its training. */
export interface FittedConditional<N> extends ConditionalGenerator<N> {
  readonly training: Omit<Trained<N>, 'parameters'>
}

/**
 * Fits a network to F(Y_A, b) ≈ x_A by mean squared error (paper A §3.2, step 4, with b as further inputs). Rejects with `ShapeMismatch` when the
 * pairs, the network or the column maps have different numbers of columns, and with whatever `train` rejects with.
 */
export const fitConditional = async <N>(
  B: Backend<N>,
  network: Network,
  { inputs, targets, given, range }: Pick<ConditionalPairs, 'inputs' | 'targets' | 'given' | 'range'>,
  { columns, ...options }: FitOptions<N>,
): Promise<FittedConditional<N>> => {
  const total = targets.columns + given.length
  requireGivenColumns('fitConditional', given, total)
  if (inputs.columns !== total || (columns !== undefined && columns.length !== total))
    throw tweedieError(
      'ShapeMismatch',
      'fitConditional',
      `inputs of ${inputs.columns} columns and ${columns?.length ?? 'no'} column maps for a table of ${total}`,
      'Pass the pairs of conditionalPairs, and the maps of the whole table',
    )
  const [x, y] = [toTensor(B, inputs), toTensor(B, targets)]
  try {
    const { parameters, ...training } = await train(B, { ...options, network, inputs: x, targets: y })
    return { network, parameters, given, range, ...(columns && { columns }), training }
  } finally {
    B.free(x)
    B.free(y)
  }
}

/** Options of `generateConditional`: those of `generate`, and the condition. */
export interface GenerateConditionalOptions extends GenerateOptions {
  /** Every column that the generator was fitted to be given; in the units of the table where the generator carries column maps. */
  readonly given: Given
}

/**
 * Rows F(Y_A, b), Y_A ~ N(0, I), one forward pass each: [count, d], all columns of the table, the given ones as they were given. In the units of the
 * table when the generator carries column maps. Row i depends on the key and i alone.
 *
 * Rejects with `InvalidArgument` where `given` names other columns than the generator's or a value outside what it was fitted to, and with what
 * `generate` rejects with.
 */
export const generateConditional = async <N>(
  B: Backend<N>,
  { network, parameters, given, range, columns: maps }: ConditionalGenerator<N>,
  { given: asked, ...options }: GenerateConditionalOptions,
): Promise<HostMatrix> => {
  const where = 'generateConditional'
  const dA = network.sizes[network.sizes.length - 1] as number
  const total = dA + given.length
  const condition = requireGiven(where, asked, total)
  if (condition.columns.length !== given.length || given.some((j) => !condition.columns.includes(j)))
    throw tweedieError(
      'InvalidArgument',
      where,
      `columns ${condition.columns.join(', ')} are given to a generator of columns ${given.join(', ')}`,
      'Give exactly the columns that it was fitted for, or use conditionalSamples',
    )
  const scores = inScores(condition, total, maps)
  given.forEach((j, k) => {
    const [low, high] = range[k] as readonly [number, number]
    const score = scores.data[j] as number
    const { values = undefined, extend = undefined } = maps?.[j] ?? {}
    const beyond =
      values !== undefined &&
      extend === 'hold' &&
      !((asked[j] as number) >= (values[0] as number) && (asked[j] as number) <= (values[values.length - 1] as number))
    if (beyond || !(score >= low && score <= high))
      throw tweedieError(
        'InvalidArgument',
        where,
        `the value ${asked[j]} for column ${j} is outside what the generator was fitted to`,
        'Condition on a value within the training rows',
      )
  })
  const b = Float64Array.from(given, (j) => scores.data[j] as number)
  const drawn = await generate(B, { network: conditioned(network, b, dA), parameters }, options)
  const free = freeColumns(given, total)
  const rows = joinColumns(free, drawn, given, hostMatrix(b, 1, b.length))
  if (maps === undefined) return rows
  const table = toValues(maps, rows)
  for (let i = 0; i < table.rows; i++) for (const j of given) table.data[i * total + j] = asked[j] as number
  return table
}

/** One row of the table with the condition in its columns and 0 elsewhere, in scores. */
const inScores = ({ columns, values }: Condition, total: number, maps: ColumnMaps | undefined): HostMatrix => {
  const row = new Float64Array(total)
  columns.forEach((j, k) => {
    row[j] = values[k] as number
  })
  const matrix = hostMatrix(row, 1, total)
  return maps === undefined ? matrix : toScores(maps, matrix)
}

/** The network with b fixed: [M, dA] → [M, dA]. */
const conditioned = (network: Network, b: Float64Array, dA: number): Network => ({
  ...network,
  sizes: [dA, ...network.sizes.slice(1)],
  apply:
    <N>(B: Backend<N>) =>
    (parameters: Parameters<N>, x: Matrix<N>): Matrix<N> =>
      B.scope(() => {
        const fixed: Matrix<N> = B.broadcastTo(B.tensor(b, [1, b.length]), [B.shape(x)[0], b.length])
        return network.apply(B)(parameters, B.concat([x, fixed], 1))
      }),
})
