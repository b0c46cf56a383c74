// Copies of the workspace's sources, in the system's folder for temporary files, for faults to be put into.
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join, relative, sep } from 'node:path'

const left = new Set(['node_modules', 'dist', '.turbo', 'coverage'])

/** The TypeScript of packages/<name>/src and tests/: texts by path from the root, with forward slashes. */
export const readSources = (root) => {
  const texts = {}
  const walk = (folder) => {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      const path = join(folder, entry.name)
      if (entry.isDirectory() && !left.has(entry.name)) walk(path)
      else if (entry.name.endsWith('.ts')) texts[relative(root, path).split(sep).join('/')] = readFileSync(path, 'utf8')
    }
  }
  for (const name of readdirSync(join(root, 'packages')))
    if (existsSync(join(root, 'packages', name, 'src'))) walk(join(root, 'packages', name, 'src'))
  if (existsSync(join(root, 'tests'))) walk(join(root, 'tests'))
  return texts
}

/** The folder that holds the copies of one run. */
export const temporaryFolder = () => mkdtempSync(join(realpathSync(tmpdir()), 'tweedie-mutations-'))

/** A copy of what the tests need, with the installed libraries linked in, and a vitest configuration that runs a list of files in order. */
export const copyWorkspace = (root, folder, support) => {
  mkdirSync(folder, { recursive: true })
  const keep = (path) => !left.has(basename(path))
  for (const name of ['vitest.config.ts', 'package.json', 'tsconfig.json', 'tsconfig.base.json', 'packages', 'tests', 'docs'])
    if (existsSync(join(root, name))) cpSync(join(root, name), join(folder, name), { recursive: true, filter: keep })
  const link = (path) => {
    if (existsSync(join(root, path))) symlinkSync(join(root, path), join(folder, path), 'junction')
  }
  link('node_modules')
  for (const name of readdirSync(join(folder, 'packages'))) link(join('packages', name, 'node_modules'))
  mkdirSync(join(folder, 'mutations'))
  for (const name of ['vitest.config.mjs', 'setup.mjs', 'reporter.mjs']) cpSync(join(support, name), join(folder, 'mutations', name))
  return folder
}

export const writeFile = (folder, path, text) => writeFileSync(join(folder, path), text)
export const removeFolder = (folder) => rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
