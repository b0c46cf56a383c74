import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { layered } from './segments.js'

/** Runs the layers on the host. */
const scattered = (values: readonly number[], indices: readonly number[], rows: number): number[] => {
  let part = [...values]
  for (const { sources, length, count } of layered(indices, rows)) {
    const padded = [...part, 0]
    part = Array.from({ length: count }, (_, k) =>
      Array.from({ length }, (_, j) => padded[sources[k * length + j] as number] as number).reduce((a, b) => a + b, 0),
    )
  }
  return part
}

describe('layers of sums', () => {
  it('bring every row to its place, however the places are spread', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 9 }), fc.boolean(), fc.nat(300), (rows, crowded, count) => {
        const indices = Array.from({ length: count }, (_, k) => (crowded && k % 5 !== 0 ? 0 : (k * 7) % rows))
        const values = indices.map((_, k) => k + 1)
        const wanted = Array.from({ length: rows }, () => 0)
        indices.forEach((target, k) => {
          wanted[target] = (wanted[target] as number) + (values[k] as number)
        })
        expect(scattered(values, indices, rows)).toEqual(wanted)
      }),
    )
  })

  it('hold a few times what goes in and out, also when one place of very many takes most', () => {
    for (const [count, rows] of [
      [2000, 2000],
      [2000, 3],
      [2000, 20_000],
    ] as const) {
      const indices = Array.from({ length: count }, (_, k) => (k % 2 === 0 ? 0 : k % rows))
      for (const { sources } of layered(indices, rows)) {
        const most = 4 * (count + rows)
        expect(sources.length).toBeLessThanOrEqual(most)
      }
    }
  })
})
