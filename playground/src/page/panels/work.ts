import { element, inputs, write } from '../dom.js'
import { lossCurve } from '../drawing/loss-curve.js'
import type { Running } from '../running.js'
import type { Model, Page } from '../state.js'
import { capital, counted, percent, titles } from '../words.js'

const told: Readonly<Record<Model, string>> = {
  generator: 'One network learns where the flow takes each noise, and then makes a sample in a single pass.',
  cem: 'A network learns the conditional expectation of the data given noisy data, E[X₀ | X_t], and the score follows from it.',
  ddpm: 'A network learns the noise that was added; the score follows from it.',
  sgm: 'A network learns the score itself, by denoising score matching.',
}

/** What can be started, how far it is, and what came of it. */
export const work = (page: Page, { flow, train, cancel }: Running): void => {
  const [run, start] = [element('run', HTMLButtonElement), element('train', HTMLButtonElement)]
  run.addEventListener('click', flow)
  start.addEventListener('click', train)
  element('cancel', HTMLButtonElement).addEventListener('click', () => {
    cancel()
    run.focus() // The button that had the focus goes.
  })
  for (const input of inputs('model')) input.addEventListener('change', () => page.set({ model: input.value as Model }))
  page.watch(
    ({ model }) => [model],
    ({ model }) => {
      for (const input of inputs('model')) input.checked = input.value === model
      write(element('model-told', HTMLElement), told[model])
      write(start, `Train ${model === 'generator' ? 'the generator' : `the ${titles[model]} network`}`)
    },
  )
  page.watch(
    ({ work: now, setup }) => [now !== undefined, setup.points.length === 0],
    ({ setup }) => {
      for (const button of [run, start]) button.disabled = setup.points.length === 0
    },
  )
  progress(page)
  losses(page)
  reading(page)
}

const progress = (page: Page): void => {
  const [box, stage, bar] = [element('work', HTMLElement), element('stage', HTMLElement), element('progress', HTMLProgressElement)]
  page.watch(
    ({ work: now }) => [now],
    ({ work: now }) => {
      box.hidden = now === undefined
      if (!now) return
      write(stage, `${capital(now.stage)}, ${Math.floor(100 * now.share)} %`)
      bar.value = now.share
    },
  )
  const status = element('status', HTMLElement)
  page.watch(
    ({ said }) => [said],
    ({ said }) => write(status, said),
  )
}

const losses = (page: Page): void => {
  const [box, canvas, caption] = [
    element('losses', HTMLElement),
    element('loss-curve', HTMLCanvasElement),
    element('loss-told', HTMLElement),
  ]
  const draw = lossCurve(canvas)
  page.watch(
    ({ losses: all }) => [all],
    ({ losses: all }) => {
      box.hidden = all.length < 2
      if (all.length < 2) return
      draw(all)
      const [first, last] = [all[0]!, all.at(-1)!].map((loss) => loss.toPrecision(3))
      write(caption, `Loss ${last}, at first ${first}`)
      canvas.setAttribute('aria-label', `Curve of the loss: from ${first} to ${last} in ${counted(all.length, 'report')}`)
    },
  )
}

const reading = (page: Page): void => {
  const box = element('reading', HTMLElement)
  page.watch(
    ({ samples, message }) => [samples, message],
    ({ samples, message }) => {
      const share = document.createElement('strong')
      if (samples) share.textContent = percent(samples.pollution)
      const rest = samples
        ? ` of ${counted(samples.positions.length / 2, 'sample')} polluted: farther than ${samples.radius.toPrecision(2)} from every point. `
        : ''
      box.hidden = !samples && message === ''
      box.replaceChildren(...(samples ? [share] : []), rest, ...(message ? [small(`${message}.`)] : []))
    },
  )
}

const small = (text: string): HTMLElement => {
  const made = document.createElement('small')
  made.textContent = text
  return made
}
