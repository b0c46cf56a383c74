import { tweedieError } from '@tweedie/core'
import { wasm } from '@tweedie/wasm'
import { describe, expect, it } from 'vitest'
import type { Answer } from '../protocol.js'
import { makeBackends } from './backends.js'
import type { Raised } from './raised.js'
import type { JobRequest } from './run-job.js'
import { heard, isLast, smallSetup as setup, testBackends } from './testing.js'

const sizes = { labels: 40, training: 12, samples: 20 }
const jobs: readonly Exclude<JobRequest, { readonly kind: 'capabilities' }>[] = [
  { kind: 'flow', id: 1, setup },
  { kind: 'field', id: 2, setup, time: 0.5, size: 100 },
  { kind: 'generator', id: 3, setup, sizes },
  { kind: 'network', id: 4, setup, objective: 'cem', sizes },
]

describe.each(jobs)('a job: $kind', (request) => {
  it('ends with one done, and no tensor is left', async () => {
    const { answers, last } = await heard(request)
    expect(answers.filter(isLast)).toEqual([last])
    expect(last).toMatchObject({ kind: 'done', id: request.id, liveTensors: 0 })
    expect(answers.every(({ id }) => id === request.id)).toBe(true)
  })

  it('gives the same numbers again', async () => {
    const numbers = ({ answers }: { readonly answers: readonly Answer[] }) =>
      answers.flatMap((answer) => Object.values(answer).filter((value) => value instanceof Float32Array))
    const [first, second] = [numbers(await heard(request)), numbers(await heard(request))]
    expect(first.length).toBeGreaterThan(0)
    expect(second).toEqual(first)
  })

  it('is cancelled at any of its answers, and no tensor is left', async () => {
    const { answers } = await heard(request)
    const count = answers.length - 1
    for (const at of new Set([0, Math.floor(count / 2), count - 2])) {
      let left = at
      const { answers: before, last } = await heard(request, { hear: (_, abort) => left-- === 0 && abort() })
      // An answer that comes last of all, such as the samples, may be out before the cancel is looked for.
      expect(before.filter(isLast)).toEqual([last])
      if (at === 0) expect(last).toEqual({ kind: 'cancelled', id: request.id })
      expect(testBackends.liveTensors()).toBe(0)
    }
  })

  it.each<[object, string, RegExp]>([
    [{ points: [] }, 'InvalidArgument', /there are no points/],
    [{ points: [[9, 0]] }, 'InvalidArgument', /point 1 is \[9,0\]/],
    [{ steps: 1 }, 'InvalidArgument', /steps 1/],
    [{ solver: 'leap' }, 'InvalidArgument', /'leap'/],
    [{ backend: 'webgl' }, 'Unsupported', /OffscreenCanvas/],
    [{ backend: 'webgpu' }, 'Unsupported', /WebGPU/],
  ])('fails for %j with what, where and the mend', async (changes, tag, what) => {
    const { answers, last } = await heard({ ...request, setup: { ...setup, ...changes } } as JobRequest)
    expect(answers).toEqual([last])
    expect(last).toMatchObject({ kind: 'failed', id: request.id, tag, what: expect.stringMatching(what) as unknown })
    expect(last.kind === 'failed' && last.where !== '' && last.mend !== '').toBe(true)
  })
})

it.each<[JobRequest, RegExp]>([
  [{ kind: 'field', id: 1, setup, time: 0, size: 10 }, /t = 0/],
  [{ kind: 'field', id: 1, setup, time: 1.1, size: 10 }, /t = 1.1/],
  [{ kind: 'field', id: 1, setup, time: Number.NaN, size: 10 }, /t = NaN/],
  [{ kind: 'field', id: 1, setup, time: 0.5, size: 1e9 }, /size 1000000000/],
  [{ kind: 'generator', id: 1, setup, sizes: { labels: 0 } }, /labels 0/],
  [{ kind: 'network', id: 1, setup, objective: 'cem', sizes: { training: 1.5 } }, /training 1.5/],
])('refuses %j', async (request, what) => {
  expect((await heard(request)).last).toMatchObject({ kind: 'failed', what: expect.stringMatching(what) as unknown })
  expect(testBackends.liveTensors()).toBe(0)
})

/** A backend whose reading fails. */
const failing = (thrown: unknown): Raised => {
  const B = { ...wasm({ threads: 1 }), read: () => Promise.reject(thrown) }
  return { run: (body) => body(B), notes: () => [], liveTensors: B.liveTensors, select: async () => {}, dispose: async () => {} }
}

describe('a backend that fails', () => {
  it('for an unknown reason is answered with its message', async () => {
    const backends = makeBackends(async () => failing(new RangeError('a stranger')))
    const { last } = await heard({ kind: 'flow', id: 5, setup }, { backends })
    expect(last).toMatchObject({ kind: 'failed', id: 5, tag: 'Unknown', what: 'a stranger' })
    expect(backends.liveTensors()).toBe(0)
  })

  it('as its device is lost is answered with the mend, and made anew for the next job', async () => {
    const lost = tweedieError('DeviceLost', 'read', 'the device is gone', 'Go on with another')
    let made = 0
    const backends = makeBackends(async () => (made++ === 0 ? failing(lost) : testBackends.of('wasm')))
    const { last } = await heard({ kind: 'flow', id: 6, setup }, { backends })
    expect(last).toMatchObject({ kind: 'failed', id: 6, tag: 'DeviceLost', mend: 'Go on with another' })
    expect((await heard({ kind: 'flow', id: 7, setup }, { backends })).last.kind).toBe('done')
    expect((await heard({ kind: 'flow', id: 8, setup }, { backends })).last.kind).toBe('done')
    expect(made).toBe(2)
  })

  it('is made anew too where its device is lost between jobs', async () => {
    let [made, lose] = [0, () => {}]
    const lost = new Promise<void>((resolve) => {
      lose = resolve
    })
    const backends = makeBackends(async () => ({
      ...(await testBackends.of('wasm')),
      dispose: async () => {},
      ...(made++ === 0 && { lost }),
    }))
    await backends.of('webgpu')
    lose()
    await new Promise((resolve) => setTimeout(resolve, 0))
    await backends.of('webgpu')
    expect(made).toBe(2)
  })
})

it('a backend that did not come up is told of as such, until it does', async () => {
  let broken = true
  const backends = makeBackends(async () => {
    if (broken) throw new Error('it broke')
    return testBackends.of('wasm')
  })
  await expect(backends.of('cpu')).rejects.toThrow('it broke')
  expect((await heard({ kind: 'capabilities', id: 1 }, { backends })).of('capabilities')[0]?.backends[0]).toEqual({
    backend: 'cpu',
    available: false,
    notes: ['it broke'],
  })
  broken = false
  await backends.of('cpu')
  expect((await heard({ kind: 'capabilities', id: 1 }, { backends })).of('capabilities')[0]?.backends[0]).toMatchObject({ available: true })
})

it('leaves nothing behind in a thousand steps', async () => {
  const request: JobRequest = { kind: 'flow', id: 9, setup: { ...setup, steps: 500, particles: 4 } }
  for (let run = 0; run < 2; run++) expect((await heard(request)).last).toMatchObject({ kind: 'done', liveTensors: 0 })
})
