import type { Answer, Request } from '../protocol.js'

type Unnumbered<R> = R extends { readonly id: number } ? Omit<R, 'id'> : never
/** A request without its number. */
export type Order = Exclude<Unnumbered<Request>, { readonly kind: 'cancel' }>

/** The worker, from the page's side. */
export interface Jobs {
  /** Sends an order; `hear` gets every answer to it, the last one `done`, `cancelled` or `failed`. Returns what cancels it. */
  readonly start: (order: Order, hear: (answer: Answer) => void) => () => void
  /** Lets the worker go, and whatever it is at. */
  readonly end: () => void
}

/** What a page needs of a worker. */
export type Port = Pick<Worker, 'postMessage' | 'addEventListener' | 'terminate'>

/** A worker that dies fails its orders, and the next order gets another worker. */
export const jobs = (makeWorker: () => Port): Jobs => {
  const open = new Map<number, (answer: Answer) => void>()
  let [worker, last] = [undefined as Port | undefined, 0]

  const hear = (answer: Answer): void => {
    const listener = open.get(answer.id)
    if (answer.kind === 'done' || answer.kind === 'cancelled' || answer.kind === 'failed') open.delete(answer.id)
    listener?.(answer)
  }

  const lost = (what: string): void => {
    worker?.terminate()
    worker = undefined
    const mend = 'Run it again: a fresh worker is started. If it happens again, choose fewer particles or another backend'
    for (const id of [...open.keys()]) hear({ kind: 'failed', id, tag: 'WorkerFailure', where: 'the worker', what, mend })
  }

  const ready = (): Port => {
    if (worker) return worker
    const made = makeWorker()
    made.addEventListener('message', (event) => hear((event as MessageEvent<Answer>).data))
    made.addEventListener('error', (event) => {
      event.preventDefault()
      lost((event as ErrorEvent).message || 'it could not be loaded, or it stopped')
    })
    made.addEventListener('messageerror', () => lost('an answer could not be read'))
    worker = made
    return made
  }

  return {
    start: (order, listener) => {
      const id = ++last
      open.set(id, listener)
      ready().postMessage({ ...order, id })
      return () => {
        if (open.has(id)) ready().postMessage({ kind: 'cancel', id })
      }
    },
    end: () => {
      open.clear()
      worker?.terminate()
      worker = undefined
    },
  }
}
