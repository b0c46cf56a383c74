import { element, make } from '../dom.js'
import type { Page } from '../state.js'
import { sentence } from '../words.js'

/** A refusal in three sentences: what was wrong, where, and the mend. After a bad link one starts anew. */
export const refusals = (page: Page, anew: () => void): void => {
  const box = element('refusal', HTMLElement)
  page.watch(
    ({ refusal }) => [refusal],
    ({ refusal }) => {
      box.hidden = refusal === undefined
      if (!refusal) return box.replaceChildren()
      const { what, where, mend, badLink = false } = refusal
      const close = document.createElement('button')
      close.type = 'button'
      close.textContent = badLink ? 'Start anew' : 'Close'
      close.addEventListener('click', () => {
        page.set({ refusal: undefined })
        if (badLink) anew()
        element('board', HTMLElement).focus()
      })
      const title = make('h2', badLink ? 'This link cannot be read' : 'That did not work')
      box.replaceChildren(title, make('p', sentence(what)), make('p', sentence(`Where: ${where}`)), make('p', sentence(mend)), close)
    },
  )
}
