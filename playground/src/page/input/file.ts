import { readPoints } from '../../setup.js'
import type { Editing } from '../editing.js'
import type { Page } from '../state.js'
import { counted } from '../words.js'

/** A table that is dropped on the square, or chosen. */
export const files = (page: Page, board: HTMLElement, chooser: HTMLInputElement, edit: Editing): void => {
  const open = async (file: File | undefined): Promise<void> => {
    if (file === undefined) return
    try {
      const read = readPoints(await file.text())
      if (read._tag === 'Left') page.set({ refusal: { ...sentences(read.left), where: `${file.name}, ${read.left.where}` } })
      else edit.points(read.right, { said: `${counted(read.right.length, 'point')} from ${file.name}` })
    } catch {
      page.set({
        refusal: { where: file.name, what: 'The file could not be read', mend: 'See that it is still there, and choose it again' },
      })
    }
  }

  chooser.addEventListener('change', async () => {
    await open(chooser.files?.[0])
    chooser.value = '' // The same file may be chosen again.
  })
  board.addEventListener('dragover', (event) => {
    event.preventDefault()
    board.classList.add('over')
  })
  board.addEventListener('dragleave', () => board.classList.remove('over'))
  board.addEventListener('drop', (event) => {
    event.preventDefault()
    board.classList.remove('over')
    void open(event.dataTransfer?.files[0])
  })
}

const sentences = ({ where, what, mend }: { readonly where: string; readonly what: string; readonly mend: string }) => ({
  where,
  what,
  mend,
})
