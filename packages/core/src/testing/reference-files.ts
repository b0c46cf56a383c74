import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { gunzipSync } from 'node:zlib'

/** Published vectors that lie beside the repository, not in it. A test that needs them is skipped where they are absent. */
const folder = new URL('../../../../../shared/reference/', import.meta.url)

const at = (path: string): string => fileURLToPath(new URL(path, folder))

/** Whether a reference file is there. */
export const hasReference = (path: string): boolean => existsSync(at(path))

/** The end of a test's title that says what it needs. */
export const needs = (path: string): string => `(needs ../shared/reference/${path})`

/** The lines of a reference file, unzipped where its name ends in .gz. */
export const referenceLines = (path: string): string[] => {
  const bytes = readFileSync(at(path))
  return (path.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8').split(/\r?\n/)
}
