// What is compared. `snap`: its numbers are real even where the table repeats values, so they go to the nearest training value before they are measured.
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const at = (name) => fileURLToPath(new URL(name, import.meta.url))
const here = (name, label, more = {}) => ({ name, label, script: at(`./methods/${name}.mjs`), ...more })
/** `best` with one part changed. */
const changed = (variant, label) => ({ name: `best-${variant}`, label, script: at('./methods/ablation.mjs'), variant })
const peer = (name, label, needs, more = {}) => ({ name, label, script: at(`./peers/${name.replace('-', '_')}.py`), needs, ...more })

export const methods = [
  here('half', 'real half', { floor: true }),
  here('train', 'training rows', { floor: true }),
  here('best', '**preset `best`**'),
  here('paper', 'preset `paper`', { snap: true }),
  here('closed-form', 'closed form'),
  peer('gaussian', 'Gaussian', ['numpy', 'scipy'], { snap: true }),
  peer('kde', 'KDE', ['sklearn'], { snap: true }),
  peer('gmm', 'Gaussian mixture', ['sklearn'], { snap: true }),
  peer('cart', 'CART by column', ['sklearn']),
  peer('spline-flow', 'neural spline flow', ['torch'], { snap: true }),
]

/** The parts of `best` one by one: run where they are asked for by name, or all by `ablation`. */
export const ablation = [
  changed('network', 'the network alone'),
  changed('unspread', 'rows not spread'),
  changed('isotropic', 'a kernel of equal width, floor 0.04'),
  changed('uncalibrated', 'not calibrated'),
  changed('unbalanced', 'labels in any order'),
  changed('euler', 'Euler, 500 steps, 3,000 labels'),
  changed('small', 'layers half as wide'),
]

/** The methods that a list names, `ablation` being `best` and its variants; without a list all but those. Throws an `Error` that says which it does not know. */
export const methodsNamed = (text) => {
  const all = [...methods, ...ablation]
  if (text === undefined) return methods
  const names = text.split(',').flatMap((name) => (name === 'ablation' ? ['best', ...ablation.map((each) => each.name)] : [name]))
  const unknown = names.filter((name) => !all.some((each) => each.name === name))
  if (unknown.length > 0) throw new Error(`no ${unknown.join(', ')}; choose among ${all.map(({ name }) => name).join(', ')}, ablation`)
  return all.filter(({ name }) => names.includes(name))
}

/** What `best` chose in its folder, for a variant of it; nothing for other methods, or where it has not run. */
export const chosenFor = ({ variant }, folder) => {
  if (variant === undefined) return {}
  const path = join(folder, '..', 'best', 'meta.json')
  const { spread, step } = existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')).settings : {}
  return { variant, ...(spread !== undefined && step !== undefined && { spread, step }) }
}

const tried = new Map()

/** Whether a Python has some modules. */
const has = (command, modules) => {
  const name = `${command} ${modules}`
  if (!tried.has(name)) {
    try {
      execFileSync(command, ['-c', `import ${modules.join(', ')}`], { stdio: 'ignore' })
      tried.set(name, true)
    } catch {
      tried.set(name, false)
    }
  }
  return tried.get(name)
}

/** $PYTHON, or where that is not set the first of python3 and Debian's own, if it has the modules. */
export const pythonWith = (modules) =>
  (process.env.PYTHON ? [process.env.PYTHON] : ['python3', '/usr/bin/python3']).find((command) => has(command, modules))

const threads = (count) =>
  Object.fromEntries(['OMP_NUM_THREADS', 'OPENBLAS_NUM_THREADS', 'MKL_NUM_THREADS'].map((name) => [name, String(count)]))

/** A Python script as `runPeer` starts it, or why it cannot be. */
export const pythonCommand = (script, needs) => {
  const command = pythonWith(needs)
  return command === undefined
    ? { missing: `no Python with ${needs.join(' and ')}` }
    : { command, args: [script], env: { ...threads(1), PYTHONDONTWRITEBYTECODE: '1', PYTHONWARNINGS: 'ignore' } }
}

export const commandOf = ({ script, needs }) =>
  needs === undefined ? { command: process.execPath, args: [...process.execArgv, script] } : pythonCommand(script, needs)
