/**
 * JSON as safetensors headers have it: objects, arrays, strings and whole numbers, with no name twice in an object (JSON.parse keeps
 * the last of two, so a file could show one tensor to one reader and another to the next). Objects are maps, so that no name is special.
 */
export type Json = string | number | readonly Json[] | ReadonlyMap<string, Json>

/** Why a text was refused, and where, counted in UTF-16 units. */
export class JsonRefusal extends Error {
  constructor(
    message: string,
    readonly at: number,
  ) {
    super(message)
  }
}

/** A header is an object of objects of arrays; anything much deeper is not one. */
const DEEPEST = 16

const space = /[ \t\n\r]*/y
const whole = /(?:0|[1-9][0-9]*)(?![0-9.eE])/y

/** Parses a text. Throws `JsonRefusal`. */
export const parseStrictJson = (text: string): Json => {
  let at = 0
  const refuse = (message: string): never => {
    throw new JsonRefusal(message, at)
  }
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at
    const found = pattern.exec(text)?.[0]
    if (found !== undefined) at += found.length
    return found
  }
  const skip = (): void => void match(space)
  const take = (character: string): boolean => {
    skip()
    if (text[at] !== character) return false
    at++
    return true
  }
  const need = (character: string): void => {
    if (!take(character))
      refuse(at < text.length ? `${JSON.stringify(text[at])} where ${character} is needed` : `the text ends where ${character} is needed`)
  }
  /** A string, if one begins here. Its end is looked for by hand: a long one would exhaust a regular expression. */
  const string = (): string | undefined => {
    if (text[at] !== '"') return undefined
    let end = at + 1
    while (end < text.length && text[end] !== '"') end += text[end] === '\\' ? 2 : 1
    try {
      const read = JSON.parse(text.slice(at, end + 1)) as string
      at = end + 1
      return read
    } catch {
      return refuse('a string is not closed, or has a character that must be escaped')
    }
  }
  const name = (): string => {
    skip()
    return string() ?? refuse('a name in double quotes is needed')
  }

  const object = (depth: number): Json => {
    const members = new Map<string, Json>()
    if (take('}')) return members
    do {
      const key = name()
      if (members.has(key)) refuse(`the name ${JSON.stringify(key)} occurs twice`)
      need(':')
      members.set(key, value(depth))
    } while (take(','))
    need('}')
    return members
  }

  const array = (depth: number): Json => {
    const items: Json[] = []
    if (take(']')) return items
    do items.push(value(depth))
    while (take(','))
    need(']')
    return items
  }

  const value = (depth: number): Json => {
    if (depth > DEEPEST) refuse('it is nested too deeply')
    if (take('{')) return object(depth + 1)
    if (take('[')) return array(depth + 1)
    const quoted = string()
    if (quoted !== undefined) return quoted
    const digits = match(whole) ?? refuse('an object, an array, a string or a whole number is needed')
    const number = Number(digits)
    return Number.isSafeInteger(number) ? number : refuse(`the number ${digits} is too large`)
  }

  const parsed = value(0)
  skip()
  if (at < text.length) refuse('something follows the object')
  return parsed
}
