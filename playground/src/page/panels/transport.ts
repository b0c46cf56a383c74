import { element, write } from '../dom.js'
import { lastStep } from '../film.js'
import type { Page } from '../state.js'
import { momentAt } from '../times.js'
import { timeShown } from '../words.js'

/** Play, pause, and the slider of t: noise on its left, data on its right, every step of the grid as long as the others. */
export const transport = (page: Page, run: () => void): void => {
  const [play, time, shown] = [
    element('play', HTMLButtonElement),
    element('time', HTMLInputElement),
    element('time-shown', HTMLOutputElement),
  ]

  play.addEventListener('click', () => {
    const { playing, film, playhead, setup, work } = page.get()
    if (playing) return page.set({ playing: false })
    if (lastStep(film) < 0) return work?.kind === 'flow' ? undefined : run()
    page.set({ playing: true, shown: 'flow', ...(playhead >= setup.steps && { playhead: 0 }) })
  })
  time.addEventListener('input', () => page.set({ playhead: Number(time.value), playing: false }))

  page.watch(
    ({ playing }) => [playing],
    ({ playing }) => {
      play.classList.toggle('playing', playing)
      play.setAttribute('aria-label', playing ? 'Pause' : 'Play')
    },
  )
  page.watch(
    ({ playhead, setup }) => [playhead, setup],
    ({ playhead, setup }) => {
      time.max = String(setup.steps)
      time.value = String(playhead)
      const moment = momentAt(setup, playhead)
      const text = moment ? timeShown(moment.time) : 't'
      write(shown, text)
      time.setAttribute('aria-valuetext', `${text}, step ${Math.round(playhead)} of ${setup.steps}`)
    },
  )
}
