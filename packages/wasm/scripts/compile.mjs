// Compiles assembly/ to WebAssembly and embeds it: src/generated/plain.ts (SIMD) and src/generated/relaxed.ts (relaxed SIMD) export the bytes
// in base64, so that nothing has to be found or fetched when the package runs. `node scripts/compile.mjs [--entry FILE --out FOLDER]` compiles
// another entry to FOLDER/plain.wasm and FOLDER/relaxed.wasm instead, which is how a kernel is tried alone.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import asc from 'assemblyscript/asc'
import { workerText } from './embed-worker.mjs'
import { writeTemplates } from './templates.mjs'

const root = fileURLToPath(new URL('..', import.meta.url))
const { values } = parseArgs({
  options: { entry: { type: 'string', default: 'assembly/index.ts' }, out: { type: 'string' }, text: { type: 'boolean' } },
})

/** The bytes of one build. Throws with the compiler's messages. */
const compile = async (features) => {
  const files = new Map()
  const { error, stderr } = await asc.main(
    [
      values.entry,
      ...['--outFile', 'out.wasm'],
      ...(values.text ? ['--textFile', 'out.wat'] : []),
      ...['-O3', '--noAssert', '--runtime', 'minimal', '--enable', features.join(',')],
      // The memory is made outside, so that threads can share it. Static data starts after a page that nothing is in.
      ...['--importMemory', '--maximumMemory', '65536', '--memoryBase', '1024'],
      ...['--use', 'abort='],
    ],
    {
      readFile: (name, base) => {
        try {
          return readFileSync(join(base, name), 'utf8')
        } catch {
          return null
        }
      },
      writeFile: (name, contents) => files.set(name, contents),
      listFiles: () => [],
      baseDir: root,
    },
  )
  if (error) throw new Error(`${error.message}\n${stderr.toString()}`)
  return files
}

const store = (folder, name, contents) => {
  mkdirSync(folder, { recursive: true })
  const temporary = join(folder, `.${name}.${process.pid}`)
  writeFileSync(temporary, contents)
  renameSync(temporary, join(folder, name))
}

process.chdir(root)
writeTemplates(root)
if (values.out === undefined) store(join(root, 'src', 'generated'), 'worker.ts', workerText(root))
for (const [name, features] of [
  ['plain', ['simd']],
  ['relaxed', ['simd', 'relaxed-simd']],
]) {
  const files = await compile(features)
  const bytes = files.get('out.wasm')
  if (values.out === undefined) {
    const text = `/** The ${name} build, in base64. Written by scripts/compile.mjs. */\nexport const ${name} =\n  '${Buffer.from(bytes).toString('base64')}'\n`
    store(join(root, 'src', 'generated'), `${name}.ts`, text)
  } else {
    store(values.out, `${name}.wasm`, bytes)
    if (values.text) store(values.out, `${name}.wat`, files.get('out.wat'))
  }
}
