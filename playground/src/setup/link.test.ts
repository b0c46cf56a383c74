import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeSetup, encodeSetup } from './link.js'
import { backendNames, gridNames, limits, processNames, type Setup, solverNames } from './model.js'
import { presets } from './presets.js'

const thousandths = fc.integer({ min: -4000, max: 4000 }).map((n) => n / 1000)
const setups: fc.Arbitrary<Setup> = fc.record({
  points: fc.array(fc.tuple(thousandths, thousandths), { maxLength: 60 }),
  process: fc.constantFrom(...processNames),
  grid: fc.constantFrom(...gridNames),
  solver: fc.constantFrom(...solverNames),
  backend: fc.constantFrom(...backendNames),
  steps: fc.integer({ min: limits.steps.least, max: limits.steps.most }),
  particles: fc.integer({ min: limits.particles.least, max: limits.particles.most }),
  seed: fc.integer({ min: limits.seed.least, max: limits.seed.most }),
})
const setup: Setup = {
  points: [
    [0.5, -1],
    [4, -4],
  ],
  process: 've',
  grid: 'karras',
  solver: 'heun',
  backend: 'wasm',
  steps: 30,
  particles: 100,
  seed: 7,
}
const refusal = (text: string): string => {
  const decoded = decodeSetup(text)
  return decoded._tag === 'Left' ? `${decoded.left._tag} ${decoded.left.message}` : 'no refusal'
}

describe('a link', () => {
  it('holds a setup of thousandths as it is, in characters that a hash takes as they are', () => {
    fc.assert(
      fc.property(setups, (given) => {
        const text = encodeSetup(given)
        expect(text).toMatch(/^[\w.~-]*$/)
        expect(encodeURIComponent(text)).toBe(text)
        expect(decodeSetup(text)).toEqual({ _tag: 'Right', right: { ...given, points: given.points.map(([x, y]) => [x + 0, y + 0]) } })
        expect(decodeSetup(`#${text}`)).toEqual(decodeSetup(text))
      }),
    )
  })

  it('rounds other coordinates to the nearest thousandth', () => {
    const coordinate = fc.double({ min: -4, max: 4, noNaN: true })
    fc.assert(
      fc.property(fc.array(fc.tuple(coordinate, coordinate), { maxLength: 20 }), (points) => {
        const decoded = decodeSetup(encodeSetup({ ...setup, points }))
        if (decoded._tag === 'Left') throw decoded.left
        decoded.right.points.forEach((point, k) =>
          // Half a thousandth, and the rounding of a product with 1000.
          point.forEach((x, axis) => expect(Math.abs(x - (points[k]?.[axis] as number))).toBeLessThanOrEqual(0.0005 + 1e-12)),
        )
        expect(decoded.right.points.length).toBe(points.length)
      }),
    )
  })

  it('is short: at most four bytes a point, 5⅓ characters', () => {
    for (const [name, most] of [
      ['two-moons', 5.34],
      ['line', 5.34],
    ] as const)
      expect(encodeSetup({ ...setup, points: presets(name) }).length).toBeLessThan(80 + most * 1000)
    // A stroke: neighbours 0.02 apart take one byte a coordinate.
    const stroke = Array.from({ length: 300 }, (_, k) => [0.02 * k - 3, 0] as const)
    expect(encodeSetup({ ...setup, points: stroke }).length).toBeLessThan(80 + 2.7 * 300)
  })

  it('that was cut anywhere is refused', () => {
    fc.assert(
      fc.property(
        setups.filter(({ points }) => points.length > 0),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (given, part) => {
          const text = encodeSetup(given)
          expect(refusal(text.slice(0, Math.floor(part * text.length)))).toMatch(/^InvalidArgument link/)
        },
      ),
    )
  })

  it('of any other text is refused, and does not throw', () => {
    fc.assert(
      fc.property(fc.string(), fc.array(fc.string(), { minLength: 9, maxLength: 9 }), (text, parts) => {
        expect(refusal(text)).toMatch(/^InvalidArgument/)
        expect(refusal(`1~${parts.join('~')}`)).toMatch(/^InvalidArgument/)
      }),
    )
  })

  const text = encodeSetup(setup)
  const cases: readonly (readonly [string, string, RegExp])[] = [
    ['an empty text', '', /the link is empty.*copy the link/],
    ['another version', text.replace('1~', '2~'), /version '2'.*reads version 1/],
    ['a process that is not', text.replace('~ve~', '~vex~'), /setup, process: no process is called 'vex'.*Use one of ornstein/],
    ['a backend that is not', text.replace('~wasm~', '~constructor~'), /no backend is called 'constructor'/],
    ['one step', text.replace('~30~', '~1~'), /steps 1\. Use a whole number from 2 to 500/],
    ['half a step', text.replace('~30~', '~30.5~'), /'30.5' is no whole number/],
    ['steps in another notation', text.replace('~30~', '~3e1~'), /'3e1' is no whole number/],
    ['no particles', text.replace('~100~', '~0~'), /particles 0/],
    ['a seed of 2³²', text.replace('~7~', '~4294967296~'), /seed 4294967296/],
    ['too many points', text.replace('~2~', '~20001~'), /20001 points\. Use at most 20000/],
    ['fewer points than announced', text.replace('~2~', '~3~'), /4 whole coordinates where 6 are announced/],
    ['more points than announced', text.replace('~2~', '~1~'), /4 whole coordinates where 2 are announced/],
    ['a part too many', `${text}~`, /more parts/],
    ['a stranger among the coordinates', `${text}*`, /a character that does not belong/],
    ['a coordinate of a million', `${text.slice(0, text.lastIndexOf('~'))}~gIl6gIl6AAA`, /point 1 is \[1000,1000\].*from −4 to 4/],
    ['a coordinate without an end', `${text.slice(0, text.lastIndexOf('~'))}~_____wAA`, /out of range/],
  ]
  it.each(cases)('with %s is refused', (_, given, expected) => {
    expect(refusal(given)).toMatch(expected)
  })
})
