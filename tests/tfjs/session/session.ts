import { afterAll, describe, expect, test } from 'vitest'
import { nodeSession } from './node-session.js'
import { pageSession } from './page-session.js'
import type { Programs } from './programs.js'

/** Where TensorFlow.js runs, and on which of its backends. There is one engine in a process, so a test file opens one. */
export type BackendName = 'tfjs-cpu' | 'tfjs-wasm' | 'WebGPU in Node' | 'WebGL in a page' | 'WebGPU in a page'

export type Input<Name extends keyof Programs> = Parameters<Programs[Name]>[1]
export type Output<Name extends keyof Programs> = Awaited<ReturnType<Programs[Name]>>

/** A backend that is open, and runs programs by name. */
export interface Session {
  readonly run: <Name extends keyof Programs>(name: Name, input: Input<Name>) => Promise<Output<Name>>
  /** What a page has complained of on its console. */
  readonly complaints: readonly string[]
  readonly close: () => Promise<void>
}

/** A machine may have no chromium and no Vulkan adapter. */
export interface Unavailable {
  readonly unavailable: string
}

/** Where every backend has to be there, as where the tests run for everybody, a skipped one is a failed one. */
// biome-ignore lint/suspicious/noUndeclaredEnvVars: turbo runs no tests.
export const required = process.env['TWEEDIE_REQUIRE_BACKENDS'] === '1'

const open = (name: BackendName): Promise<Session | Unavailable> => {
  if (name === 'WebGL in a page') return pageSession('webgl')
  if (name === 'WebGPU in a page') return pageSession('webgpu')
  return nodeSession(name)
}

/** Tests on a backend, which is open while they run; skipped, and saying so, where the machine lacks what it takes. */
export const onBackend = async (name: BackendName, what: string, tests: (session: Session, name: BackendName) => void): Promise<void> => {
  const session = await open(name)
  if ('unavailable' in session) {
    const title = `${name}: ${what} (skipped: ${session.unavailable})`
    if (required) test(title, () => expect.fail('TWEEDIE_REQUIRE_BACKENDS=1 allows no backend to be skipped'))
    else test.skip(title, () => {})
    return
  }
  // A software adapter is slow to compile its programs: seconds each, on a machine that is busy.
  describe(`${name}: ${what}`, { timeout: 180_000 }, () => {
    afterAll(session.close)
    tests(session, name)
    test('nothing was complained of', () => expect(session.complaints).toEqual([]))
  })
}
