// Checks what would be published: packs every public package, looks at each tarball with publint and are-the-types-wrong, then
// installs all tarballs with npm into an empty folder and there imports, requires and type-checks each entry and runs the command.
// It wants a full build, types included, which `npm run packages` makes first. Exit status: 0 when every check passed, else 1.
import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'

const root = fileURLToPath(new URL('..', import.meta.url))
const readJson = (...path) => JSON.parse(readFileSync(join(...path), 'utf8'))
const { packageManager, devDependencies } = readJson(root, 'package.json')

const run = (cwd, command, ...args) =>
  new Promise((done) => {
    const child = spawn(command, args, { cwd, shell: process.platform === 'win32', stdio: ['ignore', 'pipe', 'pipe'] })
    let text = ''
    child.stdout.on('data', (chunk) => {
      text += chunk
    })
    child.stderr.on('data', (chunk) => {
      text += chunk
    })
    child.on('error', (error) => done({ ok: false, text: error.message }))
    child.on('close', (status) => done({ ok: status === 0, text }))
  })

let passed = 0
let failed = 0
const report = (name, { ok, text }) => {
  if (ok) passed++
  else failed++
  console.log(`${ok ? 'ok  ' : 'FAIL'} ${name}`)
  if (!ok) console.log(text.replace(/^/gm, '     '))
  return ok
}

const packages = readdirSync(join(root, 'packages'))
  .map((folder) => ({ folder: join(root, 'packages', folder), manifest: readJson(root, 'packages', folder, 'package.json') }))
  .filter(({ manifest }) => manifest.private !== true)

// 1. Pack. pnpm puts real versions where the workspace says `workspace:*`.
const tarballs = join(root, 'out', 'tarballs')
rmSync(tarballs, { recursive: true, force: true })
mkdirSync(tarballs, { recursive: true })
const packed = []
for (const { folder, manifest } of packages) {
  const tarball = join(tarballs, `${manifest.name.replace('@', '').replace('/', '-')}-${manifest.version}.tgz`)
  const result = await run(folder, 'npx', '--yes', packageManager, 'pack', '--out', tarball)
  if (report(`${manifest.name} packs`, result)) packed.push({ manifest, tarball })
}

// 2. Look at each tarball.
const bin = (name) => join(root, 'node_modules', '.bin', name)
for (const { manifest, tarball } of packed) {
  const list = await run(root, 'tar', '-tzf', tarball)
  const wanted = ['package/LICENSE', 'package/README.md', 'package/dist/index.js', 'package/dist/index.cjs']
  const missing = wanted.filter((file) => !list.text.split('\n').includes(file))
  const stray = list.text.split('\n').filter((file) => /\.test\.|^package\/src\//.test(file))
  report(`${manifest.name} contents`, {
    ok: missing.length + stray.length === 0,
    text: `missing: ${missing.join(', ') || 'nothing'}; stray: ${stray.join(', ') || 'nothing'}`,
  })
  report(`${manifest.name} publint`, await run(root, bin('publint'), 'run', tarball, '--strict'))
  report(`${manifest.name} types`, await run(root, bin('attw'), tarball, '--no-emoji', '--format', 'ascii'))
}

// 3. Use them as a stranger would.
const home = mkdtempSync(join(tmpdir(), 'tweedie-packages-'))
try {
  writeFileSync(join(home, 'package.json'), '{ "name": "stranger", "private": true, "type": "module" }\n')
  const options = ['--no-audit', '--no-fund', '--loglevel=error']
  // Node's types are what the declarations of a command may ask of a stranger; the other packages do without.
  const wanted = [...packed.map(({ tarball }) => tarball), `@types/node@${devDependencies['@types/node']}`]
  const installed = report('npm install of the tarballs', await run(home, 'npm', 'install', ...options, ...wanted))
  if (installed) {
    const entriesOf = ({ manifest }) =>
      Object.keys(manifest.exports)
        .filter((path) => path !== './package.json')
        .map((path) => `${manifest.name}${path.slice(1)}`)
    const entries = packed.flatMap(entriesOf)
    const some = (namespace) => `if (Object.keys(${namespace}).length === 0) throw new Error('nothing is exported')`
    for (const entry of entries) {
      report(
        `import ${entry}`,
        await run(home, process.execPath, '--input-type=module', '-e', `const m = await import('${entry}'); ${some('m')}`),
      )
      report(
        `require ${entry}`,
        await run(home, process.execPath, '--input-type=commonjs', '-e', `const m = require('${entry}'); ${some('m')}`),
      )
    }
    const forNode = ({ manifest }) => manifest.bin !== undefined
    const anywhere = packed.filter((one) => !forNode(one)).flatMap(entriesOf)
    report('types of the installed packages, for any platform', typesAsSeenBy(home, anywhere, []))
    report('types of the installed packages, for Node', typesAsSeenBy(home, packed.filter(forNode).flatMap(entriesOf), ['node']))
    for (const { manifest } of packed.filter(({ manifest }) => manifest.bin !== undefined))
      for (const name of Object.keys(manifest.bin)) {
        const result = await run(home, 'npx', '--no-install', name, '--version')
        report(`npx ${name} --version`, {
          ok: result.ok && result.text.includes(manifest.version),
          text: `${result.text}\nwanted ${manifest.version}`,
        })
      }
  }
} finally {
  rmSync(home, { recursive: true, force: true })
}

/** Type-checks an ES module and a CommonJS one that import every entry; only errors in our own declarations count. */
function typesAsSeenBy(folder, entries, types) {
  const lines = entries.map((entry, i) => `import * as m${i} from '${entry}'\nexport const n${i}: object = m${i}`).join('\n')
  const files = ['all.mts', 'all.cts'].map((name) => join(folder, name))
  for (const file of files) writeFileSync(file, lines)
  const program = ts.createProgram(files, {
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    target: ts.ScriptTarget.ES2022,
    lib: ['lib.es2022.d.ts', 'lib.dom.d.ts'],
    types,
    typeRoots: [join(folder, 'node_modules', '@types')],
    strict: true,
    noEmit: true,
    skipLibCheck: false,
  })
  const ours = ts
    .getPreEmitDiagnostics(program)
    .filter(({ file }) => file === undefined || files.includes(file.fileName) || file.fileName.includes('/@tweedie/'))
  const host = { getCanonicalFileName: (name) => name, getCurrentDirectory: () => folder, getNewLine: () => '\n' }
  return { ok: ours.length === 0, text: ts.formatDiagnostics(ours, host) }
}

console.log(`packages: ${passed} passed, ${failed} failed`)
process.exit(failed === 0 && packed.length > 0 ? 0 : 1)
