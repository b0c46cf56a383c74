import { createServer, type Server } from 'node:http'
import { createRequire } from 'node:module'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'

interface Esbuild {
  readonly build: (options: Readonly<Record<string, unknown>>) => Promise<{ outputFiles: readonly { path: string; text: string }[] }>
}

// tsup brings esbuild.
const esbuild = createRequire(createRequire(import.meta.url).resolve('tsup'))('esbuild') as Esbuild
const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** What libraries ask for in Node alone: workerpool, and TensorFlow.js. */
const nodeModules = ['worker_threads', 'os', 'child_process', 'crypto', 'fs', 'path', 'util', 'string_decoder']

/** Scripts of a page, bundled from the sources for a browser: the text of each by its path, `/main.js` of a `main.ts`. */
export const bundleScripts = async (...entries: readonly URL[]): Promise<ReadonlyMap<string, string>> => {
  const { outputFiles } = await esbuild.build({
    entryPoints: entries.map((entry) => fileURLToPath(entry)),
    outdir: '/',
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    tsconfig: at('../../tsconfig.json'),
    external: nodeModules,
  })
  return new Map(outputFiles.map(({ path, text }) => [path, text]))
}

/** How a page is served. */
export interface Serving {
  /** With the headers that isolate it from other origins, so that its threads may share memory. */
  readonly isolated: boolean
  readonly workerSource: string
}

export interface Site {
  readonly url: string
  readonly close: () => Promise<void>
}

/** Serves the page on a port of this machine. Its policy allows no `eval`, no inline script, and nothing from elsewhere. */
export const serve = async (scripts: ReadonlyMap<string, string>, { isolated, workerSource }: Serving): Promise<Site> => {
  const policy = `default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src ${workerSource}`
  const server: Server = createServer((request, response) => {
    const path = request.url ?? '/'
    response.setHeader('Content-Security-Policy', policy)
    if (isolated) {
      response.setHeader('Cross-Origin-Opener-Policy', 'same-origin')
      response.setHeader('Cross-Origin-Embedder-Policy', 'require-corp')
    }
    const script = scripts.get(path)
    if (path === '/') {
      response.setHeader('Content-Type', 'text/html')
      response.end('<!doctype html><title>Tweedie</title><script type="module" src="/main.js"></script>')
    } else if (script !== undefined) {
      response.setHeader('Content-Type', 'text/javascript')
      response.end(script)
    } else {
      response.statusCode = 204
      response.end()
    }
  })
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () => new Promise((done) => server.close(() => done())),
  }
}
