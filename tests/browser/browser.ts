import { execFileSync } from 'node:child_process'
import { type Browser, chromium } from 'playwright-core'

/** Where chromium is, or undefined. */
export const chromiumPath = (() => {
  try {
    return execFileSync('sh', ['-c', 'command -v chromium || command -v chromium-browser || command -v google-chrome'], {
      encoding: 'utf8',
    }).trim()
  } catch {
    return undefined
  }
})()

/** WebGPU without a GPU: by SwiftShader, which chromium brings along. */
export const softwareWebGpu: readonly string[] = ['--enable-unsafe-webgpu', '--use-webgpu-adapter=swiftshader', '--enable-features=Vulkan']

/** A browser that asks nobody for anything; `flags` are further ones. */
export const launch = (executablePath: string, flags: readonly string[] = []): Promise<Browser> =>
  chromium.launch({
    executablePath,
    args: [
      ...['--headless=new', '--no-sandbox', '--disable-quic', '--no-first-run'],
      ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
      ...flags,
    ],
  })
