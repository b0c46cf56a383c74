import type { Answer, Sizes } from '../protocol.js'
import { filmFor, recorded } from './film.js'
import type { Jobs, Order } from './jobs.js'
import { calm } from './playback.js'
import { pollutedOf } from './points.js'
import type { Length, Page, Work } from './state.js'
import { percent } from './words.js'

/** Labels of the generator, and steps of any training. */
const lengths: Readonly<Record<Length, Sizes>> = {
  short: { labels: 1_000, training: 300 },
  usual: { labels: 4_000, training: 2_000 },
  long: { labels: 12_000, training: 8_000 },
}

/** The jobs that a person starts, one at a time. */
export interface Running {
  readonly flow: () => void
  readonly train: () => void
  readonly cancel: () => void
}

export const running = (page: Page, { start }: Jobs): Running => {
  let cancelLast: (() => void) | undefined
  let number = 0

  /** Answers to an order that was cancelled, or whose setup is no more, are not heard. */
  const begin = (order: Order, work: Work, hear: (answer: Answer) => void): void => {
    cancelLast?.()
    const mine = ++number
    page.set({ work, refusal: undefined, message: '', said: `${work.stage} …` })
    cancelLast = start(order, (answer) => {
      if (mine !== number) return
      if (answer.kind === 'failed') page.set({ work: undefined, playing: false, refusal: answer, said: '' })
      else if (answer.kind === 'cancelled') page.set({ work: undefined, said: 'Cancelled' })
      else hear(answer)
    })
  }

  const stop = (said: string): void => {
    cancelLast?.()
    cancelLast = undefined
    number++
    page.set({ work: undefined, said })
  }

  const flow = (): void => {
    const { setup } = page.get()
    const { particles, steps } = setup
    page.set({ film: filmFor(particles, steps), samples: undefined, shown: 'flow', playhead: 0, playing: false, losses: [] })
    begin({ kind: 'flow', setup }, { kind: 'flow', stage: 'Particles flow', share: 0 }, (answer) => {
      if (answer.kind === 'frame') {
        const { step, time, positions, alpha = 1, sigma = 0 } = answer
        const film = recorded(page.get().film, { step, time, positions, alpha, sigma }, steps)
        // It plays from the first frame on, while the others come.
        page.set({ film, work: { kind: 'flow', stage: 'Particles flow', share: step / steps }, ...(step === 0 && { playing: !calm() }) })
      } else if (answer.kind === 'done')
        page.set({
          work: undefined,
          message: answer.message,
          said: `${particles} particles have arrived`,
          ...(calm() && { playhead: steps }),
        })
    })
  }

  const train = (): void => {
    const { setup, model, length } = page.get()
    const sizes = { ...lengths[length], samples: setup.particles }
    const order: Order = model === 'generator' ? { kind: 'generator', setup, sizes } : { kind: 'network', setup, objective: model, sizes }
    page.set({ losses: [], samples: undefined, shown: 'flow', playing: false })
    begin(order, { kind: model, stage: 'Training starts', share: 0 }, (answer) => {
      if (answer.kind === 'progress') {
        const { stage, done, of, loss } = answer
        const { losses, work } = page.get()
        page.set({
          work: { kind: model, stage, share: of > 0 ? done / of : 0 },
          ...(loss !== undefined && { losses: [...losses, loss] }),
          ...(work?.stage !== stage && { said: stage }),
        })
      } else if (answer.kind === 'samples') {
        const { samples: positions, noise, pollution, pollutionRadius: radius } = answer
        const polluted = pollutedOf(positions, setup.points, radius)
        page.set({ samples: { model, positions, noise, polluted, pollution, radius }, shown: 'samples' })
      } else if (answer.kind === 'done') {
        const { samples } = page.get()
        page.set({
          work: undefined,
          message: answer.message,
          said: samples ? `Trained. ${percent(samples.pollution)} of the samples are polluted` : 'Trained',
        })
      }
    })
  }

  // Another setup: what was under way is of no use.
  let last = page.get().setup
  page.watch(
    ({ setup }) => [setup],
    ({ setup, work, said }) => {
      if (setup !== last && work) stop(said)
      last = setup
    },
  )

  return { flow, train, cancel: () => stop('Cancelled') }
}
