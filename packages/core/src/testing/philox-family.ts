/**
 * The whole Philox family in exact integers (Salmon et al. 2011, §4.3 and table 2): N = 2 or 4 words of W = 32 or 64 bits. Slow and plain; tests
 * hold it against every published vector, and `philox4x32` against it.
 */

const constants = {
  '2x32': { width: 32n, multipliers: [0xd256d193n], weyl: [0x9e3779b9n] },
  '4x32': { width: 32n, multipliers: [0xd2511f53n, 0xcd9e8d57n], weyl: [0x9e3779b9n, 0xbb67ae85n] },
  '2x64': { width: 64n, multipliers: [0xd2b74407b1ce6e93n], weyl: [0x9e3779b97f4a7c15n] },
  '4x64': { width: 64n, multipliers: [0xd2e7470ee14c6c93n, 0xca5a826395121157n], weyl: [0x9e3779b97f4a7c15n, 0xbb67ae8584caa73bn] },
} as const

export type PhiloxName = keyof typeof constants

export const philoxFamily = (name: PhiloxName, counter: readonly bigint[], key: readonly bigint[], rounds: number): bigint[] => {
  const { width, multipliers, weyl } = constants[name]
  const mask = (1n << width) - 1n
  let words = [...counter]
  let keys = [...key]
  for (let round = 0; round < rounds; round++) {
    const products = multipliers.map((multiplier, i) => multiplier * (words[2 * i] as bigint))
    const [high, low] = [products.map((product) => product >> width), products.map((product) => product & mask)]
    // Each pair takes the high word of the other pair's product; with one pair, of its own.
    words = products.flatMap((_, i) => {
      const other = products.length - 1 - i
      return [(high[other] as bigint) ^ (words[2 * i + 1] as bigint) ^ (keys[i] as bigint), low[other] as bigint]
    })
    keys = keys.map((word, i) => (word + (weyl[i] as bigint)) & mask)
  }
  return words
}

/**
 * `count` 32-bit words of NumPy's SeedSequence for an entropy of 32-bit words (O'Neill's seed_seq_fe with a pool of four): what NumPy makes the key of its Philox
 * from.
 */
export const seedSequence = (entropy: readonly number[], count: number): number[] => {
  let hash = 0x43b0d7e5
  const hashed = (value: number): number => {
    const masked = value ^ hash
    hash = Math.imul(hash, 0x931e8875)
    const mixed = Math.imul(masked, hash)
    return mixed ^ (mixed >>> 16)
  }
  const mix = (x: number, y: number): number => {
    const mixed = Math.imul(0xca01f9dd, x) - Math.imul(0x4973f715, y)
    return mixed ^ (mixed >>> 16)
  }
  const pool = [0, 1, 2, 3].map((i) => hashed(entropy[i] ?? 0))
  for (let from = 0; from < 4; from++)
    for (let to = 0; to < 4; to++) if (from !== to) pool[to] = mix(pool[to] as number, hashed(pool[from] as number))
  for (const word of entropy.slice(4)) for (let to = 0; to < 4; to++) pool[to] = mix(pool[to] as number, hashed(word))
  let spread = 0x8b51f9dd
  return Array.from({ length: count }, (_, i) => {
    const masked = (pool[i % 4] as number) ^ spread
    spread = Math.imul(spread, 0x58f38ded)
    const mixed = Math.imul(masked, spread)
    return (mixed ^ (mixed >>> 16)) >>> 0
  })
}
