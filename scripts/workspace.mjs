// Installs and builds the workspace with nothing but Node and npm at hand: `node scripts/workspace.mjs install build`.
// pnpm comes through npx at the version package.json names; turbo runs inside `pnpm exec`, so that it finds that pnpm.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const { packageManager } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))

const steps = {
  install: ['install', '--frozen-lockfile', '--reporter=append-only'],
  build: ['exec', 'turbo', 'run', 'build', '--output-logs=errors-only'],
  'build:js': ['exec', 'turbo', 'run', 'build:js', '--output-logs=errors-only'],
}

const env = { ...process.env, TURBO_TELEMETRY_DISABLED: '1', DO_NOT_TRACK: '1', TURBO_NO_UPDATE_NOTIFIER: '1' }

for (const name of process.argv.slice(2)) {
  const step = steps[name]
  if (step === undefined) {
    console.error(`workspace: no step named "${name}"; choose among ${Object.keys(steps).join(', ')}`)
    process.exit(2)
  }
  const started = performance.now()
  const { status, error } = spawnSync('npx', ['--yes', packageManager, ...step], {
    cwd: root,
    env,
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  })
  if (error) console.error(`workspace: ${error.message}`)
  if (status !== 0) process.exit(status ?? 1)
  console.log(`workspace: ${name} took ${((performance.now() - started) / 1000).toFixed(1)} s`)
}
