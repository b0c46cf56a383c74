import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { WorstError } from '@tweedie/testing'

/** The page of worst errors: docs/conformance.md, one section a backend. */

const page = fileURLToPath(new URL('../../docs/conformance.md', import.meta.url))
export const MARK =
  '<!-- The tables below are written by UPDATE_DOCS=1 npx vitest run tests/conformance tests/tfjs/conformance --no-file-parallelism -->'

/** A plain run looks whether what is declared holds; one that updates the page looks longer and writes the tables. */
// biome-ignore lint/suspicious/noUndeclaredEnvVars: turbo runs no tests.
export const updating = process.env['UPDATE_DOCS'] === '1'

export const readPage = (): string => readFileSync(page, 'utf8')

/** What a suite has measured. */
export interface Measured {
  readonly heading: string
  /** What else is to be said of where it was measured. */
  readonly note?: string
  readonly table: string
  readonly worst: readonly WorstError[]
}

/** The table without the results that were exact, and those by name. */
const sectionOf = ({ heading, note, table, worst }: Measured): string => {
  const exact = worst.filter(({ ulp }) => ulp === 0)
  const rows = table.split('\n').filter((line) => !exact.some((result) => line.startsWith(`| ${result.name} |`)))
  const parts = [`### ${heading}`, ...(note === undefined ? [] : [note]), rows.join('\n')]
  return `${parts.join('\n\n')}\n\nExact: ${exact.map((result) => result.name).join(', ')}.\n`
}

/** Puts sections in the place of those with the same headings, further ones at the end. The rest of the page stays. */
export const writeSections = (measured: readonly Measured[]): void => {
  const [intro, below] = readPage().split(MARK) as [string, string]
  const sections = new Map(
    below
      .split(/^(?=### )/m)
      .filter((part) => part.startsWith('### '))
      .map((part) => [part.slice(4, part.indexOf('\n')), `${part.trim()}\n`]),
  )
  for (const each of measured) sections.set(each.heading, sectionOf(each))
  writeFileSync(page, `${intro}${MARK}\n\n${[...sections.values()].join('\n')}`)
}
