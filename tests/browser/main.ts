// The page: runs cases itself, or has its worker run them.
import { cases, type Outcome } from './page-program.js'

const inWorker = (name: string): Promise<Outcome> =>
  new Promise((done, failed) => {
    const worker = new Worker('/worker.js', { type: 'module' })
    worker.onerror = (event) => failed(new Error(event.message))
    worker.onmessage = ({ data }: MessageEvent<{ outcome?: Outcome; error?: string }>) => {
      worker.terminate()
      if (data.outcome) done(data.outcome)
      else failed(new Error(data.error))
    }
    worker.postMessage(name)
  })

Object.assign(globalThis, {
  run: (where: 'page' | 'worker', name: string): Promise<Outcome> => (where === 'page' ? cases[name]!() : inWorker(name)),
})
