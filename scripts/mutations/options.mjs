// The command line of the mutation check.
import { availableParallelism } from 'node:os'
import { parseArgs } from 'node:util'

export const usage = `npm run mutations -- [options]

Puts one seeded fault at a time into a copy of the packages' sources and runs the property tests there, until one fails.

  --only id,id    these faults alone
  --sample n      n of the faults, drawn by the seed
  --seed s        the seed of fast-check's cases and of the sample (1)
  --jobs n        how many runs at once (the number of cores)
  --lenient       leaves out the test files that fail without a fault (for work in progress; the status is then 1)
  --write         writes docs/mutations.md, of all faults
  --help          this text
`

const wholeNumber = (name, text, least) => {
  const value = Number(text)
  if (!(Number.isSafeInteger(value) && value >= least)) throw new Error(`--${name} ${text}: use a whole number of at least ${least}`)
  return value
}

/** The options of a command line. Throws with what is wrong. */
export const readOptions = (args) => {
  const { values } = parseArgs({
    args,
    options: {
      only: { type: 'string' },
      sample: { type: 'string' },
      seed: { type: 'string', default: '1' },
      jobs: { type: 'string', default: String(availableParallelism()) },
      lenient: { type: 'boolean', default: false },
      write: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.write && (values.only !== undefined || values.sample !== undefined || values.lenient))
    throw new Error('--write is for all faults and sound tests: leave --only, --sample and --lenient out')
  return {
    only: values.only?.split(',').map((id) => id.trim()),
    sample: values.sample === undefined ? undefined : wholeNumber('sample', values.sample, 1),
    seed: wholeNumber('seed', values.seed, 0),
    jobs: wholeNumber('jobs', values.jobs, 1),
    lenient: values.lenient,
    write: values.write,
    help: values.help,
  }
}
