import type { Browser, Page } from 'playwright-core'
import { type Serving, serve } from './site.js'

/** A page of one's own site, and what it has complained of: errors on its console and errors that nothing caught. */
export interface OpenPage {
  readonly page: Page
  readonly complaints: readonly string[]
  readonly close: () => Promise<void>
}

/** Serves the scripts and opens the page that runs `/main.js`; it is ready once there is a global function `run`. */
export const openPage = async (browser: Browser, scripts: ReadonlyMap<string, string>, serving: Serving): Promise<OpenPage> => {
  const site = await serve(scripts, serving)
  let page: Page | undefined
  const close = async () => {
    await page?.close()
    await site.close()
  }
  try {
    page = await browser.newPage()
    const complaints: string[] = []
    page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()))
    page.on('pageerror', (error) => complaints.push(String(error)))
    await page.goto(site.url)
    await page.waitForFunction('typeof run === "function"')
    return { page, complaints, close }
  } catch (error) {
    await close()
    throw error
  }
}
