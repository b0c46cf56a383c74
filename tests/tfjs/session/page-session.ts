import { chromiumPath, launch, softwareWebGpu } from '../../browser/browser.js'
import { openPage } from '../../browser/open-page.js'
import { bundleScripts } from '../../browser/site.js'
import type { Session, Unavailable } from './session.js'

/** A backend of TensorFlow.js in a page of headless chromium, under a policy that allows no `eval`. */
export const pageSession = async (backend: 'webgl' | 'webgpu'): Promise<Session | Unavailable> => {
  if (chromiumPath === undefined) return { unavailable: 'there is no chromium here' }
  const [browser, scripts] = await Promise.all([
    launch(chromiumPath, softwareWebGpu),
    bundleScripts(new URL('page/main.ts', import.meta.url)),
  ])
  try {
    const { page, complaints, close } = await openPage(browser, scripts, { isolated: true, workerSource: `'self'` })
    const run = (name: string, input: unknown): Promise<unknown> =>
      page.evaluate(([name, input]) => (globalThis as never as { run: (...all: unknown[]) => unknown }).run(name, input), [name, input])
    const missing = await run('open', backend)
    if (missing !== undefined) {
      await browser.close()
      return { unavailable: missing as string }
    }
    return {
      run: run as Session['run'],
      complaints,
      close: async () => {
        await close()
        await browser.close()
      },
    }
  } catch (error) {
    await browser.close()
    throw error
  }
}
