import { type PresetName, presetNames, presets } from '../../setup.js'
import { element, inputs } from '../dom.js'
import type { Editing } from '../editing.js'
import type { Page, Tool } from '../state.js'
import { counted, titles } from '../words.js'

/** Above the square: shapes, pen and eraser, undo, clear. */
export const tools = (page: Page, edit: Editing): void => {
  const preset = element('preset', HTMLSelectElement)
  preset.add(new Option('Shapes', ''))
  for (const name of presetNames) preset.add(new Option(titles[name] ?? name, name))
  preset.addEventListener('change', () => {
    const name = preset.value as PresetName | ''
    if (name === '') return
    const points = presets(name, { count: presetSize })
    edit.points(points, { said: `${titles[name]}: ${counted(points.length, 'point')}` })
    preset.value = '' // The list is a way in, not a state: the points may be changed by hand.
  })

  for (const input of inputs('tool')) input.addEventListener('change', () => page.set({ tool: input.value as Tool }))
  element('undo', HTMLButtonElement).addEventListener('click', edit.undo)
  element('clear', HTMLButtonElement).addEventListener('click', edit.clear)

  const [board, invitation] = [element('board', HTMLElement), element('invitation', HTMLElement)]
  page.watch(
    ({ tool, setup }) => [tool, setup.points.length === 0],
    ({ tool, setup }) => {
      board.classList.toggle('erasing', tool === 'erase')
      invitation.hidden = setup.points.length > 0
    },
  )
}

/** Points of a preset: enough to see the shape, few enough to see each. */
export const presetSize = 400
