import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

interface Row {
  readonly label: string
  readonly missing?: string
  readonly error?: number
}
interface Outcome {
  readonly sections: readonly { readonly title: string; readonly tables: readonly { readonly rows: readonly Row[] }[] }[]
}

const built = existsSync(fileURLToPath(new URL('../packages/wasm/dist/index.js', import.meta.url)))

describe.skipIf(!built)(`the benchmarks${built ? '' : ' (skipped: the packages are not built)'}`, () => {
  it('run every JavaScript peer at tiny sizes, and each agrees with the oracle', () => {
    const folder = mkdtempSync(join(tmpdir(), 'tweedie-bench-test-'))
    try {
      const json = join(folder, 'out.json')
      const script = fileURLToPath(new URL('./run.mjs', import.meta.url))
      execFileSync(process.execPath, [script, 'posterior', 'matmul', 'training', '--quick', '--json', json], { stdio: 'pipe' })
      const { sections } = JSON.parse(readFileSync(json, 'utf8')) as Outcome
      const rows = sections.flatMap(({ tables }) => tables.flatMap((table) => table.rows))
      expect(rows.length).toBeGreaterThan(40)
      // Python and g++ need not be there; what comes from npm must run.
      const elsewhere = /^(PyTorch|NumPy|C\+\+)/
      expect(rows.filter(({ label, missing }) => missing !== undefined && !elsewhere.test(label))).toEqual([])
      // float32 on every side, sums of at most 500 terms of scale 1.
      expect(rows.filter(({ error }) => error !== undefined && !(error < 1e-4))).toEqual([])
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  }, 240_000)
})
