import { describe, expect, it } from 'vitest'
import { checkSetup } from './check.js'
import { presetNames, presets } from './presets.js'

const square = { process: 've', grid: 'karras', solver: 'heun', backend: 'wasm', steps: 2, particles: 1, seed: 0 } as const

describe('presets', () => {
  it.each(presetNames)('%s: points of a setup, in thousandths, the same for the same seed', (name) => {
    const points = presets(name, { count: 500, seed: 3 })
    expect(points.length).toBe(500)
    expect(checkSetup({ ...square, points })._tag).toBe('Right')
    for (const x of points.flat()) expect(Math.round(1000 * x) / 1000).toBe(x)
    expect(presets(name, { count: 500, seed: 3 })).toEqual(points)
    expect(presets(name, { count: 500, seed: 4 })).not.toEqual(points)
    // More points begin with the same.
    expect(presets(name, { count: 600, seed: 3 }).slice(0, 500)).toEqual(points)
  })

  it('lie where their names say', () => {
    // Rounding to thousandths, in both coordinates.
    for (const [x, y] of presets('ring')) expect(Math.abs(Math.hypot(x, y) - 2)).toBeLessThan(0.001)
    for (const [x, y] of presets('line')) expect(Math.abs(y - x / 2)).toBeLessThan(0.001)
    for (const [x, y] of presets('checkerboard')) {
      const of = (u: number): number => Math.min(3, Math.max(0, Math.floor((u + 3) / 1.5)))
      // A point on the edge of a square may be rounded into the next.
      const edge = (u: number): boolean => Math.abs((u + 3) / 1.5 - Math.round((u + 3) / 1.5)) < 0.001
      expect(edge(x) || edge(y) || (of(x) + of(y)) % 2 === 0).toBe(true)
    }
    // |normal| of 5.5 deviations: 2.7e-7 a point.
    for (const [x, y] of presets('eight-gaussians')) {
      const nearest = Math.min(
        ...Array.from({ length: 8 }, (_, k) => Math.hypot(x - 2.4 * Math.cos((k * Math.PI) / 4), y - 2.4 * Math.sin((k * Math.PI) / 4))),
      )
      expect(nearest).toBeLessThan(5.5 * 0.15)
    }
  })
})
