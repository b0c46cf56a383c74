/** Column names that fit where they stand. */

/** Names as they are shown: one line each, and a number for a column without a name. */
export const shownNames = (names: readonly string[]): string[] =>
  names.map((name, j) => name.replace(/\s+/g, ' ').trim() || `column ${j + 1}`)

/** East Asian scripts and symbols take two places. */
const wide = /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\u{1f300}-\u{1faff}\u{20000}-\u{3fffd}]/u

/** The width of `text` in characters of ordinary width. */
export const textWidth = (text: string): number => Array.from(text).reduce((sum, character) => sum + (wide.test(character) ? 2 : 1), 0)

/** `text`, cut with an ellipsis where it is wider than `width` characters. */
export const shortened = (text: string, width: number): string => {
  if (textWidth(text) <= width) return text
  let kept = ''
  for (const character of text) {
    if (textWidth(kept + character) > width - 1) break
    kept += character
  }
  return `${kept.trimEnd()}…`
}

/** `a`, `a and b`, `a, b and c`. */
export const listed = (parts: readonly string[]): string =>
  parts.length < 2 ? parts.join('') : `${parts.slice(0, -1).join(', ')} and ${parts[parts.length - 1]}`
