// The page's worker: runs the case that it is sent the name of.
import { cases } from './page-program.js'

addEventListener('message', ({ data }: MessageEvent<string>) => {
  cases[data]!().then(
    (outcome) => postMessage({ outcome }),
    (error: unknown) => postMessage({ error: String(error) }),
  )
})
