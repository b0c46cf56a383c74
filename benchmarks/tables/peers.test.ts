import { execFileSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { commandOf, methods, pythonWith } from './methods.mjs'

interface Checks {
  readonly integrals: readonly number[]
  readonly roundTrip: number
  readonly jacobian: number
  readonly short: number
  readonly gaussianShort: number
  readonly trees: {
    readonly step: number
    readonly heads: number
    readonly headsOfTable: number
    readonly foreign: readonly number[]
    readonly smallestLeaf: number
  }
}

const python = pythonWith(['torch', 'sklearn'])

describe('the methods', () => {
  it('have a script each, and say so where there is no Python for them', () => {
    for (const { script } of methods) expect(existsSync(script), script).toBe(true)
    const absent = commandOf({ name: 'x', label: 'x', script: 'x.py', needs: ['no_such_module_anywhere'] })
    expect(absent).toEqual({ missing: 'no Python with no_such_module_anywhere' })
  })
})

describe.skipIf(python === undefined)(
  `the peers written here${python ? '' : ' (skipped: no Python with PyTorch and scikit-learn)'}`,
  () => {
    it('the spline flow is a density with an inverse and learns a ring; the trees draw from leaves', () => {
      const script = fileURLToPath(new URL('./peers/checks.py', import.meta.url))
      const env = { ...process.env, OMP_NUM_THREADS: '1', PYTHONDONTWRITEBYTECODE: '1' }
      const found = JSON.parse(execFileSync(python as string, [script], { env, encoding: 'utf8' })) as Checks
      // Trapezia over bins as narrow as 0.008 whose slopes have kinks: spacings of 0.0035 and 0.047.
      for (const integral of found.integrals) expect(Math.abs(integral - 1)).toBeLessThan(2e-3)
      // Rounding in float64, times slopes of up to a thousand or so in each of three layers.
      expect(found.roundTrip).toBeLessThan(1e-9)
      expect(found.jacobian).toBeLessThan(1e-9)
      // A hundred steps leave it short of the truth by a part of what a Gaussian falls short by.
      expect(found.short).toBeLessThan(0.2 * found.gaussianShort)
      expect(found.trees.step).toBeGreaterThan(0.995)
      // Heads are drawn from leaves: 4,000 draws, five standard errors, and those of the 2,000 rows that the leaves share unevenly.
      expect(Math.abs(found.trees.heads - found.trees.headsOfTable)).toBeLessThan(0.06)
      expect(found.trees.foreign).toEqual([0, 0, 0])
      expect(found.trees.smallestLeaf).toBeGreaterThanOrEqual(5)
    }, 120_000)
  },
)
