import { type Arithmetic, binaryNames, type ReductionName, type TriedName, unaryNames } from '../operations/names.js'
import type { Run } from '../operations/run.js'
import type { TfTensor } from '../tf.js'
import { pairs, pointsOf, rows, spread } from './points.js'
import { binaryTruth, unaryTruth } from './truth.js'

/** One try of an operation: what it is run on, the true results, and beside which size each is rounded. */
export interface Trial<F = unknown> {
  readonly run: (f: F, R: Run) => TfTensor
  readonly wanted: readonly number[]
  readonly scale?: readonly number[]
  /** Which of two zeros is left open. */
  readonly anyZero?: boolean
}

/** Numbers of the long sum. */
export const LONG = 65536

/** Two rows: of numbers between 0 and 1, and of one number that float32 does not hold, whose rounding errors add up. */
const long = (): Float32Array => Float32Array.from([...spread(LONG), ...spread(LONG).map(() => 0.1)])

const total = (values: ArrayLike<number>, from: number, to: number): number => {
  let sum = 0
  for (let k = from; k < to; k++) sum += values[k] as number
  return sum
}

const fold: Readonly<Record<ReductionName, (row: readonly number[]) => number>> = {
  sum: (row) => row.reduce((a, b) => a + b, 0),
  max: (row) => Math.max(...row),
  min: (row) => Math.min(...row),
}

const extreme = (name: 'max' | 'min'): Trial<Arithmetic['max']> => ({
  run: (f, R) => f(R.numbers(Float32Array.from(rows.flat()), [rows.length, 5]), 1),
  wanted: rows.map(fold[name]),
  anyZero: true,
})

/** [6, 512] · [512, 5]: NaN, infinity, signs that alternate, and numbers of one sign, whose rounding errors add up. */
const product = (): Trial<Arithmetic['matMul']> => {
  const [m, k, n] = [6, 512, 5]
  const a = Float32Array.from(spread(m * k), (u, i) => (i >= 4 * k || i % 2 === 0 ? u : -u))
  const b = Float32Array.from(spread(k * n).reverse(), (u, i) => (i % n < 3 ? u : u - 0.3))
  a[0] = Number.NaN
  a[k] = Number.POSITIVE_INFINITY
  const cells = Array.from({ length: m * n }, (_, at) => {
    const products = Array.from({ length: k }, (_, j) => (a[Math.floor(at / n) * k + j] as number) * (b[j * n + (at % n)] as number))
    return { value: fold.sum(products), scale: fold.sum(products.map(Math.abs)) }
  })
  return {
    run: (f, R) => f(R.numbers(a, [m, k]), R.numbers(b, [k, n])),
    wanted: cells.map(({ value }) => value),
    scale: cells.map(({ scale }) => scale),
    anyZero: true,
  }
}

/** The trials of every operation. */
export const trials = (): { readonly [Name in TriedName]: Trial<Arithmetic[Name]> } => {
  const [a, b] = pairs()
  const sums = long()
  const sumRows = rows.map((row) => [...row])
  const unary = Object.fromEntries(
    unaryNames.map((name): [string, Trial<Arithmetic['exp']>] => {
      const points = pointsOf(name)
      return [name, { run: (f, R) => f(R.numbers(points.slice(), [points.length])), wanted: Array.from(points, unaryTruth[name]) }]
    }),
  )
  const binary = Object.fromEntries(
    binaryNames.map((name): [string, Trial<Arithmetic['add']>] => [
      name,
      {
        run: (f, R) => f(R.numbers(a.slice(), [a.length]), R.numbers(b.slice(), [b.length])),
        wanted: Array.from(a, (x, k) => binaryTruth[name](x, b[k] as number)),
        anyZero: name === 'maximum' || name === 'minimum',
      },
    ]),
  )
  const conditions = Float32Array.from(a, (_, k) => [0, -0, 1, -3, Number.NaN, Number.POSITIVE_INFINITY][k % 6] as number)
  return {
    ...(unary as Record<(typeof unaryNames)[number], Trial<Arithmetic['exp']>>),
    ...(binary as Record<(typeof binaryNames)[number], Trial<Arithmetic['add']>>),
    where: {
      run: (f, R) => f(R.numbers(conditions.slice(), [a.length]), R.numbers(a.slice(), [a.length]), R.numbers(b.slice(), [b.length])),
      wanted: Array.from(conditions, (c, k) => (c !== 0 ? a[k] : b[k]) as number),
    },
    sum: {
      run: (f, R) =>
        R.kernel(
          'Concat',
          [f(R.numbers(sums.slice(), [2, LONG]), 1), f(R.numbers(Float32Array.from(sumRows.flat()), [rows.length, 5]), 1)],
          {
            axis: 0,
          },
        ),
      wanted: [total(sums, 0, LONG), total(sums, LONG, 2 * LONG), ...sumRows.map(fold.sum)],
      scale: [total(sums, 0, LONG), total(sums, LONG, 2 * LONG), ...sumRows.map((row) => fold.sum(row.map(Math.abs)))],
      anyZero: true,
    },
    max: extreme('max'),
    min: extreme('min'),
    matMul: product(),
  }
}
