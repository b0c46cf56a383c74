import { alternativeOf, captionOf } from '../describe.js'
import { element, inputs, write } from '../dom.js'
import type { Layer, Page } from '../state.js'

/** Below the square: what is shown on it, and its words. */
export const layers = (page: Page): void => {
  for (const input of inputs('layer'))
    input.addEventListener('change', () => page.set({ layers: { ...page.get().layers, [input.value as Layer]: input.checked } }))
  page.watch(
    ({ layers: on }) => [on],
    ({ layers: on }) => {
      for (const input of inputs('layer')) input.checked = on[input.value as Layer]
    },
  )

  for (const input of inputs('shown'))
    input.addEventListener('change', () => page.set({ shown: input.value as 'flow' | 'samples', playing: false }))
  const choice = element('shown', HTMLElement)
  page.watch(
    ({ shown, samples, film }) => [shown, samples, film.frames.length > 0],
    ({ shown, samples, film }) => {
      choice.hidden = !samples || film.frames.length === 0
      for (const input of inputs('shown')) input.checked = input.value === shown
    },
  )

  const [caption, picture] = [element('caption', HTMLElement), element('picture', HTMLCanvasElement)]
  page.watch(
    (state) => [captionOf(state)],
    (state) => write(caption, captionOf(state)),
  )
  // The picture is put into words when it rests: while it moves, nobody could listen.
  page.watch(
    ({ setup, film, samples, shown, layers: on, playhead, playing, work }) =>
      playing || work ? ['moving'] : [setup, film, samples, shown, on, playhead],
    (state) => {
      if (!state.playing && !state.work) picture.setAttribute('aria-label', alternativeOf(state))
    },
  )
}
