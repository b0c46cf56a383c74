/** Elements of the page by their names. A missing one is a mistake of the page, not of its visitor. */

export const element = <E extends HTMLElement>(id: string, kind: { new (): E }): E => {
  const found = document.getElementById(id)
  if (!(found instanceof kind)) throw new Error(`index.html has no ${kind.name} with the id '${id}'`)
  return found
}

export const inputs = (name: string): readonly HTMLInputElement[] => [
  ...document.querySelectorAll<HTMLInputElement>(`input[name="${name}"]`),
]

/** Writes text only where it is another: a screen reader is not told the same twice. */
export const write = (to: HTMLElement, text: string): void => {
  if (to.textContent !== text) to.textContent = text
}

/** An element with text and children. */
export const make = (name: string, text: string, ...children: readonly HTMLElement[]): HTMLElement => {
  const made = document.createElement(name)
  made.textContent = text
  made.append(...children)
  return made
}
