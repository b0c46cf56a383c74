import fc from 'fast-check'
import { type Declared, refuses } from './declared.js'
import type { Format } from './format.js'

/** Numbers that an operation is tried on, by kind: a tensor holds one kind, so that a NaN does not hide what the others would show. */
export interface Values {
  /** Every number, the non-finite ones included. */
  readonly any: fc.Arbitrary<fc.Arbitrary<number>>
  /** Finite ones alone. */
  readonly finite: fc.Arbitrary<fc.Arbitrary<number>>
  /** ±Infinity, and NaN where it is not refused. */
  readonly special: fc.Arbitrary<number>
  /** Of ordinary size. */
  readonly ordinary: fc.Arbitrary<number>
  /** From −bound to bound, of the type. */
  readonly within: (bound: number) => fc.Arbitrary<number>
}

/** A little less than 2⁻³¹, with digits to the end. */
const STEP = Math.SQRT2 / 2 / 1519087431

export const valuesOf = (format: Format, declared: Declared): Values => {
  const { denormals } = declared
  const { dtype, smallestNormal, largest, epsilon, round } = format
  const decades = dtype === 'float64' ? 300 : 30
  const normal = (value: number): number => (denormals === 'flushed' && Math.abs(value) < smallestNormal ? 0 : value)
  // Whole numbers times a step of full precision: several times faster to generate than doubles, and they shrink to 0.
  const within = (bound: number): fc.Arbitrary<number> =>
    fc.integer({ min: -(2 ** 31), max: 2 ** 31 - 1 }).map((k) => normal(round(k * bound * STEP)))
  const ordinary = within(10)
  const scaled = (power: fc.Arbitrary<number>): fc.Arbitrary<number> =>
    fc.tuple(within(10), power).map(([x, p]) => normal(round(x * 10 ** p)))
  const wide = scaled(fc.integer({ min: -decades, max: decades }))
  const huge = scaled(fc.constant(decades))
  const tiny = scaled(fc.constant(-decades))
  const integers = fc.integer({ min: -3, max: 3 })
  const edges = fc.constantFrom(...[0, -0, 1, -1, largest, -largest, smallestNormal, -smallestNormal, 1 + epsilon, 1 - epsilon / 2])
  const below = fc.integer({ min: -9, max: 9 }).chain((k) => fc.constantFrom(k, k * 2 ** 20).map((n) => n * smallestNormal * epsilon))
  const subnormal = denormals === 'flushed' ? edges : below
  const infinities = fc.constantFrom(Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY)
  const special = refuses(declared) ? infinities : fc.oneof(infinities, fc.constant(Number.NaN))

  const finite = [
    { weight: 4, arbitrary: fc.constant(ordinary) },
    { weight: 2, arbitrary: fc.constant(integers) },
    // Up to a thousand: where exp overflows and underflows.
    { weight: 1, arbitrary: fc.constantFrom(within(100), within(1000)) },
    { weight: 1, arbitrary: fc.constantFrom(wide, huge, tiny) },
    { weight: 1, arbitrary: fc.constant(fc.oneof(ordinary, edges, subnormal)) },
  ]
  const mixed = fc.oneof(ordinary, special, edges, subnormal)
  return {
    any: fc.oneof(
      ...finite,
      { weight: 2, arbitrary: fc.constant(mixed) },
      { weight: 1, arbitrary: fc.constant(fc.oneof(ordinary, infinities)) },
    ),
    finite: fc.oneof(...finite),
    special,
    ordinary,
    within,
  }
}
