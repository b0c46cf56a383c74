import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { readNpy } from './npy.mjs'

const built = ['core', 'score', 'metrics', 'density', 'wasm'].every((name) =>
  existsSync(fileURLToPath(new URL(`../../packages/${name}/dist/index.js`, import.meta.url))),
)
const out = mkdtempSync(join(tmpdir(), 'tweedie-compare-test-'))
afterAll(() => rmSync(out, { recursive: true, force: true }))

const compare = (...args: string[]) => {
  const script = fileURLToPath(new URL('./run.mjs', import.meta.url))
  // No Python: what needs one is left out.
  const env = { ...process.env, PYTHON: join(out, 'no-python') }
  return spawnSync(process.execPath, [script, '--quick', '--out', out, '--data', join(out, 'absent'), ...args], { env, encoding: 'utf8' })
}

describe.skipIf(!built)(`the comparison${built ? '' : ' (skipped: the packages are not built)'}`, () => {
  it('measures the floors of a table, says what it leaves out, and does not run again what is complete', () => {
    const first = compare('--tables', 'wine,quakes', '--methods', 'half,train,gaussian')
    expect(first.stderr).toContain('wine: left out, there is no ')
    expect(first.status).toBe(0)
    const lines = first.stdout.split('\n')
    expect(lines.find((line) => line.startsWith('| training rows | '))).toMatch(/\| 0\.00 \| 100\.0 % \|/)
    expect(lines).toContain('* left out: Gaussian, no Python with numpy and scipy')
    expect(lines.some((line) => line.startsWith('| real half | '))).toBe(true)
    const meta = join(out, 'quakes', 'train', 'meta.json')
    const made = statSync(meta).mtimeMs
    expect(readNpy(join(out, 'quakes', 'train', 'gen.npy'))).toEqual(readNpy(join(out, 'quakes', 'train.npy')))
    expect(compare('--tables', 'quakes', '--methods', 'train').status).toBe(0)
    expect(statSync(meta).mtimeMs).toBe(made)
  })

  it('refuses what it does not know, and a folder of another split', () => {
    expect(compare('--tables', 'vine')).toMatchObject({ status: 2, stderr: expect.stringContaining('no vine; choose among wine,') })
    expect(compare('--methods', 'worst')).toMatchObject({
      status: 2,
      stderr: expect.stringMatching(/no worst; choose among half,.*best-network.*ablation/),
    })
    expect(compare('--set', 'gaussian')).toMatchObject({ status: 2, stderr: expect.stringContaining('method.name=number') })
    expect(compare('--tables', 'quakes', '--seed', '1')).toMatchObject({ status: 2, stderr: expect.stringContaining('another --out') })
  })
})
