import { execFile } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { cruise, type ICruiseOptions, type ICruiseResult } from 'dependency-cruiser'
import extractDepcruiseOptions from 'dependency-cruiser/config-utl/extract-depcruise-options'
import extractTSConfig from 'dependency-cruiser/config-utl/extract-ts-config'
import { afterAll, expect, test } from 'vitest'

/** The import check of `npm run arrows`, run over small workspaces made up here: it has to fail on each wrong one, by the right rule. */

const root = fileURLToPath(new URL('..', import.meta.url))
const config = join(root, '.dependency-cruiser.mjs')
const program = join(root, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs')
const made: string[] = []

afterAll(() => {
  for (const folder of made) rmSync(folder, { recursive: true, force: true })
})

const clean: Readonly<Record<string, string>> = {
  'packages/core/src/index.ts': "export { one } from './one.js'",
  'packages/core/src/one.ts': 'export const one = 1',
  'packages/core/src/cpu/index.ts': "export { one } from '../one.js'",
  'packages/testing/src/index.ts': "export { one } from '@tweedie/core'",
  'packages/score/src/index.ts':
    "import { one } from '@tweedie/core'\nimport { one as cpuOne } from '@tweedie/core/cpu'\nexport const two = one + cpuOne",
  'packages/score/src/two.test.ts':
    "import { one } from '@tweedie/testing'\nimport { two } from './index.js'\nexport const three = one + two",
  'packages/ode-sde/src/index.ts': "import { two } from '@tweedie/score'\nexport const four = two + two",
}

/** Writes the files into a new folder, as a workspace. */
const workspace = (files: Readonly<Record<string, string>>): string => {
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'tweedie-arrows-'))
  made.push(folder)
  const paths = { '@tweedie/core/cpu': ['./packages/core/src/cpu/index.ts'], '@tweedie/*': ['./packages/*/src/index.ts'] }
  const tsconfig = JSON.stringify({ compilerOptions: { module: 'ESNext', moduleResolution: 'bundler', paths } })
  for (const [path, text] of Object.entries({ ...files, 'tsconfig.json': tsconfig, 'package.json': '{ "name": "fixture" }' })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), `${text}\n`)
  }
  return folder
}

/** The names of the rules that the workspace breaks. */
const broken = async (folder: string): Promise<readonly string[]> => {
  const { ruleSet, validate, ...options } = await extractDepcruiseOptions(config)
  const tsConfig = extractTSConfig(join(folder, 'tsconfig.json'))
  const here = process.cwd()
  process.chdir(folder)
  try {
    const { output } = await cruise(['packages'], { ...options, ruleSet, validate } as ICruiseOptions, undefined, { tsConfig })
    return [...new Set((output as ICruiseResult).summary.violations.map(({ rule }) => rule.name))]
  } finally {
    process.chdir(here)
  }
}

/** What `npm run arrows` says of the workspace: its exit status and what it printed. */
const command = (folder: string): Promise<{ status: number; printed: string }> =>
  new Promise((done) => {
    const child = execFile(process.execPath, [program, '--config', config, 'packages'], { cwd: folder }, (_, printed) =>
      done({ status: child.exitCode ?? -1, printed }),
    )
  })

test('a workspace that follows the arrows passes', async () => {
  const folder = workspace(clean)
  expect(await broken(folder)).toEqual([])
  const { status, printed } = await command(folder)
  expect(printed).toContain('no dependency violations found')
  expect(status).toBe(0)
})

test.each<[what: string, rule: string, files: Readonly<Record<string, string>>]>([
  ['core importing score', 'arrow-core', { 'packages/core/src/one.ts': "import { two } from '@tweedie/score'\nexport const one = two" }],
  [
    'core importing a type of score',
    'arrow-core',
    { 'packages/core/src/one.ts': "import type { two } from '@tweedie/score'\nexport type One = typeof two\nexport const one = 1" },
  ],
  ['metrics importing score', 'arrow-metrics', { 'packages/metrics/src/index.ts': "export { two } from '@tweedie/score'" }],
  [
    'a source importing testing',
    'arrow-score',
    { 'packages/score/src/index.ts': "import { one } from '@tweedie/testing'\nexport const two = one" },
  ],
  [
    'a test importing against the arrows',
    'arrow-core-tests',
    { 'packages/core/src/one.test.ts': "import { two } from '@tweedie/score'\nexport const x = two" },
  ],
  [
    'a cycle of files',
    'no-cycle',
    {
      'packages/core/src/one.ts': "import { half } from './half.js'\nexport const one = half",
      'packages/core/src/half.ts': "import { one } from './one.js'\nexport const half = one",
    },
  ],
  [
    'a cycle of types',
    'no-cycle',
    {
      'packages/core/src/one.ts': "import type { Half } from './half.js'\nexport const one: Half = 1",
      'packages/core/src/half.ts': "import type { one } from './one.js'\nexport type Half = typeof one | number",
    },
  ],
  ['a cycle of packages', 'no-cycle', { 'packages/core/src/one.ts': "import { four } from '@tweedie/ode-sde'\nexport const one = four" }],
  [
    'a relative path into another package',
    'package-by-name',
    { 'packages/score/src/index.ts': "import { one } from '../../core/src/index.js'\nexport const two = one" },
  ],
  [
    'a relative path into the inside of another package',
    'public-face-only',
    { 'packages/score/src/index.ts': "import { one } from '../../core/src/one.js'\nexport const two = one" },
  ],
  [
    'a named path into the inside of another package',
    'resolvable',
    { 'packages/score/src/index.ts': "import { one } from '@tweedie/core/src/one.js'\nexport const two = one" },
  ],
  [
    'a package that the table does not know',
    'package-without-arrows',
    { 'packages/extra/src/index.ts': "export { one } from '@tweedie/core'" },
  ],
  [
    'a Node built-in outside cli',
    'runs-in-a-browser',
    { 'packages/core/src/one.ts': "import { cpus } from 'node:os'\nexport const one = cpus().length" },
  ],
  [
    'a source importing what is for tests',
    'tests-apart',
    { 'packages/core/src/one.ts': "export { one } from './testing/one.js'", 'packages/core/src/testing/one.ts': 'export const one = 1' },
  ],
  [
    'a library of the root that the package does not declare',
    'declared',
    {
      'node_modules/lib/package.json': '{ "name": "lib", "version": "1.0.0", "main": "dist/index.js" }',
      'node_modules/lib/dist/index.js': 'exports.one = 1',
      'packages/core/package.json': '{ "name": "@tweedie/core" }',
      'packages/core/src/one.ts': "export { one } from 'lib'",
    },
  ],
  ['a file that is not there', 'resolvable', { 'packages/core/src/one.ts': "export { one } from './nowhere.js'" }],
])('%s is caught by %s', async (_, rule, files) => {
  expect(await broken(workspace({ ...clean, ...files }))).toContain(rule)
})

test.each([
  ['arrow-core', "import { two } from '@tweedie/score'\nexport const one = two"],
  ['no-cycle', "export { one } from './index.js'"],
])('the command itself fails on %s and names it', async (rule, text) => {
  const { status, printed } = await command(workspace({ ...clean, 'packages/core/src/one.ts': text }))
  expect(printed).toContain(`error ${rule}:`)
  expect(status).toBeGreaterThan(0)
})
