import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder for the inputs of a run, so that every peer reads the same bytes. */
export const jobFolder = () => {
  const folder = mkdtempSync(join(tmpdir(), 'tweedie-bench-'))
  return {
    /** Writes a job with its float32 arrays, and gives its path. */
    write: (name, settings, arrays) => {
      const paths = Object.entries(arrays).map(([key, numbers]) => {
        const path = join(folder, `${name}-${key}.f32`)
        writeFileSync(path, new Uint8Array(Float32Array.from(numbers).buffer))
        return [key, path]
      })
      const path = join(folder, `${name}.json`)
      writeFileSync(path, JSON.stringify({ ...settings, arrays: Object.fromEntries(paths) }))
      return path
    },
    file: (name) => join(folder, name),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
