import { fold, type HostMatrix, hostMatrix, key, normalArray } from '@tweedie/core'
import fc from 'fast-check'
import { agree, type Law, law } from '../law.js'
import { copyOf, mapped, shuffled, turnedBy, varies } from './samples.js'

/** A distance between two samples. Rows are samples; both have the same columns. */
export type SampleDistance = (a: HostMatrix, b: HostMatrix) => number

/** Which properties a distance claims. What is left out is not checked, but that it is finite and that it sees a shift. */
export interface MetricClaims {
  readonly name: string
  /** Columns of the samples; 2 when not given. */
  readonly columns?: number
  /** The fewest rows that it takes; 1 when not given. */
  readonly minRows?: number
  /** d(x, x); 0 when not given, `false` where there is no such value. */
  readonly self?: number | false
  /** d ≥ 0; true when not given. */
  readonly nonNegative?: boolean
  /** d(a, b) = d(b, a); true when not given. */
  readonly symmetric?: boolean
  /** d(a, c) ≤ d(a, b) + d(b, c). */
  readonly triangle?: boolean
  /** The order of the rows does not matter; true when not given. */
  readonly permutation?: boolean
  /** d(a + v, b + v) = d(a, b). */
  readonly translation?: boolean
  /** The power p of d(c·a, c·b) = |c|^p d(a, b), for every number c. */
  readonly homogeneity?: number
  /** d(aQ, bQ) = d(a, b) for orthogonal Q (turns and reflections of every pair of columns). */
  readonly rotation?: boolean
  /** d({x}, {y}). */
  readonly points?: (x: readonly number[], y: readonly number[]) => number
  /** Rounding: how far two numbers that should be equal may be, relative to 1 + the size of the data; 1e-10 when not given. */
  readonly tolerance?: number
}

/** Hundredths up to 10: squares neither overflow nor vanish, and values repeat. */
const entry = fc.integer({ min: -1000, max: 1000 }).map((value) => value / 100)
/** Rows for the shift: two samples of one law, and one of them moved. */
const ROWS = 100

/** What a distance between samples keeps, as far as it claims it. */
export const metricLaws = (distance: SampleDistance, claims: MetricClaims): readonly Law[] => {
  const { name, columns = 2, minRows = 1, self = 0, nonNegative = true, symmetric = true, permutation = true, tolerance = 1e-10 } = claims
  const samples: fc.Arbitrary<HostMatrix> = fc
    .array(fc.array(entry, { minLength: columns, maxLength: columns }), { minLength: minRows, maxLength: Math.max(12, minRows) })
    .map((rows) => hostMatrix(rows.flat(), rows.length, columns))
    // A distance that needs more than a row may need a sample that varies.
    .filter(
      ({ rows, data }) => minRows === 1 || Array.from({ length: columns }, (_, j) => rows > 1 && varies(data, columns, j)).every(Boolean),
    )
  const pairs = fc.tuple(samples, samples)
  const rows = fc.array(entry, { minLength: columns, maxLength: columns })
  const title = (text: string): string => `${name}: ${text}`
  const close = (what: string, actual: number, expected: number): void =>
    agree(what, actual, expected, tolerance * (10 + Math.abs(expected)))

  const laws: (Law | false)[] = [
    law(title('d is a finite number'), 'definition of a distance between samples', pairs, ([a, b]) => {
      const value = distance(a, b)
      if (!Number.isFinite(value)) throw new Error(`d(a, b) is ${value}`)
    }),
    self !== false &&
      law(title(`d(x, x) = ${self}`), 'axiom of a metric (Fréchet 1906): identity', samples, (a) =>
        close('d(x, x)', distance(a, copyOf(a)), self),
      ),
    nonNegative &&
      law(title('d ≥ 0'), 'axiom of a metric', pairs, ([a, b]) => {
        const value = distance(a, b)
        if (!(value >= 0)) throw new Error(`d(a, b) is ${value}`)
      }),
    symmetric && law(title('d(a, b) = d(b, a)'), 'axiom of a metric', pairs, ([a, b]) => close('d(b, a)', distance(b, a), distance(a, b))),
    claims.triangle === true &&
      law(title('d(a, c) ≤ d(a, b) + d(b, c)'), 'axiom of a metric', fc.tuple(samples, samples, samples), ([a, b, c]) => {
        const [direct, around] = [distance(a, c), distance(a, b) + distance(b, c)]
        if (!(direct <= around + tolerance * (10 + around))) throw new Error(`d(a, c) is ${direct}, and d(a, b) + d(b, c) is ${around}`)
      }),
    permutation &&
      law(
        title('the order of the rows does not matter'),
        'a sample is a set with repeats: d depends on the empirical measures alone',
        fc.tuple(pairs, fc.nat(), fc.nat()),
        ([[a, b], first, second]) => {
          close('d with the rows of a moved', distance(shuffled(a, first), b), distance(a, b))
          close('d with the rows of b moved', distance(a, shuffled(b, second)), distance(a, b))
        },
      ),
    claims.translation === true &&
      law(title('d(a + v, b + v) = d(a, b)'), 'invariance under translation, as claimed', fc.tuple(pairs, rows), ([[a, b], v]) => {
        const moved = (x: HostMatrix): HostMatrix => mapped(x, (value, j) => value + (v[j] as number))
        close('d of the moved samples', distance(moved(a), moved(b)), distance(a, b))
      }),
    claims.homogeneity !== undefined &&
      law(
        title(`d(c·a, c·b) = |c|^${claims.homogeneity} d(a, b)`),
        'homogeneity, as claimed',
        fc.tuple(pairs, fc.integer({ min: -9, max: 9 })),
        ([[a, b], c]) => {
          const scaled = (x: HostMatrix): HostMatrix => mapped(x, (value) => c * value)
          close(
            `d of the samples times ${c}`,
            distance(scaled(a), scaled(b)),
            Math.abs(c) ** (claims.homogeneity as number) * distance(a, b),
          )
        },
      ),
    claims.rotation === true &&
      law(
        title('d(aQ, bQ) = d(a, b)'),
        'invariance under orthogonal maps, as claimed',
        fc.tuple(pairs, fc.integer({ min: 0, max: 628 }), fc.boolean()),
        ([[a, b], hundredths, reflected]) => {
          const turned = (x: HostMatrix): HostMatrix => turnedBy(x, hundredths / 100, reflected ? -1 : 1)
          close('d of the turned samples', distance(turned(a), turned(b)), distance(a, b))
        },
      ),
    claims.points !== undefined &&
      law(title('d of two points is as stated'), 'closed form for point masses', fc.tuple(rows, rows), ([x, y]) => {
        const { points } = claims as { readonly points: (x: readonly number[], y: readonly number[]) => number }
        close('d({x}, {y})', distance(hostMatrix(x, 1, columns), hostMatrix(y, 1, columns)), points(x, y))
      }),
    law(
      title('a shift is seen'),
      `consistency: ${ROWS} normal rows, as they are and moved by 3 and by 10 standard deviations in every column, in that order`,
      fc.nat(1000),
      (seed) => {
        const draw = (stream: number, shift: number): HostMatrix =>
          hostMatrix(
            normalArray(fold(key(seed), stream), ROWS * columns).map((z) => z + shift),
            ROWS,
            columns,
          )
        const [same, near, far] = [0, 3, 10].map((shift) => distance(draw(0, 0), draw(1, shift))) as [number, number, number]
        // Means of two samples differ by 0.14 deviations: for a distance of means the order is wrong at a rate below 1e-90.
        if (!(near > same && far > near)) throw new Error(`d is ${same} for one law, ${near} after a move by 3 and ${far} by 10`)
      },
    ),
  ]
  return laws.filter((each): each is Law => each !== false)
}
