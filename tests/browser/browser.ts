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

export const launch = (executablePath: string): Promise<Browser> =>
  chromium.launch({
    executablePath,
    args: [
      ...['--headless=new', '--no-sandbox', '--disable-quic', '--no-first-run'],
      ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
    ],
  })
