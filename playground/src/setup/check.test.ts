import { describe, expect, it } from 'vitest'
import { checkSetup } from './check.js'
import { limits, type Setup } from './model.js'

const setup: Setup = { points: [], process: 've', grid: 'karras', solver: 'heun', backend: 'wasm', steps: 2, particles: 1, seed: 0 }
const found = (changes: Partial<Record<keyof Setup, unknown>>): string => {
  const checked = checkSetup({ ...setup, ...changes } as Setup)
  return checked._tag === 'Left' ? checked.left.message : 'right'
}

describe('checkSetup', () => {
  it('takes what lies on the limits', () => {
    expect(found({})).toBe('right')
    const most = { steps: 500, particles: limits.particles.most, seed: limits.seed.most }
    expect(found({ ...most, points: Array.from({ length: limits.points }, () => [4, -4]) })).toBe('right')
  })

  it.each<[Partial<Record<keyof Setup, unknown>>, RegExp]>([
    [{ steps: 501 }, /setup, steps: steps 501/],
    [{ particles: 0.5 }, /particles 0.5/],
    [{ particles: 1e9 }, /particles 1000000000/],
    [{ seed: -1 }, /seed -1/],
    [{ seed: Number.NaN }, /seed NaN/],
    [{ solver: 'toString' }, /no solver is called 'toString'/],
    [{ grid: undefined }, /no grid is called 'undefined'/],
    [
      {
        points: [
          [0, 0],
          [0, 4.001],
        ],
      },
      /point 2 is \[0,4.001\]/,
    ],
    [{ points: [[0, Number.NaN]] }, /point 1/],
    [{ points: [[0, 0, 0]] }, /point 1 is \[0,0,0\]/],
    [{ points: [0] }, /point 1 is 0/],
    [{ points: Array.from({ length: 20_001 }, () => [0, 0]) }, /20001 points/],
  ])('refuses %j', (changes, expected) => {
    expect(found(changes)).toMatch(expected)
  })
})
