/**
 * Points as text: coordinates in thousandths, each less that of the point before it (strokes and clouds alike differ by little), as zigzag numbers of 7 bits a
 * byte (Protocol Buffers, "Base 128 varints"), in base64url (RFC 4648 §5). A coordinate of [−4, 4] takes one or two bytes.
 */
export const encodePoints = (points: readonly (readonly [number, number])[]): string => {
  const bytes: number[] = []
  const before: [number, number] = [0, 0]
  for (const point of points)
    for (const axis of [0, 1] as const) {
      const thousandths = Math.round(1000 * point[axis])
      const difference = thousandths - before[axis]
      before[axis] = thousandths
      let rest = difference < 0 ? -2 * difference - 1 : 2 * difference
      for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push(128 + (rest % 128))
      bytes.push(rest)
    }
  return toBase64Url(bytes)
}

/** The points of a text, or a sentence on what is wrong with it. */
export const decodePoints = (text: string, count: number): (readonly [number, number])[] | string => {
  const bytes = fromBase64Url(text)
  if (bytes === undefined) return 'the coordinates have a character that does not belong there'
  const coordinates: number[] = []
  const before: [number, number] = [0, 0]
  let [rest, place] = [0, 1]
  for (const byte of bytes) {
    rest += (byte % 128) * place
    place *= 128
    if (byte > 127 && place > 128 ** 3) return `coordinate ${coordinates.length + 1} is out of range`
    if (byte > 127) continue
    const axis = (coordinates.length % 2) as 0 | 1
    before[axis] += rest % 2 === 1 ? -(rest + 1) / 2 : rest / 2
    coordinates.push(before[axis] / 1000)
    ;[rest, place] = [0, 1]
  }
  if (place !== 1 || coordinates.length !== 2 * count) return `${coordinates.length} whole coordinates where ${2 * count} are announced`
  return Array.from({ length: count }, (_, k) => [coordinates[2 * k] as number, coordinates[2 * k + 1] as number] as const)
}

const toBase64Url = (bytes: readonly number[]): string => {
  const pieces: string[] = []
  for (let at = 0; at < bytes.length; at += 4096) pieces.push(String.fromCharCode(...bytes.slice(at, at + 4096)))
  return btoa(pieces.join('')).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '')
}

const fromBase64Url = (text: string): Uint8Array | undefined => {
  if (!/^[\w-]*$/.test(text) || text.length % 4 === 1) return undefined
  return Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (character) => character.charCodeAt(0))
}
