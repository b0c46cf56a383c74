import { type Backend, tweedieError } from '@tweedie/core'
import { cpu } from '@tweedie/core/cpu'
import * as TE from 'fp-ts/lib/TaskEither.js'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { left, right } from '../tables/testing.js'
import { backendTask, withBackend, withSpareBackend } from './backends.js'
import { openWebgpu } from './webgpu.js'

vi.mock('./webgpu.js')
const note = vi.fn()
const disposed = vi.fn()
afterEach(() => vi.resetAllMocks())

/** In place of a GPU: the reference, with the end and the word of its loss that a GPU has. */
const gpu = (): void => {
  vi.mocked(openWebgpu).mockImplementation(async (_, notices = []) => {
    notices.push('WebGPU computed on a test.')
    return { ...cpu(), name: 'gpu', lost: new Promise(() => {}), dispose: disposed } as never
  })
}
const lost = () => tweedieError('DeviceLost', 'read', 'the GPU device is lost', 'Make the backend again')

/** A job that loses a device named gpu after it has kept `kept`, and says where it ended and what it went on from. */
const losing = (kept?: string) =>
  withSpareBackend<unknown, string>({ backend: 'webgpu' }, note, async (B, { checkpoint, notices }) => {
    const before = checkpoint?.last
    if (kept !== undefined) await checkpoint?.keep(kept)
    if (B.name === 'gpu') throw lost()
    return { name: B.name, before, notices }
  })

const sumOnes = async <N>(B: Backend<N>): Promise<number> => {
  const x = B.sum(B.full([3], 1))
  return (await B.read(x))[0] as number
}

describe('withBackend', () => {
  test.each(['cpu', 'wasm', 'webgpu'] as const)('%s computes', async (backend) => {
    gpu()
    expect(await withBackend({ backend }, note, sumOnes)).toBe(3)
    expect(disposed).toHaveBeenCalledTimes(backend === 'webgpu' ? 1 : 0)
  })

  test('the device is disposed of when the job fails, and its loss is what the job rejects with', async () => {
    gpu()
    await expect(withBackend({ backend: 'webgpu' }, note, () => Promise.reject(lost()))).rejects.toMatchObject({ _tag: 'DeviceLost' })
    expect(disposed).toHaveBeenCalledTimes(1)
  })
})

describe('withSpareBackend', () => {
  test('a job whose device is lost goes on with wasm from what it kept, and says so', async () => {
    gpu()
    expect(await losing('half')).toEqual({
      name: 'wasm',
      before: 'half',
      notices: ['WebGPU computed on a test.', 'The GPU device is lost; wasm computed the rest.'],
    })
    expect(note.mock.calls).toEqual([['the GPU device is lost; wasm goes on from the last checkpoint']])
    expect(disposed).toHaveBeenCalledTimes(1)
  })

  test('one that kept nothing begins again', async () => {
    gpu()
    expect(await losing()).toMatchObject({ name: 'wasm', before: undefined })
    expect(note).toHaveBeenCalledWith('the GPU device is lost; wasm goes on from the beginning')
  })

  test('any other error is passed on, and so is a webgpu that cannot be brought up', async () => {
    gpu()
    const refusal = tweedieError('InvalidModel', 'folder', 'no', 'Fit again')
    await expect(withSpareBackend({ backend: 'webgpu' }, note, () => Promise.reject(refusal))).rejects.toBe(refusal)
    expect(disposed).toHaveBeenCalledTimes(1)
    const none = tweedieError('Unsupported', 'webgpu', 'no WebGPU adapter', 'Install a driver')
    vi.mocked(openWebgpu).mockRejectedValue(none)
    await expect(withSpareBackend({ backend: 'webgpu' }, note, sumOnes)).rejects.toBe(none)
  })

  test('the other backends keep nothing', async () => {
    expect(await withSpareBackend({ backend: 'cpu' }, note, async (_, place) => place)).toEqual({ notices: [] })
  })
})

describe('backendTask', () => {
  test('a loss that comes as a left side goes on too', async () => {
    gpu()
    const task = backendTask({ backend: 'webgpu' }, note, (B) => (B.name === 'gpu' ? TE.left(lost()) : TE.right(B.name)))
    expect(right(await task())).toBe('wasm')
  })

  test('other left sides stay what they are; what cannot be brought up is one', async () => {
    const refusal = tweedieError('InvalidModel', 'folder', 'no', 'Fit again')
    expect(left(await backendTask({ backend: 'cpu' }, note, () => TE.left(refusal))())).toBe(refusal)
    vi.mocked(openWebgpu).mockRejectedValue(refusal)
    expect(left(await backendTask({ backend: 'webgpu' }, note, () => TE.right(1))())).toBe(refusal)
  })
})
