import type { Answer, Request } from '../protocol.js'
import { jobQueue } from './queue.js'

/** The page's worker: requests in, answers out, their arrays handed over. */
const scope = self as unknown as {
  onmessage: (event: MessageEvent<Request>) => void
  postMessage: (answer: Answer, transfer: ArrayBuffer[]) => void
}

const buffersOf = (answer: Answer): ArrayBuffer[] =>
  Object.values(answer).flatMap((value) => (value instanceof Float32Array ? [value.buffer as ArrayBuffer] : []))

const take = jobQueue((answer) => scope.postMessage(answer, buffersOf(answer)))
scope.onmessage = ({ data }) => take(data)
