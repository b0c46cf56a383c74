import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type PhiloxName, philoxFamily, seedSequence } from '../testing/philox-family.js'
import { hasReference, needs, referenceLines } from '../testing/reference-files.js'
import { philox4x32 } from './philox.js'

const word = fc.nat(0xffffffff)

describe('philox4x32 beside the family in exact integers', () => {
  test('gives the same words for any counter, key and number of rounds', () => {
    fc.assert(
      fc.property(fc.tuple(word, word, word, word), fc.tuple(word, word), fc.nat(16), (counter, key, rounds) => {
        const out = new Uint32Array(4)
        philox4x32(out, 0, ...counter, ...key, rounds)
        expect([...out].map(BigInt)).toEqual(philoxFamily('4x32', counter.map(BigInt), key.map(BigInt), rounds))
      }),
      { numRuns: 500 },
    )
  })

  const vectors = 'rng/random123_kat_vectors.txt'
  test.skipIf(!hasReference(vectors))(`the family gives all Philox vectors of Random123 ${needs(vectors)}`, () => {
    const lines = referenceLines(vectors).filter((line) => line.startsWith('philox'))
    for (const line of lines) {
      const [name, rounds, ...hex] = line.trim().split(/\s+/)
      const kind = (name as string).slice('philox'.length) as PhiloxName
      const words = hex.map((text) => BigInt(`0x${text}`))
      const count = Number(kind[0])
      const [counter, key, expected] = [words.slice(0, count), words.slice(count, 1.5 * count), words.slice(1.5 * count)]
      expect(philoxFamily(kind, counter, key, Number(rounds)), line).toEqual(expected)
    }
    expect(lines).toHaveLength(24)
  })

  const seeds = 'rng/seed_sequence_reference.json'
  const stream = 'rng/numpy_philox-testset-1.csv'
  test.skipIf(!hasReference(seeds))(`the seed sequence gives the published words ${needs(seeds)}`, () => {
    const { inputs, outputs_u32 } = JSON.parse(referenceLines(seeds).join('\n')) as { inputs: number[][]; outputs_u32: number[][] }
    inputs.forEach((entropy, k) => {
      expect(seedSequence(entropy, 4)).toEqual(outputs_u32[k])
    })
    expect(inputs.length).toBeGreaterThan(0)
  })

  test.skipIf(!hasReference(stream))(`seeded as NumPy seeds it, the family gives NumPy's stream ${needs(stream)}`, () => {
    const [first, ...rows] = referenceLines(stream).filter((line) => line.trim() !== '')
    const seed = Number((first as string).split(',')[1])
    const [a, b, c, d] = seedSequence([seed], 4).map(BigInt) as [bigint, bigint, bigint, bigint]
    const key = [a | (b << 32n), c | (d << 32n)]
    // NumPy counts up before it draws, and hands the four words of a block out in order.
    const draws = rows.map((_, k) => philoxFamily('4x64', [BigInt(Math.floor(k / 4)) + 1n, 0n, 0n, 0n], key, 10)[k % 4])
    expect(draws).toEqual(rows.map((line) => BigInt((line.split(',')[1] as string).trim())))
    expect(rows.length).toBeGreaterThanOrEqual(1000)
  })
})
