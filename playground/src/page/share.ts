import { decodeSetup, encodeSetup, type Setup } from '../setup.js'
import { element } from './dom.js'
import type { Editing } from './editing.js'
import type { Page, Refusal } from './state.js'

/** What the address says: a setup, a refusal, or nothing. */
export const fromAddress = (): { readonly setup?: Setup; readonly refusal?: Refusal } => {
  if (location.hash.length < 2) return {}
  const decoded = decodeSetup(location.hash)
  if (decoded._tag === 'Right') return { setup: decoded.right }
  const { where, what, mend } = decoded.left
  return { refusal: { where, what, mend, badLink: true } }
}

/** The address follows the setup, a moment behind, so that a reload and a copied link restore it. */
export const share = (page: Page, edit: Editing): void => {
  const hash = (): string => `#${encodeSetup(page.get().setup)}`
  let timer: ReturnType<typeof setTimeout> | undefined
  const write = (): void => {
    clearTimeout(timer)
    timer = undefined
    if (!page.get().refusal?.badLink && location.hash !== hash()) history.replaceState(null, '', hash())
  }
  page.watch(
    ({ setup }) => [setup],
    () => {
      // Browsers refuse more than a hundred changes of the address in half a minute.
      timer ??= setTimeout(write, 400)
    },
  )
  addEventListener('pagehide', write)
  addEventListener('hashchange', () => {
    const { setup, refusal } = fromAddress()
    if (refusal) page.set({ refusal })
    else if (setup && location.hash !== hash()) edit.replace(setup)
  })

  const button = element('copy-link', HTMLButtonElement)
  button.addEventListener('click', async () => {
    write()
    try {
      await navigator.clipboard.writeText(location.href)
      page.set({ said: 'The link is copied' })
      button.textContent = 'Copied'
      setTimeout(() => {
        button.textContent = 'Copy link'
      }, 2000)
    } catch {
      const mend = 'Copy the address of this page instead: it is the same'
      page.set({ refusal: { where: 'Copy link', what: 'The browser does not let this page write to the clipboard', mend } })
    }
  })
}
