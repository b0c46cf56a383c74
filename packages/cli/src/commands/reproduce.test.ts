import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { main } from '../main.js'
import type { Steps } from '../reproduce/testing.js'
import { collect } from '../test-streams.js'

const { first, second, changed } = vi.hoisted(() => ({
  first: { computed: [] } as Steps,
  second: { computed: [] } as Steps,
  /** What the experiments give instead, where a test says so. */
  changed: { ours: undefined as number | undefined, settings: { factor: 3 } },
}))
vi.mock('../reproduce/list.js', async () => {
  const { stepwise } = await import('../reproduce/testing.js')
  const made = stepwise('curve', second)
  return {
    reproductions: [
      stepwise('line-normal', first),
      {
        ...made,
        get settings() {
          return { quick: changed.settings, paper: changed.settings }
        },
        run: async (...args: Parameters<typeof made.run>) => {
          const result = await made.run(...args)
          return changed.ours === undefined ? result : { ...result, measures: [{ quantity: 'q', variant: 'v', ours: changed.ours }] }
        },
      },
    ],
  }
})

const root = mkdtempSync(join(tmpdir(), 'tweedie-reproduce-'))
afterAll(() => rmSync(root, { recursive: true, force: true }))
let out = ''
let tests = 0
beforeEach(() => {
  out = join(root, `out-${tests++}`)
  Object.assign(first, { before: undefined })
  Object.assign(second, { before: undefined })
  Object.assign(changed, { ours: undefined, settings: { factor: 3 } })
  first.computed.length = 0
  second.computed.length = 0
})

const run = async (args: readonly string[], signal?: AbortSignal) => {
  const [stdout, stderr] = [collect(), collect()]
  const streams = { stdout: stdout.stream, stderr: stderr.stream, ...(signal === undefined ? {} : { signal }) }
  return { status: await main(['reproduce', ...args], streams), text: stdout.text(), err: stderr.text() }
}
const reproduce = (name: string, ...more: string[]) => run([name, '--out', out, '--backend', 'cpu', ...more])
const all = (...more: string[]) => reproduce('all', ...more)

const read = (path: string, folder = out): string => readFileSync(join(folder, path), 'utf8')
/** result.json without its last member. */
const lasting = (name: string, folder = out): string => {
  const text = read(`${name}/result.json`, folder)
  const end = text.indexOf('\n  "timings": {')
  expect(end).toBeGreaterThan(0)
  expect(Object.keys(JSON.parse(text)).at(-1)).toBe('timings')
  return text.slice(0, end)
}
const leftovers = (): string[] => readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((name) => name.includes('.tweedie-'))

describe('reproduce', () => {
  test('writes a folder for each experiment, the store and the report, and prints the verdicts', async () => {
    const { status, text, err } = await all()
    expect(status).toBe(0)
    expect(readdirSync(out).sort()).toEqual(['curve', 'line-normal', 'models', 'report.html'])
    expect(readdirSync(join(out, 'curve')).sort()).toEqual(['fig-error.svg', 'result.json'])
    expect(readdirSync(join(out, 'models'))).toHaveLength(18)
    expect(err).toMatch(/^line-normal \(1 of 2\): An experiment in steps$/m)
    expect(err).toMatch(/^2\/2 seed 2: 3 in /m)
    expect(text).toMatch(/^curve \(quick scale, seeds 0, 1, 2\)\n {2}\+ CEM keeps to the line\.: reproduced$/m)
    expect(text).toContain(`report: ${join(out, 'report.html')}`)
    const result = JSON.parse(read('curve/result.json'))
    expect(result).toMatchObject({
      format: 'tweedie-reproduction',
      name: 'curve',
      source: 'Figures 1 to 3',
      scale: 'quick',
      seeds: [0, 1, 2],
      figures: [{ file: 'fig-error.svg' }],
      timings: { found: 0, backend: 'cpu, float64', stages: [{ stage: 'seed 0' }, { stage: 'seed 1' }, { stage: 'seed 2' }] },
    })
    const page = read('report.html')
    expect(page.indexOf('<section id="line-normal"')).toBeLessThan(page.indexOf('<section id="curve"'))
    expect(leftovers()).toEqual([])
  })

  test('one experiment joins what is there, whatever the scale', async () => {
    await reproduce('curve', '--scale', 'paper', '--seeds', '5')
    const { status, err, text } = await reproduce('line-normal', '--quiet')
    expect({ status, err }).toEqual({ status: 0, err: '' })
    expect(text).not.toContain('curve (')
    const page = read('report.html')
    expect(page).toContain('The paper’s scale, seed 5')
    expect(page).toContain('Quick scale, seeds 0, 1, 2')
  })
})

describe('what is complete', () => {
  test('is kept as it is; --force runs it again from the store; the bytes are the same', async () => {
    await all()
    const [before, kept] = [read('curve/result.json'), lasting('curve')]
    first.computed.length = 0
    const again = await all()
    expect(again.err).toMatch(/^curve: already complete \(quick scale, seeds 0, 1, 2\); --force runs it again$/m)
    expect([first.computed, read('curve/result.json') === before]).toEqual([[], true])
    const forced = await all('--force')
    expect(forced.err).not.toMatch(/already complete/)
    expect(first.computed).toEqual([])
    expect(lasting('curve')).toBe(kept)
    expect(JSON.parse(read('curve/result.json')).timings.found).toBe(9)
  })

  test('with other seeds, settings or backend it is another run and is replaced; seeds that were computed are not computed again', async () => {
    await reproduce('curve', '--seeds', '1')
    const { err } = await reproduce('curve', '--seeds', '1,2')
    expect(err).toMatch(/another run \(quick scale, seeds 1\) is replaced/)
    expect(second.computed).toEqual(['1:0', '1:1', '1:2', '2:0', '2:1', '2:2'])
    second.computed.length = 0
    await run(['curve', '--out', out, '--seeds', '1,2', '--backend', 'wasm', '--threads', '1'])
    expect(second.computed).toHaveLength(6)
    expect(JSON.parse(read('curve/result.json')).timings).toMatchObject({ backend: expect.stringMatching(/^wasm, float32, /), threads: 1 })
    second.computed.length = 0
    const before = JSON.parse(read('curve/result.json')).settingsSha256
    changed.settings = { factor: 4 }
    await run(['curve', '--out', out, '--seeds', '1,2', '--backend', 'wasm'])
    expect(JSON.parse(read('curve/result.json')).settingsSha256).not.toBe(before)
    // The entries of this store do not say which settings they are of, so they are taken; those of `obtainModel` do.
    expect(second.computed).toHaveLength(0)
  })

  test('a result of the paper’s scale is not replaced by a quick one without --force', async () => {
    await reproduce('curve', '--scale', 'paper')
    const before = read('curve/result.json')
    expect(await reproduce('curve')).toMatchObject({
      status: 2,
      err: expect.stringMatching(/holds a result of the paper's scale.*--force/),
    })
    expect(await all()).toMatchObject({ status: 0, err: expect.stringMatching(/^curve: the result of the paper's scale .* is kept/m) })
    expect(read('curve/result.json')).toBe(before)
    expect((await reproduce('curve', '--force')).status).toBe(0)
    expect(JSON.parse(read('curve/result.json')).scale).toBe('quick')
  })
})

describe('an interruption', () => {
  test('leaves the store and what was complete; the same command goes on and gives the bytes of an uninterrupted run', async () => {
    await all()
    const whole = out
    const expected = [...second.computed]
    for (const steps of [first, second]) steps.computed.length = 0
    out = join(root, 'interrupted')
    const controller = new AbortController()
    second.before = (step) => {
      if (step === '1:1') controller.abort()
    }
    const stopped = await run(['all', '--out', out, '--backend', 'cpu', '--quiet'], controller.signal)
    expect(stopped).toEqual({
      status: 130,
      text: '',
      err: `tweedie: interrupted; what was computed is kept in ${join(out, 'models')}; the same command goes on from there\n`,
    })
    expect(existsSync(join(out, 'curve'))).toBe(false)
    expect(read('report.html')).toContain('<section id="line-normal"')
    const early = [...second.computed]
    expect(early).toEqual(expected.slice(0, 4))
    second.before = undefined
    second.computed.length = 0
    const { status, err } = await all()
    expect(status).toBe(0)
    expect(err).toMatch(/^line-normal: already complete/m)
    expect([...early, ...second.computed]).toEqual(expected)
    for (const name of ['line-normal', 'curve']) {
      expect(lasting(name)).toBe(lasting(name, whole))
      for (const file of readdirSync(join(whole, name)).filter((each) => each !== 'result.json'))
        expect(read(`${name}/${file}`)).toBe(read(`${name}/${file}`, whole))
    }
    expect(JSON.parse(read('curve/result.json')).timings.found).toBe(4)
    expect(leftovers()).toEqual([])
  })

  test('before anything is done gives 130 too', async () => {
    const controller = new AbortController()
    controller.abort()
    first.before = () => controller.abort()
    expect(await run(['line-normal', '--out', out, '--backend', 'cpu', '--quiet'], controller.signal)).toMatchObject({ status: 130 })
  })

  test('a damaged file of the store is computed again, with a message and the same result', async () => {
    await reproduce('curve')
    const kept = lasting('curve')
    const name = readdirSync(join(out, 'models')).find((each) => each.startsWith('curve-seed-1-step-1')) as string
    const bytes = readFileSync(join(out, 'models', name))
    bytes[bytes.length - 1] = (bytes.at(-1) as number) ^ 1
    writeFileSync(join(out, 'models', name), bytes)
    second.computed.length = 0
    const { status, err } = await reproduce('curve', '--force')
    expect({ status, computed: second.computed }).toEqual({ status: 0, computed: ['1:1'] })
    expect(err).toMatch(/curve-seed-1-step-1.*truncated or altered.*computed again/)
    expect(lasting('curve')).toBe(kept)
  })
})

describe('refuses, in one line and with status 2', () => {
  const refused = async (args: readonly string[], message: RegExp): Promise<void> => {
    const { status, text, err } = await run(args)
    expect(err).toMatch(message)
    expect(err.trim().split('\n')).toHaveLength(1)
    expect({ status, text }).toEqual({ status: 2, text: '' })
  }

  test('an unknown name, a bad scale, bad seeds, no name', async () => {
    await refused(['curv', '--out', out], /"curv" is not one of all, line-normal, curve/)
    await refused(['curve', '--out', out, '--scale', 'huge'], /--scale: "huge"/)
    await refused(['curve', '--out', out, '--seeds', ''], /--seeds: the list is empty/)
    await refused(['curve', '--out', out, '--seeds', '1,1'], /--seeds: seed 1 is there twice/)
    await refused(['--out', out], /missing required argument/)
    expect(existsSync(out)).toBe(false)
  })

  test('a folder that is a file, that cannot be made, or whose report or store is something else', async () => {
    writeFileSync(out, 'text')
    await refused(['curve', '--out', out], /it is a file, not a folder/)
    await refused(['curve', '--out', join(out, 'inside')], /a part of the path is a file/)
    await refused(['curve', '--out', '/proc/tweedie'], /\/proc\/tweedie/)
    const other = join(root, 'other-report')
    mkdirSync(other)
    writeFileSync(join(other, 'report.html'), '<p>mine</p>')
    await refused(['curve', '--out', other, '--backend', 'cpu'], /report\.html: it is not a report of tweedie reproduce/)
    expect(readFileSync(join(other, 'report.html'), 'utf8')).toBe('<p>mine</p>')
    const models = join(root, 'other-models')
    mkdirSync(models)
    writeFileSync(join(models, 'models'), '')
    await refused(['curve', '--out', models, '--backend', 'cpu'], /models: it is a file, not a folder/)
  })

  test('an experiment’s folder that holds something else, before anything is run', async () => {
    mkdirSync(join(out, 'curve'), { recursive: true })
    writeFileSync(join(out, 'curve/notes.txt'), 'mine')
    await refused(['all', '--out', out, '--backend', 'cpu', '--force'], /curve: the folder holds something else \("notes\.txt"\)/)
    expect(first.computed).toEqual([])
    rmSync(join(out, 'curve/notes.txt'))
    writeFileSync(join(out, 'curve/result.json'), '{"mine": true}')
    await refused(
      ['curve', '--out', out, '--backend', 'cpu'],
      /something else \(result\.json: it is not the result of an experiment\).*--force/,
    )
    expect(readdirSync(join(out, 'curve'))).toEqual(['result.json'])
    expect((await reproduce('curve', '--force')).status).toBe(0)
    rmSync(join(out, 'curve'), { recursive: true })
    writeFileSync(join(out, 'curve'), '')
    await refused(['curve', '--out', out, '--backend', 'cpu'], /curve: it is a file, not a folder/)
  })

  test('a result that is not a number; the report is that of before', async () => {
    await reproduce('line-normal', '--quiet')
    changed.ours = Number.NaN
    const { status, err } = await reproduce('curve', '--quiet')
    expect({ status, err }).toEqual({ status: 2, err: expect.stringMatching(/curve, measure "q" of "v": the number is NaN/) })
    expect(existsSync(join(out, 'curve'))).toBe(false)
    expect(readdirSync(join(out, 'models')).length).toBeGreaterThan(9)
  })
})

test('a figure that was altered makes the experiment run again, and a truncated result is named on the report', async () => {
  await all('--quiet')
  const good = read('curve/fig-error.svg')
  writeFileSync(join(out, 'curve/fig-error.svg'), good.replace('CEM', 'MEC'))
  expect((await reproduce('curve')).err).toMatch(
    /^curve: fig-error\.svg is not the one that result\.json was written with; it is made again$/m,
  )
  expect(read('curve/fig-error.svg')).toBe(good)
  writeFileSync(join(out, 'line-normal/result.json'), read('line-normal/result.json').slice(0, -20))
  expect((await reproduce('curve')).status).toBe(0)
  expect(read('report.html')).toContain('line-normal: result.json: it is not JSON')
  expect(read('report.html')).not.toContain('<section id="line-normal"')
})
