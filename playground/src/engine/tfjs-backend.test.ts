import { describe, expect, it } from 'vitest'
import { heard, smallSetup, testBackends } from './testing.js'

const setup = { ...smallSetup, backend: 'cpu' } as const

describe('TensorFlow.js on the cpu', () => {
  it('flows as wasm does', async () => {
    const [a, b] = [await heard({ kind: 'flow', id: 1, setup }), await heard({ kind: 'flow', id: 2, setup: smallSetup })]
    const [first, second] = [a.of('frame').at(-1), b.of('frame').at(-1)]
    // float32 on both, 20 steps that contract towards the points; a particle on the border of two basins may differ, and 50 have none on it.
    expect(first?.positions.length).toBe(100)
    first?.positions.forEach((x, k) => expect(Math.abs(x - (second?.positions[k] as number))).toBeLessThan(1e-4))
  })

  it('leaves no tensor behind: done, cancelled or failed', async () => {
    const before = (await testBackends.of('cpu')).liveTensors()
    const sizes = { labels: 30, training: 6, samples: 10 }
    for (const request of [
      { kind: 'flow', id: 1, setup },
      { kind: 'field', id: 2, setup, time: 0.5, size: 10 },
      { kind: 'generator', id: 3, setup, sizes },
      { kind: 'network', id: 4, setup, objective: 'sgm', sizes },
    ] as const) {
      expect((await heard(request)).last).toMatchObject({ kind: 'done', liveTensors: before })
      const { last } = await heard(request, { hear: (_, abort) => abort() })
      if (request.kind !== 'field') expect(last.kind).toBe('cancelled')
      expect((await testBackends.of('cpu')).liveTensors()).toBe(before)
    }
  })

  it('is made anew once it was forgotten', async () => {
    const first = await testBackends.of('cpu')
    await testBackends.forget('cpu')
    expect(await testBackends.of('cpu')).not.toBe(first)
    expect((await heard({ kind: 'flow', id: 1, setup })).last.kind).toBe('done')
  })
})

describe('capabilities', () => {
  it('says of every backend whether it runs here, in sentences', async () => {
    const { answers, of } = await heard({ kind: 'capabilities', id: 3 })
    expect(answers.map(({ kind }) => kind)).toEqual(['capabilities', 'done'])
    const backends = of('capabilities')[0]?.backends ?? []
    // Node has neither an OffscreenCanvas nor WebGPU.
    expect(backends.map(({ backend, available }) => [backend, available])).toEqual([
      ['cpu', true],
      ['wasm', true],
      ['webgl', false],
      ['webgpu', false],
    ])
    // It is up since the tests above, so its findings are told.
    expect(backends[0]?.notes.length).toBeGreaterThan(1)
    for (const { notes } of backends) {
      expect(notes.length).toBeGreaterThan(0)
      for (const note of notes) expect(note).toMatch(/^\S.*[\w.)]$/s)
    }
  })
})
