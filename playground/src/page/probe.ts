import type { Jobs } from './jobs.js'
import type { Page } from './state.js'

/**
 * Finds out which backends run here, in a worker of its own that then goes: bringing up a graphics processor takes seconds where it is
 * software, and nothing else should wait for it. It starts when somebody comes to the settings.
 */
export const probe = (page: Page, settings: HTMLElement, makeJobs: () => Jobs): void => {
  const start = (): void => {
    for (const event of occasions) settings.removeEventListener(event, start)
    const jobs = makeJobs()
    jobs.start({ kind: 'capabilities' }, (answer) => {
      if (answer.kind === 'capabilities') page.set({ capabilities: answer.backends })
      else if (answer.kind === 'failed') page.set({ refusal: answer })
      if (answer.kind === 'done' || answer.kind === 'failed') jobs.end()
    })
  }
  for (const event of occasions) settings.addEventListener(event, start)
}

const occasions = ['pointerenter', 'focusin', 'touchstart'] as const
