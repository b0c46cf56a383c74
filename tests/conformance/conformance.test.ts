import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { operationRows } from '@tweedie/core'
import { backendConformance, testLaws } from '@tweedie/testing'
import { afterAll, describe, expect, test } from 'vitest'
import { conforming } from './backends.js'

// A plain run looks whether what is declared holds; `UPDATE_DOCS=1 npx vitest run tests/conformance` looks longer and writes the tables.
// biome-ignore lint/suspicious/noUndeclaredEnvVars: turbo runs no tests.
const updating = process.env['UPDATE_DOCS'] === '1'
const page = fileURLToPath(new URL('../../docs/conformance.md', import.meta.url))
const parameters = { seed: 20260731, runs: updating ? 150 : 16 }
const MARK = '<!-- The tables below are written by UPDATE_DOCS=1 npx vitest run tests/conformance -->'

const suites = conforming.map((each) => ({ ...each, ...backendConformance(each.make, each.declared) }))

describe.each(suites)('$name conforms', ({ laws, worst }) => {
  testLaws(test, laws, parameters)

  test('every result was looked at, and is within what is declared', () => {
    expect(worst().map(({ name }) => name.split('.')[0])).toEqual(expect.arrayContaining(operationRows().map(([name]) => name)))
    for (const { ulp, tolerance } of worst()) expect(ulp).toBeLessThanOrEqual('ulp' in tolerance ? tolerance.ulp : Number.POSITIVE_INFINITY)
  })
})

test.skipIf(updating)('the page of worst errors has a table for each backend', () => {
  const text = readFileSync(page, 'utf8')
  expect(text).toContain(MARK)
  for (const { name } of conforming) expect(text).toContain(`\n### \`${name}\`\n`)
})

/** The table without the results that were exact, and those by name. */
const section = ({ name, table, worst }: (typeof suites)[number]): string => {
  const exact = worst().filter(({ ulp }) => ulp === 0)
  const rows = table()
    .split('\n')
    .filter((line) => !exact.some((result) => line.startsWith(`| ${result.name} |`)))
  return `### \`${name}\`\n\n${rows.join('\n')}\n\nExact: ${exact.map((result) => result.name).join(', ')}.\n`
}

afterAll(() => {
  if (!updating) return
  const [intro] = readFileSync(page, 'utf8').split(MARK)
  writeFileSync(page, `${intro}${MARK}\n\n${suites.map(section).join('\n')}`)
})
