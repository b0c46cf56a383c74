import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { main } from '../main.js'
import { collect } from '../test-streams.js'

/** One experiment of the paper as the command runs it: nothing is stood in for. */

const out = mkdtempSync(join(tmpdir(), 'tweedie-epsilon-'))
afterAll(() => rmSync(out, { recursive: true, force: true }))

const run = async (...args: readonly string[]) => {
  const { stream, text } = collect()
  const status = await main(['reproduce', ...args, '--out', out, '--quiet'], { stdout: stream, stderr: stream })
  return { status, text: text() }
}

test('reproduce epsilon-sweep writes numbers, a figure and the report, and does not compute them twice', async () => {
  expect(await run('epsilon-sweep', '--seeds', '0')).toMatchObject({ status: 0 })
  const folder = join(out, 'epsilon-sweep')
  const bytes = readFileSync(join(folder, 'result.json'))
  const { measures, seeds, scale } = JSON.parse(bytes.toString()) as Record<string, unknown[]>
  expect([scale, seeds]).toEqual(['quick', [0]])
  expect(measures?.length).toBeGreaterThan(0)
  expect(readdirSync(folder).filter((name) => name.endsWith('.svg'))).toHaveLength(1)
  expect(readFileSync(join(out, 'report.html'), 'utf8')).toContain('Figure 7')
  expect((await run('epsilon-sweep', '--seeds', '0')).status).toBe(0)
  expect(readFileSync(join(folder, 'result.json'))).toEqual(bytes)
})
