import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { key, normalArray } from '@tweedie/core'
import { webgpu } from '@tweedie/tfjs-gpu/node'
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest'
import { main } from './main.js'
import { withSpareBackend } from './settings/backends.js'
import { collect } from './test-streams.js'

const root = mkdtempSync(join(tmpdir(), 'tweedie-webgpu-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
afterEach(() => vi.unstubAllEnvs())
const at = (name: string): string => join(root, name)

const tweedie = async (...args: string[]): Promise<{ status: number; out: string; err: string }> => {
  const [stdout, stderr] = [collect(), collect()]
  const status = await main(args, { stdout: stdout.stream, stderr: stderr.stream })
  return { status, out: stdout.text(), err: stderr.text() }
}

const noise = normalArray(key(1), 160)
const rows = Array.from({ length: 80 }, (_, i) => [
  Math.cos(i) + 0.1 * (noise[2 * i] as number),
  Math.sin(i) + 0.1 * (noise[2 * i + 1] as number),
])
writeFileSync(at('circle.csv'), [['x', 'y'], ...rows].map((row) => `${row.join(',')}\n`).join(''))

const tiny = [
  '--preset',
  'plain',
  '--labels',
  '60',
  '--training-steps',
  '8',
  '--steps',
  '3',
  '--hidden',
  '8',
  '--batch',
  '16',
  '--backend',
  'webgpu',
]
const fit = (out: string, ...more: string[]) => tweedie('fit', at('circle.csv'), '--out', at(out), ...tiny, ...more)
/** Programs are compiled for each command, which takes software most of its time. */
const LONG = { timeout: 240_000 }

const first = await webgpu().catch(() => undefined)
first?.dispose()
const gpuOf = (): unknown => (globalThis as { navigator?: { gpu?: unknown } }).navigator?.gpu

describe('without webgpu', () => {
  test.skipIf(process.platform !== 'linux')('no adapter: one line with the mend, and no folder (Linux)', async () => {
    vi.stubEnv('VK_ICD_FILENAMES', '/nonexistent')
    const { status, out, err } = await fit('none', '--quiet')
    expect(err).toMatch(/^tweedie: webgpu: no WebGPU adapter: .*(VK_ICD_FILENAMES|libvulkan1)[^\n]*\n$/)
    expect({ status, out }).toEqual({ status: 2, out: '' })
  })

  test('threads are refused', async () => {
    expect(await fit('none', '--threads', '2')).toMatchObject({
      status: 2,
      err: expect.stringMatching(/--threads: it means nothing to backend webgpu/),
    })
  })
})

describe.skipIf(first === undefined)('--backend webgpu (skipped without an adapter)', () => {
  test('fit says which adapter computes, writes a folder that says so too, and gives the device back', LONG, async () => {
    const { status, err } = await fit('model')
    expect(err).toContain(`webgpu computes on ${first?.adapter.vendor}`)
    expect(status, err).toBe(0)
    expect(JSON.parse(readFileSync(at('model/config.json'), 'utf8')).settings.backend).toBe('webgpu')
    expect(JSON.parse(readFileSync(at('model/report.json'), 'utf8')).notices).toEqual([
      expect.stringContaining(`WebGPU computed on ${first?.adapter.vendor}`),
    ])
    expect(readFileSync(at('model/report.html'), 'utf8')).toContain('WebGPU computed on')
    expect(gpuOf()).toBeUndefined()
  })

  test('a folder that wasm wrote', async () => {
    expect(await fit('by-wasm', '--backend', 'wasm', '--quiet')).toMatchObject({ status: 0, err: '' })
  })

  test('sample draws rows that wasm draws too, to rounding', LONG, async () => {
    for (const backend of ['webgpu', 'wasm']) {
      const drawn = await tweedie('sample', at('by-wasm'), '--count', '50', '--out', at(`${backend}.csv`), '--backend', backend, '--quiet')
      expect(drawn).toEqual({ status: 0, out: '', err: '' })
    }
    const numbers = (name: string): number[] => readFileSync(at(name), 'utf8').trim().split(/[\n,]/).slice(2).map(Number)
    const [here, there] = [numbers('webgpu.csv'), numbers('wasm.csv')]
    expect(here).toHaveLength(100)
    // Three layers in float32 on values of about 1: a hundred roundings of 2^-24, times ten for the slope of the map to values.
    for (const [i, x] of here.entries()) expect(Math.abs(x - (there[i] as number))).toBeLessThan(1_000 * 2 ** -24)
  })

  test('density of rows by the closed form', LONG, async () => {
    const densities = await tweedie('density', at('by-wasm'), at('circle.csv'), '--backend', 'webgpu', '--quiet')
    expect(densities).toMatchObject({ status: 0, err: '' })
    expect(densities.out).toMatch(/80 rows/)
  })

  test('a device that is lost in the middle: wasm goes on from what was kept', LONG, async () => {
    const said: string[] = []
    const ended = await withSpareBackend<unknown, number>(
      { backend: 'webgpu' },
      (line) => said.push(line),
      async (B, { checkpoint }) => {
        const before = checkpoint?.last
        await checkpoint?.keep((before ?? 0) + 1)
        const x = B.tensor([1, 2, 3], [3])
        if (before === undefined) {
          const { backend } = await import('@tensorflow/tfjs-core')
          const { device } = backend() as unknown as { readonly device: { readonly destroy: () => void } }
          device.destroy()
        }
        return { name: B.name, before, sum: Array.from(await B.read(B.sum(x))) }
      },
    )
    expect(ended).toEqual({ name: 'wasm', before: 1, sum: [6] })
    expect(said).toEqual([
      expect.stringMatching(/^webgpu computes on/),
      expect.stringMatching(/device is lost.*wasm goes on from the last checkpoint$/),
    ])
    expect(gpuOf()).toBeUndefined()
  })
})
