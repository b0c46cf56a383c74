// Embeds the workers' script: src/generated/worker.ts exports, as text, workerpool's worker with our one method, `serve`. In Node the worker
// is made with its post and serves at once; workerpool's message then finds it busy, and is answered when it ends.
import { createRequire } from 'node:module'
import { join } from 'node:path'

// tsup brings esbuild.
const esbuild = createRequire(createRequire(import.meta.url).resolve('tsup'))('esbuild')

const entry = `
  import { add } from 'workerpool/src/worker.js'
  import { serve } from './serve.ts'
  const data = typeof require === 'function' ? require('node:worker_threads').workerData : undefined
  add({ serve: (post) => serve(post ?? data) })
  if (data) serve(data)
`

/** The text of src/generated/worker.ts. */
export const workerText = (root) => {
  const { outputFiles } = esbuild.buildSync({
    stdin: { contents: entry, resolveDir: join(root, 'src', 'threads') },
    bundle: true,
    minify: true,
    write: false,
    // CommonJS in a function: `require` stays what it is, there or not.
    format: 'cjs',
    banner: { js: '(() => {' },
    footer: { js: '})();' },
    target: 'es2022',
    external: ['worker_threads', 'node:worker_threads'],
    tsconfigRaw: {},
    legalComments: 'none',
  })
  return `/** What a worker runs. Written by scripts/compile.mjs. */\nexport const script = ${JSON.stringify(outputFiles[0].text)}\n`
}
