import { describe, expect, test } from 'vitest'
import { hasReference, needs, referenceLines } from '../testing/reference-files.js'
import { philox4x32 } from './philox.js'

type Words = readonly [number, number, number, number]

const philox = ([c0, c1, c2, c3]: Words, [k0, k1]: readonly [number, number], rounds?: number): number[] => {
  const out = new Uint32Array(4)
  philox4x32(out, 0, c0, c1, c2, c3, k0, k1, rounds)
  return [...out]
}

describe('philox4x32', () => {
  // The three ten-round vectors that Random123 publishes (Salmon et al. 2011, kat_vectors).
  test.each<[Words, readonly [number, number], Words]>([
    [
      [0, 0, 0, 0],
      [0, 0],
      [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
    ],
    [
      [0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff],
      [0xffffffff, 0xffffffff],
      [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd],
    ],
    [
      [0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344],
      [0xa4093822, 0x299f31d0],
      [0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1],
    ],
  ])('gives the published words for counter %j, key %j', (counter, key, expected) => {
    expect(philox(counter, key)).toEqual(expected)
  })

  const file = 'rng/random123_kat_vectors.txt'
  test.skipIf(!hasReference(file))(`gives every vector of Random123, 7 and 10 rounds ${needs(file)}`, () => {
    const lines = referenceLines(file).filter((line) => /^philox4x32 /.test(line))
    expect(lines.length).toBeGreaterThanOrEqual(6)
    const rounds = new Set<number>()
    for (const line of lines) {
      const [, count, ...hex] = line.trim().split(/\s+/)
      const words = hex.map((word) => Number.parseInt(word, 16))
      rounds.add(Number(count))
      expect(philox(words.slice(0, 4) as unknown as Words, words.slice(4, 6) as [number, number], Number(count))).toEqual(words.slice(6))
    }
    expect([...rounds].sort((a, b) => a - b)).toEqual([7, 10])
  })

  test('writes where it is told and nowhere else, and takes signed words as unsigned', () => {
    const out = new Uint32Array(6).fill(9)
    philox4x32(out, 1, -1, -1, -1, -1, -1, -1)
    expect([...out]).toEqual([9, 0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd, 9])
  })

  test('half of the output bits change when one bit of counter or key does', () => {
    const bits = (a: number[], b: number[]): number =>
      a.reduce((sum, word, i) => sum + (((word ^ (b[i] as number)) >>> 0).toString(2).match(/1/g)?.length ?? 0), 0)
    let changed = 0
    for (let bit = 0; bit < 192; bit++) {
      const input = [1, 2, 3, 4, 5, 6]
      const flipped = input.map((word, i) => (i === bit >> 5 ? word ^ (1 << (bit & 31)) : word))
      const run = (w: number[]): number[] => philox(w.slice(0, 4) as unknown as Words, w.slice(4) as [number, number])
      changed += bits(run(input), run(flipped))
    }
    // 192 · 128 fair coins: mean 12288, standard deviation 78.4; five of them.
    expect(Math.abs(changed - 12288)).toBeLessThan(5 * 78.4)
  })
})
