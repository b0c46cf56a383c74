import { backendNames, gridNames, limits, processNames, type Setup, solverNames } from '../../setup.js'
import { element, make } from '../dom.js'
import type { Editing } from '../editing.js'
import type { Length, Page } from '../state.js'
import { capital, titles } from '../words.js'

/** The parts of a setup that are not drawn. */
export const settings = (page: Page, edit: Editing): void => {
  const choices = { process: processNames, grid: gridNames, solver: solverNames, backend: backendNames } as const
  for (const part of ['process', 'grid', 'solver', 'backend'] as const) {
    const select = element(part, HTMLSelectElement)
    for (const name of choices[part]) select.add(new Option(titles[name] ?? name, name))
    select.addEventListener('change', () => edit.change({ [part]: select.value } as Partial<Setup>))
    page.watch(
      ({ setup }) => [setup[part]],
      ({ setup }) => {
        select.value = setup[part]
      },
    )
  }
  const length = element('length', HTMLSelectElement)
  for (const name of ['short', 'usual', 'long'] as const) length.add(new Option(capital(name), name, false, name === page.get().length))
  length.addEventListener('change', () => page.set({ length: length.value as Length }))
  numbers(page, edit)
  capabilities(page)
}

const numbers = (page: Page, edit: Editing): void => {
  const fields = { steps: 'steps', particles: 'count', seed: 'seed' } as const
  for (const part of ['steps', 'particles', 'seed'] as const) {
    const input = element(fields[part], HTMLInputElement)
    input.min = String(limits[part].least)
    input.max = String(limits[part].most)
    input.addEventListener('change', () => {
      const taken = edit.change({ [part]: input.value.trim() === '' ? Number.NaN : Number(input.value) })
      if (!taken) input.setAttribute('aria-invalid', 'true')
    })
    page.watch(
      ({ setup }) => [setup],
      ({ setup }) => {
        input.value = String(setup[part])
        input.removeAttribute('aria-invalid')
      },
    )
  }
}

/** Backends that do not run here cannot be chosen. Below the fields stands why, and what was found of the one that is. */
const capabilities = (page: Page): void => {
  const [select, told] = [element('backend', HTMLSelectElement), element('backend-told', HTMLElement)]
  page.watch(
    ({ capabilities: found, setup }) => [found, setup.backend],
    ({ capabilities: found, setup }) => {
      for (const option of select.options)
        option.disabled = found?.some(({ backend, available }) => backend === option.value && !available) ?? false
      const items = (found ?? [])
        .filter(({ backend, available }) => !available || backend === setup.backend)
        .map(({ backend, available, notes }) => {
          const item = make(
            'li',
            '',
            make('b', titles[backend] ?? backend),
            make('span', ` ${available ? '' : 'not here. '}${notes.join(' ')}`),
          )
          return item
        })
      told.replaceChildren(...items)
      told.hidden = items.length === 0
    },
  )
}
