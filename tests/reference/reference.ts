import { existsSync, readFileSync } from 'node:fs'

/** Values that other projects published. They lie beside the repository, not in it; a test that needs them is skipped where they are absent. */
const folder = new URL('../../../shared/reference/', import.meta.url)

/** A file of published values, and the end of a title that says so where it is absent. */
export const published = <A>(path: string): { readonly entries: A | undefined; readonly title: (what: string) => string } => {
  const file = new URL(path, folder)
  const entries = existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as A) : undefined
  return { entries, title: (what) => (entries === undefined ? `${what} (skipped: ../shared/reference/${path} is absent)` : what) }
}

/** Throws with both numbers unless each of a list is within a relative tolerance of its published value, or an absolute one below `floor`. */
export const reproduce = (actual: ArrayLike<number>, expected: readonly number[], tolerance: number, floor = 0): void => {
  if (actual.length !== expected.length) throw new Error(`${actual.length} numbers where ${expected.length} are published`)
  expected.forEach((value, k) => {
    const difference = Math.abs((actual[k] as number) - value)
    if (!(difference <= tolerance * Math.max(Math.abs(value), floor)))
      throw new Error(`component ${k} is ${actual[k]} where ${value} is published: off by ${difference}`)
  })
}
