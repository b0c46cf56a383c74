/** What the tests ask of a page: that it is well formed, and that it loads and runs nothing. */

const empty = new Set(['meta', 'link', 'br', 'img', 'hr', 'input'])
const tag = /<(\/?)([a-zA-Z][a-zA-Z0-9]*)((?:\s+[a-zA-Z_:][-\w:.]*(?:="[^"<]*")?)*)\s*(\/?)>/y

/**
 * The first thing wrong with the nesting, the quoting or the escaping of a page, or undefined. Stricter than HTML: every element but
 * the empty ones is closed, every attribute is quoted and has no duplicate, and a bare `<` or `&` is an error.
 */
export const malformed = (page: string): string | undefined => {
  const text = page.replace(/^<!doctype html>/, '').replace(/<style>[^<]*<\/style>/, '')
  const open: string[] = []
  let at = 0
  while (at < text.length) {
    const next = text.indexOf('<', at)
    const between = text.slice(at, next < 0 ? text.length : next)
    const bare = /&(?!amp;|lt;|gt;|quot;|#39;)|>/.exec(between)
    if (bare !== null) return `bare ${bare[0]} in "${between.slice(0, 60)}"`
    if (next < 0) break
    tag.lastIndex = next
    const found = tag.exec(text)
    if (found === null) return `not a tag: "${text.slice(next, next + 60)}"`
    const [all, closing, name = '', attributes = '', selfClosing] = found
    const names = Array.from(attributes.matchAll(/([-\w:.]+)="[^"]*"/g), (match) => match[1])
    if (new Set(names).size < names.length) return `an attribute twice in ${all.slice(0, 80)}`
    if (/&(?!amp;|lt;|gt;|quot;|#39;)/.test(attributes)) return `bare & in ${all.slice(0, 80)}`
    if (closing === '/') {
      if (open.pop() !== name) return `</${name}> closes another element`
    } else if (selfClosing !== '/' && !empty.has(name)) open.push(name)
    at = next + all.length
  }
  return open.length > 0 ? `<${open[open.length - 1]}> is never closed` : undefined
}

/** Attributes and elements that fetch or run something. */
export const active = (page: string): string[] =>
  Array.from(
    page
      .replace(/>[^<]*</g, '><')
      .matchAll(
        /<(?:script|link|img|image|iframe|object|embed|use|base|form|animate|foreignObject)\b|\s(?:src|srcset|xlink:href|style|on\w+)=|href="(?!#)|url\(|@import/gi,
      ),
    (match) => match[0],
  )
