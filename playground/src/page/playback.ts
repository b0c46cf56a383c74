import { lastStep } from './film.js'
import type { Page, State } from './state.js'

/** Seconds from noise to data. */
const duration = 5

/** The playhead a moment later: never beyond the frames that have come. */
export const advanced = ({ playhead, film, setup }: State, seconds: number): number =>
  Math.min(playhead + (seconds * setup.steps) / duration, Math.max(0, lastStep(film)))

/** Moves the playhead while it plays, once for every picture of the display. */
export const playback = (page: Page): void => {
  let before: number | undefined
  const tick = (now: number): void => {
    const state = page.get()
    if (!state.playing) {
      before = undefined
      return
    }
    // After a pause of the whole page the particles go on from where they were.
    const seconds = Math.min(0.1, (now - (before ?? now)) / 1000)
    before = now
    const playhead = advanced(state, seconds)
    const over = playhead >= state.setup.steps
    if (playhead !== state.playhead || over) page.set({ playhead, playing: !over })
    requestAnimationFrame(tick)
  }
  page.watch(
    ({ playing }) => [playing],
    ({ playing }) => {
      if (playing) requestAnimationFrame(tick)
    },
  )
}

export const calm = (): boolean => matchMedia('(prefers-reduced-motion: reduce)').matches
