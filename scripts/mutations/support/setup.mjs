// The same cases in every run: fast-check's seed, for assertions and laws alike. A counterexample is not made smaller: one is enough.
import { readFileSync } from 'node:fs'
import fc from 'fast-check'

const { seed } = JSON.parse(readFileSync(new URL('run.json', import.meta.url), 'utf8'))
fc.configureGlobal({ seed, endOnFailure: true })
