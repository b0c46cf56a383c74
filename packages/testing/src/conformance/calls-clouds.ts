import fc from 'fast-check'
import type { Format } from './format.js'
import { HostTensor } from './host-tensor.js'
import { tensorOf } from './tensors.js'
import type { Values } from './values.js'

/** Clouds of every awkward kind, log-weights, and queries near, on and far from the points. */
export const cloudCalls = ({ within, ordinary, special }: Values, { round }: Format) => {
  const general = (n: number, d: number): fc.Arbitrary<HostTensor> => tensorOf([n, d], within(3))
  const moved = (x: HostTensor, by: number, times = 1): HostTensor =>
    new HostTensor(
      x.shape,
      x.data.map((value) => round(by + times * value)),
    )
  const kinds: readonly ((n: number, d: number) => fc.Arbitrary<HostTensor>)[] = [
    general,
    // Points that repeat.
    (n, d) => tensorOf([n, d], fc.integer({ min: 0, max: 1 })),
    // Points on a line.
    (n, d) =>
      fc.tuple(tensorOf([d], within(3)), tensorOf([d], within(3)), tensorOf([n], within(2))).map(
        ([origin, direction, along]) =>
          new HostTensor(
            [n, d],
            along.data.flatMap((s) => origin.data.map((x, j) => round(x + s * (direction.data[j] as number)))),
          ),
      ),
    // Far from the origin, where |x|² + |y|² − 2x·y has no digits left.
    (n, d) => general(n, d).map((x) => moved(x, 100, 0.1)),
    (n, d) => general(n, d).map((x) => moved(x, 1e4)),
    // Far from each other.
    (n, d) => general(n, d).map((x) => moved(x, 0, 1000)),
  ]
  const sigmas = fc.oneof(
    fc.double({ min: -4, max: 2, noNaN: true }).map((power) => round(10 ** power)),
    fc.constantFrom(1, 0.1).map(round),
  )
  const alphas = fc.oneof(fc.constantFrom(0, 1, 1), fc.double({ min: 0, max: 1, noNaN: true }).map(round))
  const sizes = fc.tuple(
    fc.constantFrom(0, 1, 1, 2, 3),
    fc.oneof({ weight: 8, arbitrary: fc.integer({ min: 1, max: 6 }) }, { weight: 1, arbitrary: fc.integer({ min: 20, max: 70 }) }),
    fc.integer({ min: 1, max: 3 }),
  )
  const minusInfinity = fc.constant(Number.NEGATIVE_INFINITY)
  const logWeights = fc.constantFrom(ordinary, within(1000), fc.oneof(ordinary, minusInfinity), fc.constant(-1.5))

  const posterior = fc
    .tuple(sizes, fc.constantFrom(...kinds), logWeights, fc.boolean(), alphas, sigmas)
    .chain(([[m, n, d], kind, logs, weighted, alpha, sigma]) =>
      fc.tuple(kind(n, d), tensorOf([n], logs)).chain(([points, weights]) => {
        const y = (k: number, j: number): number => alpha * (points.data[(k % n) * d + j] as number)
        const onPoints = new HostTensor(
          [m, d],
          Array.from({ length: m * d }, (_, k) => round(y(Math.floor(k / d), k % d))),
        )
        const queries = fc.oneof(
          { weight: 2, arbitrary: general(m, d) },
          { weight: 2, arbitrary: fc.constant(onPoints) },
          // A noise away from a point, as queries are.
          {
            weight: 6,
            arbitrary: general(m, d).map(
              (z) =>
                new HostTensor(
                  [m, d],
                  z.data.map((each, k) => round((onPoints.data[k] as number) + sigma * each)),
                ),
            ),
          },
          { weight: 1, arbitrary: general(m, d).map((x) => moved(x, 0, 1e5)) },
          {
            weight: 1,
            arbitrary: tensorOf([m, d], fc.oneof(ordinary, special)),
          },
        )
        const cloud = weighted ? { points, logWeights: weights } : { points }
        return fc.tuple(queries, fc.constant(cloud), fc.constant({ alpha, sigma }))
      }),
    )

  const softmaxExpectation = fc
    .tuple(
      sizes,
      fc.constantFrom(ordinary, within(1000), fc.oneof(ordinary, minusInfinity), fc.integer({ min: 0, max: 2 })),
      fc.constantFrom(ordinary, within(1000)),
    )
    .chain(([[m, some, d], logits, numbers]) => {
      const n = some === 6 ? 0 : some
      return fc.tuple(tensorOf([m, n], logits), tensorOf([n, d], numbers))
    })
  return { posteriorMean: posterior, posteriorMoments: posterior, softmaxExpectation }
}
