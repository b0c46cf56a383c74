// Installs and builds the workspace with nothing but Node and npm at hand: `node scripts/workspace.mjs install build`.
// pnpm comes through npx at the version package.json names; turbo runs inside `pnpm exec`, so that it finds that pnpm.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))
const { packageManager } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))

const steps = {
  install: 'pnpm install --frozen-lockfile --reporter=append-only',
  build: 'pnpm exec turbo run build --output-logs=errors-only',
  'build:js': 'pnpm exec turbo run build:js --output-logs=errors-only',
}

const names = process.argv.slice(2)
const unknown = names.filter((name) => !Object.hasOwn(steps, name))
if (names.length === 0 || unknown.length > 0) {
  console.error(`workspace: no step ${unknown.join(', ')}; choose among ${Object.keys(steps).join(', ')}`)
  process.exit(2)
}

const quote = (text) => (process.platform === 'win32' ? `"${text}"` : text)
const { status, error } = spawnSync(
  'npx',
  ['--yes', `--package=${packageManager}`, '--call', quote(names.map((name) => steps[name]).join(' && '))],
  {
    cwd: root,
    env: {
      ...process.env,
      TURBO_TELEMETRY_DISABLED: '1',
      DO_NOT_TRACK: '1',
      TURBO_NO_UPDATE_NOTIFIER: '1',
      npm_config_update_notifier: 'false',
    },
    stdio: ['ignore', 'inherit', 'inherit'],
    shell: process.platform === 'win32',
  },
)
if (error) console.error(`workspace: ${error.message}`)
process.exit(status ?? 1)
