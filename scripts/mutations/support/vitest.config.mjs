// Runs the test files of `run.json`, one after the other and in that order, in one worker.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { BaseSequencer } from 'vitest/node'
import base from '../vitest.config.ts'

const at = (path) => fileURLToPath(new URL(path, import.meta.url))
const { files } = JSON.parse(readFileSync(at('run.json'), 'utf8'))

class InOrder extends BaseSequencer {
  async sort(specifications) {
    const place = new Map(files.map((file, index) => [at(`../${file}`), index]))
    return [...specifications].sort((a, b) => place.get(a.moduleId) - place.get(b.moduleId))
  }
}

export default {
  ...base,
  root: at('..'),
  cacheDir: at('.vite'),
  test: {
    ...base.test,
    include: files,
    setupFiles: [at('setup.mjs')],
    reporters: [at('reporter.mjs')],
    pool: 'threads',
    fileParallelism: false,
    isolate: false,
    sequence: { sequencer: InOrder },
  },
}
