/** Text into HTML and XML. */

/** Control characters but for white space, halves of surrogate pairs, noncharacters: no page or picture may contain them. */
const forbidden = /(?![\t\n\r])[\p{Cc}\p{Cs}\p{Noncharacter_Code_Point}]/gu

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }

/** `text` safe between tags and inside a quoted attribute, in HTML and in XML. */
export const escapeHtml = (text: string): string =>
  text.replace(forbidden, '\ufffd').replace(/[&<>"']/g, (character) => entities[character] as string)

/** Markup that is safe as it stands. Only `html` and `trusted` make it. */
export interface Markup {
  readonly markup: string
}

type Part = Markup | string | number | readonly Part[]

/** Marks text made by this package (a drawn figure, a style sheet) as markup. */
export const trusted = (markup: string): Markup => ({ markup })

const render = (part: Part): string => {
  if (typeof part === 'string') return escapeHtml(part)
  if (typeof part === 'number') return String(part)
  return 'markup' in part ? part.markup : part.map(render).join('')
}

/** A template whose values are escaped unless they are markup themselves; a list is joined. */
export const html = (strings: TemplateStringsArray, ...parts: readonly Part[]): Markup =>
  trusted(strings.reduce((page, piece, i) => page + render(parts[i - 1] ?? '') + piece))
