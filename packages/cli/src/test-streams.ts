import { Writable } from 'node:stream'

/** A stream that keeps what is written to it. */
export const collect = () => {
  const pieces: string[] = []
  const stream = new Writable({
    write: (piece, _encoding, done) => {
      pieces.push(String(piece))
      done()
    },
  })
  return { stream, text: () => pieces.join('') }
}
