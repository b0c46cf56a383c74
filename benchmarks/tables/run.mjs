// Tweedie beside what else is used for tables: `node benchmarks/tables/run.mjs [--tables wine,power] [--methods best,paper|ablation] [--seed 0] [--out DIR] [--data DIR] [--quick] [--write]
// [--set spline-flow.steps=2000]`. Every method runs in a process of its own and leaves its rows in OUT/<table>/<method>; what is complete there is not run again.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { machine } from '../harness/machine.mjs'
import { runMethod } from './job.mjs'
import { chosenFor, commandOf, methodsNamed } from './methods.mjs'
import { measure } from './metrics.mjs'
import { writeWhole } from './npy.mjs'
import { isBuilt } from './packages.mjs'
import { page, reading, summaryOf, tableOf, verdictOf } from './page.mjs'
import { readSource, sources } from './sources.mjs'
import { splitIn } from './split.mjs'
import { judged, targetsOf } from './targets.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))
const { values: options } = parseArgs({
  options: {
    tables: { type: 'string' },
    methods: { type: 'string' },
    seed: { type: 'string', default: '0' },
    out: { type: 'string', default: join(root, 'out', 'compare') },
    data: { type: 'string', default: join(root, '..', 'shared', 'data') },
    quick: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    threads: { type: 'string', default: '1' },
    limit: { type: 'string', default: '7200' },
    set: { type: 'string', multiple: true, default: [] },
  },
})

const refuse = (what) => {
  console.error(`compare: ${what}`)
  process.exit(2)
}
const wholeNumber = (name, least) => {
  const value = Number(options[name])
  return Number.isInteger(value) && value >= least ? value : refuse(`--${name} ${options[name]}: give a whole number of at least ${least}`)
}
const chosen = (list, text) => {
  const names = text?.split(',') ?? list.map(({ name }) => name)
  const unknown = names.filter((name) => !list.some((each) => each.name === name))
  return unknown.length > 0
    ? refuse(`no ${unknown.join(', ')}; choose among ${list.map(({ name }) => name).join(', ')}`)
    : list.filter(({ name }) => names.includes(name))
}
/** `--set method.name=number`. */
const settingsOf = (method) =>
  Object.fromEntries(
    options.set
      .map((text) => /^([a-z-]+)\.(\w+)=([-\d.e]+)$/.exec(text) ?? refuse(`--set ${text}: write method.name=number`))
      .filter(([, name]) => name === method)
      .map(([, , name, value]) => [name, Number(value)]),
  )

if (!['core', 'metrics', 'density', 'wasm'].every(isBuilt)) refuse('the packages are not built; run npm run build')
const [seed, threads, limit] = [wholeNumber('seed', 0), wholeNumber('threads', 1), wholeNumber('limit', 1)]
const named = () => {
  try {
    return methodsNamed(options.methods)
  } catch (thrown) {
    return refuse(thrown.message)
  }
}
const [tablesAsked, methodsAsked] = [chosen(sources, options.tables), named()]
const out = resolve(options.out)
const most = options.quick ? 400 : 10_000

/** A folder holds the rows of one split. */
const requireSameSplit = () => {
  mkdirSync(out, { recursive: true })
  const [path, made] = [join(out, 'split.json'), JSON.stringify({ seed, most })]
  if (existsSync(path) && readFileSync(path, 'utf8') !== made)
    refuse(`${out} holds the split ${readFileSync(path, 'utf8')}, not ${made}; choose another --out`)
  writeWhole(path, made)
}

/** One method on one table: its rows, and what they measure. */
const rowOf = async (method, source, folder, split) => {
  const say = (text) => console.error(`  ${source.name}, ${method.name}: ${text}`)
  const job = {
    train: split.trainPath,
    test: split.testPath,
    rows: split.train.rows,
    seed,
    quick: options.quick,
    threads,
    ...chosenFor(method, folder),
    ...settingsOf(method.name),
  }
  const meta = await runMethod(commandOf(method), folder, job, limit)
  if (meta.missing !== undefined) {
    say(`left out: ${meta.missing}`)
    return { label: method.label, missing: meta.missing }
  }
  const measured = await measure(method, folder, split, seed, say)
  const { fitSeconds, sampleSeconds, settings } = meta
  const values = { ...measured, fitSeconds, sampleSeconds, ...(source.continuous && { logLikelihood: meta.logLikelihood }) }
  say(`C2ST ${values.c2st?.toFixed(3) ?? '–'}, NN ratio ${values.ratio?.toFixed(2) ?? '–'}, fitted in ${fitSeconds?.toFixed(1) ?? '–'} s`)
  return { label: method.label, floor: method.floor, values, settings, version: meta.name }
}

const measuredBefore = (path) => (existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) : undefined)

requireSameSplit()
const tables = []
for (const source of tablesAsked) {
  const split = splitIn(join(out, source.name), seed, most, () => readSource(source, options.data, seed))
  if (split === undefined) {
    console.error(`${source.name}: left out, there is no ${source.path(options.data)}`)
    continue
  }
  const rows = []
  for (const method of methodsAsked) rows.push(await rowOf(method, source, join(out, source.name, method.name), split))
  const sizes = { train: split.train.rows, test: split.test.rows, columns: split.train.columns }
  const floor =
    rows.find(({ label }) => label === 'training rows')?.values ?? measuredBefore(join(out, source.name, 'train', 'metrics.json'))
  const targets = targetsOf(source.name, 1.25 * sizes.train, floor)
  const table = {
    name: source.name,
    title: source.title,
    sizes,
    targets,
    rows: rows.map((row) => (row.values && !row.floor ? { ...row, judged: judged(targets, row.values) } : row)),
  }
  tables.push(table)
  console.log(tableOf(table))
}
if (tables.length > 0) {
  console.log(`${summaryOf(tables)}\n${verdictOf(tables, '**preset `best`**')}\n${reading}`)
  const versions = [
    ...new Set(tables.flatMap(({ rows }) => rows.flatMap(({ version }) => /(scikit-learn|PyTorch) [\d.]+/.exec(version ?? '')?.[0] ?? []))),
  ]
  if (options.write) writeFileSync(join(root, 'docs', 'comparison.md'), page(machine(), versions, seed, tables))
}
