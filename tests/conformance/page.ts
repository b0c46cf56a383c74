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

const OVERVIEW = 'Side by side'
/** Whose errors stand side by side, by heading, with the head of its column. */
const columns: readonly (readonly [heading: string, head: string])[] = [
  ['`wasm()`', '`wasm()`'],
  ...['tfjs-cpu', 'tfjs-wasm', 'WebGL in a page', 'WebGPU in a page', 'WebGPU in Node'].map(
    (name) => [`\`tfjs(tf)\`: ${name}`, name] as const,
  ),
]

/** The worst error of each result on the backends in float32, as their sections have it; `0` where it is among the exact ones. */
const overviewOf = (sections: ReadonlyMap<string, string>): string => {
  const found = columns
    .filter(([heading]) => sections.has(heading))
    .map(([heading, head]) => {
      const text = sections.get(heading) as string
      const rows = [...text.matchAll(/^\| ([\w.]+) \| \d+ \| ([^ ]+) \|/gm)].map(
        ([, name, worst]) => [name as string, worst as string] as const,
      )
      return { head, worst: new Map(rows) }
    })
  const names = [...new Set(found.flatMap(({ worst }) => [...worst.keys()]))].sort()
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  const head = [line(['worst error, ulp', ...found.map((each) => each.head)]), `|---|${found.map(() => '--:|').join('')}`]
  const body = names.map((name) => line([name, ...found.map(({ worst }) => worst.get(name) ?? '0')]))
  return `### ${OVERVIEW}\n\nThe backends in float32, from their tables below.\n\n${[...head, ...body].join('\n')}\n`
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
  sections.delete(OVERVIEW)
  writeFileSync(page, `${intro}${MARK}\n\n${[overviewOf(sections), ...sections.values()].join('\n')}`)
}
