import type { Listen } from './device-events.js'

/** What is used of a WebGL context. */
export interface WatchedContext {
  readonly canvas: {
    readonly addEventListener: (type: string, listener: () => void) => void
    readonly removeEventListener: (type: string, listener: () => void) => void
  }
  readonly isContextLost: () => boolean
  readonly getError: () => number
}

/** Error codes (OpenGL ES 3.0, §2.5; WebGL 1.0, §5.14.3). */
const NO_ERROR = 0
const OUT_OF_MEMORY = 0x0505
const CONTEXT_LOST = 0x9242

/** Codes that a context may hold at once: it keeps one of each kind. */
const MOST_CODES = 8

/** A WebGL context says when it is lost, and is asked for its errors after a read, when it has nothing else to do. */
export const webglEvents =
  (gl: WatchedContext): Listen =>
  (fail) => {
    const lose = (): void => fail({ kind: 'lost', said: 'the WebGL context was lost' })
    gl.canvas.addEventListener('webglcontextlost', lose)
    // Errors of others before this one watches are none of its own.
    if (!gl.isContextLost()) codes(gl)
    return {
      poll: (read) => {
        if (gl.isContextLost()) return lose()
        for (const code of read ? codes(gl) : []) {
          if (code === CONTEXT_LOST) lose()
          else fail({ kind: code === OUT_OF_MEMORY ? 'memory' : 'refused', said: `WebGL error 0x${code.toString(16).padStart(4, '0')}` })
        }
      },
      stop: () => gl.canvas.removeEventListener('webglcontextlost', lose),
    }
  }

const codes = (gl: WatchedContext): readonly number[] => {
  const found: number[] = []
  for (let code = gl.getError(); code !== NO_ERROR && found.length < MOST_CODES; code = gl.getError()) found.push(code)
  return found
}
