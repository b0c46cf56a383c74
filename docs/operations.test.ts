import { readFileSync } from 'node:fs'
import { operationRows } from '@tweedie/core'
import { expect, test } from 'vitest'

const page = readFileSync(new URL('operations.md', import.meta.url), 'utf8')

/** The operations that the first cells of the page's tables name. */
const named = page
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .flatMap((line) => [...(line.split(/(?<!\\)\|/)[1] as string).matchAll(/`(\w+)[^`]*`/g)].map(([, name]) => name as string))

test('the page of operations names every operation of the table once, and no other', () => {
  expect([...named].sort()).toEqual(
    operationRows()
      .map(([name]) => name)
      .sort(),
  )
})
