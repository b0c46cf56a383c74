import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Browser, chromium } from 'playwright-core'
import { build, preview } from 'vite'

const configFile = fileURLToPath(new URL('../../playground/vite.config.ts', import.meta.url))

export interface Site {
  readonly url: string
  readonly close: () => Promise<void>
}

/** Bundles the page into a folder that goes with the site, and serves it as `npm run playground` does, headers and all. */
export const buildAndServe = async (): Promise<Site> => {
  const outDir = mkdtempSync(join(tmpdir(), 'playground-'))
  await build({ configFile, logLevel: 'error', build: { outDir, emptyOutDir: true } })
  const server = await preview({ configFile, logLevel: 'error', build: { outDir }, preview: { port: 0 } })
  return {
    url: server.resolvedUrls!.local[0]!,
    close: async () => {
      await server.close()
      rmSync(outDir, { recursive: true })
    },
  }
}

/** With WebGPU on SwiftShader, the software adapter that chromium brings: there need be no graphics processor. */
export const launch = (executablePath: string): Promise<Browser> =>
  chromium.launch({
    executablePath,
    args: [
      ...['--headless=new', '--no-sandbox', '--disable-quic', '--no-first-run'],
      ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
      ...['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader', '--enable-features=Vulkan'],
    ],
  })
