// The mutation check, `npm run mutations`: seeded faults in a copy of the sources, and whether the property tests notice them.
// Exit status: 0 when they notice at least 95 % and every other fault has its explanation, 1 when not, 2 when the check cannot be made.
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { checkFault } from './check-fault.mjs'
import { copyWorkspace, readSources, removeFolder, temporaryFolder, writeFile } from './copy.mjs'
import { faults } from './faults/index.mjs'
import { readOptions, usage } from './options.mjs'
import { page } from './page.mjs'
import { importGraph, propertyTests, sampleOf, testsFor, withFault } from './plan.mjs'
import { endAllRuns, runTests } from './test-run.mjs'

const root = fileURLToPath(new URL('../..', import.meta.url))
const support = fileURLToPath(new URL('support', import.meta.url))
const wantedRate = 0.95

const chosen = ({ only, sample, seed }) => {
  const unknown = (only ?? []).filter((id) => !faults.some((fault) => fault.id === id))
  if (unknown.length > 0) throw new Error(`no fault ${unknown.join(', ')}`)
  const named = only === undefined ? faults : faults.filter(({ id }) => only.includes(id))
  return sample === undefined ? named : sampleOf(named, sample, seed)
}

/** Runs the tests without a fault: the seconds that each file takes, and what fails. */
const baseline = async (copies, files, seed) => {
  const shards = copies.map((_, k) => files.filter((_, index) => index % copies.length === k)).filter((shard) => shard.length > 0)
  const runs = await Promise.all(
    shards.map((shard, k) => runTests(copies[k], shard, { seed, limits: shard.map(() => 300), decides: () => undefined })),
  )
  const unfinished = runs.find(({ outcome }) => outcome !== 'finished')
  if (unfinished !== undefined) throw new Error(`without a fault the tests do not run: ${unfinished.outcome}\n${unfinished.printed ?? ''}`)
  const events = runs.flatMap((run) => run.events)
  return {
    seconds: Object.fromEntries(events.filter(({ type }) => type === 'file done').map(({ file, seconds }) => [file, seconds])),
    failures: events.filter(({ type }) => type === 'test failed' || type === 'file failed'),
  }
}

/** The files that fail without a fault. Throws, naming what fails, unless that is allowed. */
const unsound = (failures, lenient) => {
  const files = [...new Set(failures.map(({ file }) => file))]
  if (files.length === 0 || lenient) return files
  const shown = failures
    .slice(0, 10)
    .map(({ file, test, errors }) => `  ${file} › ${test ?? 'on loading'}: ${errors[0]?.message.split('\n')[0]}`)
  throw new Error(`without a fault ${failures.length} tests in ${files.length} files fail:\n${shown.join('\n')}`)
}

/** Applies an asynchronous function to all items, `workers` at once. */
const inParallel = async (items, workers, of) => {
  const results = new Array(items.length)
  let next = 0
  await Promise.all(
    workers.map(async (worker) => {
      while (next < items.length) {
        const index = next++
        results[index] = await of(items[index], worker)
      }
    }),
  )
  return results
}

const line = (fault, { outcome, by, why, seconds }) =>
  `${outcome.padEnd(8)} ${fault.id.padEnd(38)} ${(by ? `${by.file} › ${by.test}` : (why ?? '').split('\n')[0]).padEnd(60)} ${seconds.toFixed(1)} s`

const main = async () => {
  const options = readOptions(process.argv.slice(2))
  if (options.help) return console.log(usage)
  const list = chosen(options)
  const sources = readSources(root)
  for (const fault of list) withFault(fault, sources[fault.file] ?? '')
  const graph = importGraph(sources)
  const tests = propertyTests(sources)

  const folder = temporaryFolder()
  const clean = () => {
    endAllRuns()
    removeFolder(folder)
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'])
    process.once(signal, () => {
      clean()
      process.exit(130)
    })
  try {
    const jobs = Math.min(options.jobs, list.length)
    const copies = Array.from({ length: jobs }, (_, k) => copyWorkspace(root, join(folder, String(k)), support))
    const reached = tests.filter((test) => list.some(({ file }) => testsFor(file, [test], graph).length > 0))
    console.log(`${list.length} faults, ${reached.length} files of property tests, seed ${options.seed}, ${jobs} at once`)
    const began = performance.now()
    const elapsed = () => `${((performance.now() - began) / 1000).toFixed(0)} s`
    const { seconds, failures } = await baseline(copies, reached, options.seed)
    const left = unsound(failures, options.lenient)
    console.log(`without a fault ${left.length === 0 ? 'all pass' : `these fail and are left out: ${left.join(', ')}`} (${elapsed()})\n`)
    const sound = tests.filter((test) => !left.includes(test))

    const results = await inParallel(list, copies, async (fault, copy) => {
      const result = await checkFault(copy, fault, testsFor(fault.file, sound, graph, seconds), seconds, options.seed)
      console.log(line(fault, result))
      return { fault, ...result }
    })
    conclude(results, options, elapsed())
    if (left.length > 0) process.exitCode = 1
  } finally {
    clean()
  }
}

/** Prints the rate and the survivors, writes the page when asked to, and sets the exit status. */
const conclude = (results, { write, seed }, elapsed) => {
  const of = (outcome) => results.filter((result) => result.outcome === outcome)
  const killed = of('killed').length
  const broken = of('broken')
  const alive = results.filter(({ outcome }) => outcome === 'survived' || outcome === 'example')
  const total = results.length - broken.length
  console.log(`\n${killed} of ${total} faults make a property or a law fail: ${((100 * killed) / total).toFixed(1)} % (${elapsed})`)
  for (const { fault, by } of alive)
    console.log(
      `\nsurvivor ${fault.id} (${fault.file}): ${fault.wrong}${by ? `\n  noticed by an example alone: ${by.file} › ${by.test}` : ''}\n  ${fault.survives ?? 'NOT EXPLAINED'}`,
    )
  for (const { fault, why } of broken) console.log(`\nbroken fault ${fault.id}: ${why}`)
  for (const { fault } of of('killed').filter(({ fault }) => fault.survives !== undefined))
    console.log(`\n${fault.id} is explained as a survivor, and does not survive: take the explanation away`)
  if (write) {
    writeFile(root, join('docs', 'mutations.md'), page(results, seed))
    console.log('\nwrote docs/mutations.md')
  }
  const sound = broken.length === 0 && killed >= wantedRate * total && alive.every(({ fault }) => fault.survives !== undefined)
  process.exitCode = sound ? 0 : 1
}

main().catch((error) => {
  console.error(`mutations: ${error.message}`)
  process.exitCode = 2
})
