import { wasm } from '@tweedie/wasm'
import { describe, expect, test, vi } from 'vitest'
import type { Splitter, SplitterOptions } from '../../packages/wasm/src/machine/split.js'
import { programs } from './programs.js'

/** How rows are run: all at once, or as threads could do it at the worst. */
const run = vi.hoisted(() => ({ how: 'whole' as 'whole' | 'grains', kernels: new Set<string>() }))

vi.mock('../../packages/wasm/src/machine/split.js', () => ({
  splitter:
    ({ scratchOf }: SplitterOptions): Splitter =>
    (name, kernel, _place, args, count, { grain, scratch = 0 }) => {
      run.kernels.add(name)
      const at = scratch > 0 ? scratchOf(scratch) : 0
      if (run.how === 'whole') kernel(...args, 0, count, at)
      // Grain by grain from the last to the first, and each again after the next: as when it was given up and its thread came back.
      else
        for (let from = grain * Math.floor((count - 1) / grain); from >= 0; from -= grain) {
          if (from + grain < count) kernel(...args, from + grain, Math.min(count, from + 2 * grain), at)
          kernel(...args, from, Math.min(count, from + grain), at)
          if (from + grain < count) kernel(...args, from + grain, Math.min(count, from + 2 * grain), at)
        }
    },
}))

describe.each(['float32', 'float64'] as const)(
  '%s: rows give the same bytes in one go and grain by grain, backwards, each three times',
  (dtype) => {
    for (const [name, program] of Object.entries(programs))
      test(name, async () => {
        const results: Float64Array[] = []
        for (const how of ['whole', 'grains'] as const) {
          run.how = how
          run.kernels.clear()
          results.push(await program(wasm({ threads: 1, dtype })))
          expect(run.kernels.size).toBeGreaterThan(0)
        }
        const [whole, grains] = results
        expect(grains!.length).toBe(whole!.length)
        expect(grains!.findIndex((number, k) => !Object.is(number, whole![k]))).toBe(-1)
      })
  },
)
