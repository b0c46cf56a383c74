import { isTweedieError } from '@tweedie/core'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { type NodeWebGpu, webgpu } from '../node/index.js'
import type { Tf } from '../tf.js'
import { type DeviceWatch, watchDevice } from './watch-device.js'

const tag = (name: string, where: string) => expect.objectContaining({ _tag: name, where }) as Error
const never = new Promise<never>(() => {})

/** The error that a function throws. */
const thrown = (body: () => void): unknown => {
  try {
    body()
  } catch (error) {
    return error
  }
  return undefined
}

/** What is used of a tf whose backend is `name` and holds `inside`. */
const fakeTf = (name: string, inside: object): Tf => ({ getBackend: () => name, backend: () => inside }) as unknown as Tf

const fakeContext = () => {
  const canvas = new EventTarget()
  const errors: number[] = [0x0502]
  let lost = false
  const gl = { canvas, isContextLost: () => lost, getError: () => errors.shift() ?? 0 }
  const lose = (say = true) => {
    lost = true
    if (say) canvas.dispatchEvent(new Event('webglcontextlost'))
  }
  return { watch: watchDevice(fakeTf('webgl', { gpgpu: { gl } })), errors, lose }
}

describe('on webgl', () => {
  test('nothing is wrong at first, whatever errors the context held before', async () => {
    const { watch } = fakeContext()
    expect(() => watch.check('add')).not.toThrow()
    await expect(watch.race('read', Promise.resolve(7))).resolves.toBe(7)
  })

  test('a lost context resolves lost, rejects a read under way and throws in every operation after', async () => {
    const { watch, lose } = fakeContext()
    const reading = watch.race('read', never)
    lose()
    await expect(reading).rejects.toEqual(tag('DeviceLost', 'read'))
    expect(thrown(() => watch.check('add'))).toEqual(tag('DeviceLost', 'add'))
    await expect(watch.race('read', Promise.resolve(7))).rejects.toEqual(tag('DeviceLost', 'read'))
    expect(await watch.lost).toEqual(tag('DeviceLost', 'tfjs(webgl)'))
    expect(isTweedieError(await watch.lost)).toBe(true)
  })

  test('a loss that the event has not told yet is seen by asking', () => {
    const { watch, lose } = fakeContext()
    lose(false)
    expect(thrown(() => watch.check('add'))).toEqual(tag('DeviceLost', 'add'))
  })

  test.each([
    ['OutOfMemory', 0x0505],
    ['Unsupported', 0x0501],
    ['DeviceLost', 0x9242],
  ])('a read finds %s', async (name, code) => {
    const { watch, errors } = fakeContext()
    errors.push(code)
    await expect(watch.race('read', Promise.resolve(7))).rejects.toEqual(tag(name, 'read'))
    expect(thrown(() => watch.check('add'))).toEqual(tag(name, 'add'))
  })

  test('a watch that was stopped hears nothing', async () => {
    const canvas = new EventTarget()
    const watch = watchDevice(fakeTf('webgl', { gpgpu: { gl: { canvas, isContextLost: () => false, getError: () => 0 } } }))
    watch.stop()
    canvas.dispatchEvent(new Event('webglcontextlost'))
    expect(() => watch.check('add')).not.toThrow()
  })
})

describe('without a device', () => {
  test('promises pass through', async () => {
    const watch = watchDevice(fakeTf('cpu', {}))
    watch.check('add')
    await expect(watch.race('read', Promise.resolve(7))).resolves.toBe(7)
    await expect(watch.race('read', Promise.reject(new TypeError('disposed')))).rejects.toThrow('disposed')
  })
})

const first = await webgpu().catch(() => undefined)
first?.dispose()
const withAdapter = describe.skipIf(first === undefined)

withAdapter('on webgpu in Node (skipped without an adapter)', () => {
  let gpu: NodeWebGpu
  const begin = async (): Promise<{ tf: Tf; device: TestDevice; watch: DeviceWatch }> => {
    gpu = await webgpu()
    gpu.tf.env().set('WEBGPU_CPU_FORWARD', false)
    const { device } = gpu.tf.backend() as unknown as { device: TestDevice }
    return { tf: gpu.tf, device, watch: watchDevice(gpu.tf) }
  }
  afterEach(() => {
    gpu.dispose()
    vi.restoreAllMocks()
  })

  test('a read of a device that works gives its numbers', async () => {
    const { tf, watch } = await begin()
    const y = tf.mul(tf.tensor1d([1, 2, 3]), 2)
    expect(Array.from(await watch.race('read', y.data()))).toEqual([2, 4, 6])
    expect(() => watch.check('mul')).not.toThrow()
  })

  test('the device is lost with a read under way: it rejects, and so does a later one', async () => {
    const { tf, device, watch } = await begin()
    const y = tf.mul(tf.tensor1d([1, 2, 3]), 2)
    const reading = watch.race('read', y.data())
    device.destroy()
    await expect(reading).rejects.toEqual(tag('DeviceLost', 'read'))
    expect(await watch.lost).toEqual(tag('DeviceLost', 'tfjs(webgpu)'))
    expect(thrown(() => watch.check('mul'))).toEqual(tag('DeviceLost', 'mul'))
    await expect(watch.race('read', never)).rejects.toThrow(/lost .*Make the backend again, or go on with wasm\(\)/)
  })

  test('a command that the device refuses is an error of the next read, not of none', async () => {
    const { tf, device, watch } = await begin()
    const y = tf.mul(tf.tensor1d([1, 2, 3]), 2)
    device.createBuffer({ size: 16, usage: 0xffff0000 })
    await expect(watch.race('read', y.data())).rejects.toEqual(tag('Unsupported', 'read'))
    await expect(watch.race('read', Promise.resolve())).rejects.toThrow(/usage/i)
  })

  test('a full memory is OutOfMemory', async () => {
    const { device, watch } = await begin()
    device.dispatchEvent(uncaptured('GPUOutOfMemoryError', 'no room'))
    expect(thrown(() => watch.check('full'))).toEqual(tag('OutOfMemory', 'full'))
    device.destroy()
    expect(await watch.lost).toEqual(tag('DeviceLost', 'tfjs(webgpu)'))
    expect(thrown(() => watch.check('full'))).toEqual(tag('DeviceLost', 'full'))
  })
})

interface TestDevice extends EventTarget {
  readonly destroy: () => void
  readonly createBuffer: (descriptor: { readonly size: number; readonly usage: number }) => unknown
}

const uncaptured = (name: string, message: string): Event => {
  const { [name]: Kind, GPUUncapturedErrorEvent } = globalThis as unknown as Record<string, new (...args: unknown[]) => Event>
  if (Kind === undefined || GPUUncapturedErrorEvent === undefined) throw new Error(`${name} is no global`)
  return new GPUUncapturedErrorEvent('uncapturederror', { error: new Kind(message) })
}
