import { expect, test } from 'vitest'
import type { Answer } from '../protocol.js'
import { jobs, type Port } from './jobs.js'

/** A worker that does as it is told by the test. */
const fakes = () => {
  const made: { sent: { kind: string; id: number }[]; ended: boolean; fire: (type: string, event: object) => void }[] = []
  const make = (): Port => {
    const listeners = new Map<string, (event: never) => void>()
    const fake = {
      sent: [] as { kind: string; id: number }[],
      ended: false,
      fire: (type: string, event: object) => listeners.get(type)?.(event as never),
    }
    made.push(fake)
    return {
      postMessage: (message: { kind: string; id: number }) => void fake.sent.push(message),
      addEventListener: (type: string, listener: (event: never) => void) => void listeners.set(type, listener),
      terminate: () => {
        fake.ended = true
      },
    } as unknown as Port
  }
  return { made, make }
}

test('answers go to the order that they belong to, and none after its last', () => {
  const { made, make } = fakes()
  const { start } = jobs(make)
  const heard: string[] = []
  start({ kind: 'capabilities' }, ({ kind }) => heard.push(`first ${kind}`))
  const cancel = start({ kind: 'capabilities' }, ({ kind }) => heard.push(`second ${kind}`))
  const [worker] = made
  const answer = (data: Answer) => worker!.fire('message', { data })
  cancel()
  expect(worker!.sent).toEqual([
    { kind: 'capabilities', id: 1 },
    { kind: 'capabilities', id: 2 },
    { kind: 'cancel', id: 2 },
  ])
  answer({ kind: 'cancelled', id: 2 })
  answer({ kind: 'done', id: 1, seconds: 0, liveTensors: 0, message: '' })
  answer({ kind: 'cancelled', id: 1 })
  cancel()
  expect(heard).toEqual(['second cancelled', 'first done'])
  expect(worker!.sent).toHaveLength(3)
})

test('a worker that dies fails its orders, and the next order gets another', () => {
  const { made, make } = fakes()
  const { start } = jobs(make)
  const heard: Answer[] = []
  start({ kind: 'capabilities' }, (answer) => heard.push(answer))
  made[0]!.fire('error', { message: 'out of memory', preventDefault: () => undefined })
  expect(heard).toMatchObject([{ kind: 'failed', tag: 'WorkerFailure', what: 'out of memory' }])
  start({ kind: 'capabilities' }, (answer) => heard.push(answer))
  expect(made.map(({ ended, sent }) => [ended, sent.length])).toEqual([
    [true, 1],
    [false, 1],
  ])
})
