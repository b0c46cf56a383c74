import { operationRows } from '@tweedie/core'
import { backendConformance, testLaws } from '@tweedie/testing'
import { afterAll, describe, expect, test } from 'vitest'
import { conforming } from './backends.js'
import { MARK, readPage, updating, writeSections } from './page.js'

// A plain run looks whether what is declared holds; UPDATE_DOCS=1 looks longer and writes the tables.
const parameters = { seed: 20260731, runs: updating ? 150 : 16 }

const suites = conforming.map((each) => ({ ...each, ...backendConformance(each.make, each.declared) }))

describe.each(suites)('$name conforms', ({ laws, worst }) => {
  testLaws(test, laws, parameters)

  test('every result was looked at, and is within what is declared', () => {
    expect(worst().map(({ name }) => name.split('.')[0])).toEqual(expect.arrayContaining(operationRows().map(([name]) => name)))
    for (const { ulp, tolerance } of worst()) expect(ulp).toBeLessThanOrEqual('ulp' in tolerance ? tolerance.ulp : Number.POSITIVE_INFINITY)
  })
})

test.skipIf(updating)('the page of worst errors has a table for each backend', () => {
  const text = readPage()
  expect(text).toContain(MARK)
  for (const { name } of conforming) expect(text).toContain(`\n### \`${name}\`\n`)
})

afterAll(() => {
  if (updating) writeSections(suites.map(({ name, table, worst }) => ({ heading: `\`${name}\``, table: table(), worst: worst() })))
})
