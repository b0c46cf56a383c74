// Side-by-side measurements: `node benchmarks/run.mjs [posterior training …] [--quick] [--rounds 3] [--match 'd = 2$'] [--write]`. Each peer runs in a process of its own on the same inputs, is
// checked against the float64 oracle, and is told as a multiple of our time in the same run. --write puts the tables into docs/benchmarks.md.
import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { jobFolder } from './harness/jobs.mjs'
import { machine } from './harness/machine.mjs'
import { runPeer } from './harness/run-peer.mjs'
import { page, printed, rowOf } from './harness/table.mjs'

const known = ['posterior', 'matmul', 'training', 'index', 'gpu']
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
    json: { type: 'string' },
    match: { type: 'string', default: '' },
    rounds: { type: 'string', default: '1' },
  },
})
const names = positionals.length === 0 ? known : positionals
const unknown = names.filter((name) => !known.includes(name))
if (unknown.length > 0) {
  console.error(`bench: no case ${unknown.join(', ')}; choose among ${known.join(', ')}`)
  process.exit(2)
}

const rounds = Math.max(1, Math.round(Number(values.rounds)) || 1)

/** The rounds of one peer as one: all times, the first result. */
const pooled = (outcomes) =>
  outcomes.find(({ missing }) => missing !== undefined) ?? { ...outcomes[0], times: outcomes.flatMap(({ times }) => times) }

const folder = jobFolder()
const sections = []
try {
  for (const name of names) {
    const benchmark = await import(`./cases/${name}.mjs`)
    const tables = []
    for (const job of benchmark.jobs(values).filter((each) => new RegExp(values.match).test(benchmark.describe(each)))) {
      console.log(`\n${benchmark.title}: ${benchmark.describe(job)}`)
      const { settings, arrays, wanted } = await benchmark.inputs(job)
      const peers = benchmark.peersOf(job)
      const outcomes = peers.map(() => [])
      // Round by round, so that a minute in which the machine is slow falls on all of them.
      for (let round = 0; round < rounds; round++)
        for (const [k, peer] of peers.entries()) {
          if (outcomes[k].some(({ missing }) => missing !== undefined)) continue
          const path = folder.write(
            job.name,
            { repeats: values.quick ? 3 : 5, ...settings, ...peer.settings, ...(peer.share && { rows: settings.rows / peer.share }) },
            arrays,
          )
          outcomes[k].push(await runPeer(peer, path, peer.seconds))
          process.stderr.write('.')
        }
      process.stderr.write('\n')
      const rows = []
      for (const [k, peer] of peers.entries()) {
        const row = rowOf(peer, pooled(outcomes[k]), rows, { wanted, targets: job.wanted, unit: benchmark.unit })
        rows.push(row)
        console.log(printed(row))
      }
      tables.push({ title: benchmark.describe(job), rows })
    }
    sections.push({ title: benchmark.title, note: benchmark.note, tables })
    if (values.json !== undefined) writeFileSync(values.json, JSON.stringify({ machine: machine(), sections }, null, 2))
    if (values.write) writeFileSync(fileURLToPath(new URL('../docs/benchmarks.md', import.meta.url)), page(machine(), sections))
  }
} finally {
  folder.remove()
}
