import { afterEach, describe, expect, test, vi } from 'vitest'
import { runChild } from './test-child.js'
import { type NodeWebGpu, type WebGpuOptions, webgpu } from './webgpu.js'

const first = await webgpu().catch(() => undefined)
first?.dispose()
const withAdapter = describe.skipIf(first === undefined)
const skipped = '(skipped without an adapter)'

const gpuOf = (): unknown => (globalThis as { navigator?: { gpu?: unknown } }).navigator?.gpu
const computes = async ({ tf }: NodeWebGpu): Promise<number[]> => {
  const [x, two] = [tf.tensor1d([1, 2, 3]), tf.scalar(2)]
  const y = tf.mul(x, two)
  const numbers = Array.from(await y.data())
  for (const tensor of [x, two, y]) tensor.dispose()
  return numbers
}

withAdapter(`with an adapter ${skipped}`, () => {
  const open: NodeWebGpu[] = []
  const begin = async (options?: WebGpuOptions): Promise<NodeWebGpu> => {
    const made = await webgpu(options)
    made.tf.env().set('WEBGPU_CPU_FORWARD', false)
    open.push(made)
    return made
  }
  afterEach(() => {
    for (const { dispose } of open.splice(0)) dispose()
    vi.unstubAllGlobals()
  })

  test('gives a ready TensorFlow.js that computes on the adapter it names', async () => {
    const gpu = await begin()
    expect(gpu.tf.getBackend()).toBe('webgpu')
    expect(await computes(gpu)).toEqual([2, 4, 6])
    expect(gpu.adapter.vendor).not.toBe('')
    expect(gpu.adapter).toEqual({ ...first?.adapter })
  })

  test('two calls share one device; it is given back by the second dispose, and can be had again', async () => {
    const [one, other] = [await begin(), await begin()]
    expect(other.tf.backend()).toBe(one.tf.backend())
    const device = one.tf.backend()
    one.dispose()
    one.dispose()
    expect(await computes(other)).toEqual([2, 4, 6])
    other.dispose()
    expect(other.tf.findBackendFactory('webgpu') ?? null).toBeNull()
    const again = await begin()
    expect(again.tf.backend()).not.toBe(device)
    expect(await computes(again)).toEqual([2, 4, 6])
  })

  test('calls at the same time share one device', async () => {
    const [one, other] = await Promise.all([begin(), begin()])
    one.dispose()
    expect(await computes(other)).toEqual([2, 4, 6])
  })

  test('what was put among the globals is taken away again', async () => {
    const before = Object.getOwnPropertyNames(globalThis).sort()
    const gpu = await begin()
    expect(gpuOf()).toBeDefined()
    expect('GPUBufferUsage' in globalThis).toBe(true)
    gpu.dispose()
    expect(Object.getOwnPropertyNames(globalThis).sort()).toEqual(before)
    expect(gpuOf()).toBeUndefined()
  })

  test("Node's own navigator is kept, and loses gpu alone", async () => {
    class Navigator {
      get userAgent(): string {
        return 'Node.js/22'
      }
    }
    const navigator = new Navigator()
    vi.stubGlobal('navigator', navigator)
    const gpu = await begin()
    expect(globalThis.navigator).toBe(navigator)
    expect(globalThis.navigator.userAgent).toBe('Node.js/22')
    expect(await computes(gpu)).toEqual([2, 4, 6])
    gpu.dispose()
    expect(globalThis.navigator).toBe(navigator)
    expect('gpu' in navigator).toBe(false)
  })

  test('tensors that outlive the device can be disposed of, and its memory is not counted as theirs', async () => {
    const { tf, dispose } = await begin()
    const x = tf.tensor1d([1, 2, 3])
    const y = tf.mul(x, 2)
    dispose()
    expect(() => tf.dispose([x, y])).not.toThrow()
  })

  test('the backend that was set before is set again', async () => {
    await import('@tensorflow/tfjs-backend-cpu')
    const tf = await import('@tensorflow/tfjs-core')
    await tf.setBackend('cpu')
    const gpu = await begin()
    expect(tf.getBackend()).toBe('webgpu')
    gpu.dispose()
    expect(tf.getBackend()).toBe('cpu')
    expect(await computes({ ...gpu, tf })).toEqual([2, 4, 6])
  })

  test('a webgpu backend of somebody else is left alone', async () => {
    const gpu = await begin()
    const { tf } = gpu
    gpu.dispose()
    const foreign = new tf.KernelBackend()
    foreign.dispose = () => {}
    tf.registerBackend('webgpu', () => foreign)
    await tf.setBackend('webgpu')
    await expect(webgpu()).rejects.toMatchObject({ _tag: 'InvalidArgument', where: 'webgpu' })
    expect(tf.backend()).toBe(foreign)
    expect(gpuOf()).toBeUndefined()
    tf.removeBackend('webgpu')
    expect(await computes(await begin())).toEqual([2, 4, 6])
  })

  test('an adapter is found by part of its name in any case; a name that none has is refused with those there are', async () => {
    const wanted = (first?.adapter.vendor ?? '').toUpperCase().slice(0, 4)
    expect((await begin({ prefer: wanted })).adapter).toEqual(first?.adapter)
    open.pop()?.dispose()
    await expect(webgpu({ prefer: 'abacus' })).rejects.toMatchObject({
      _tag: 'Unsupported',
      what: expect.stringContaining(first?.adapter.vendor as string),
    })
  })

  test('with a device in use, options that it does not meet are refused, and it goes on', async () => {
    const gpu = await begin()
    await expect(webgpu({ software: first?.adapter.software ? 'refuse' : 'only' })).rejects.toMatchObject({ _tag: 'InvalidArgument' })
    await expect(webgpu({ toggles: { enable: ['skip_validation'] } })).rejects.toMatchObject({ _tag: 'InvalidArgument' })
    expect(await computes(gpu)).toEqual([2, 4, 6])
  })

  test('with toggles it computes too', async () => {
    expect(
      await computes(await begin({ toggles: { enable: ['disable_symbol_renaming'], disable: ['lazy_clear_resource_on_first_use'] } })),
    ).toEqual([2, 4, 6])
  })

  test('a process that disposes of it ends by itself', async () => {
    const child = await runChild(`
      const { tf, dispose } = await webgpu()
      tf.env().set('WEBGPU_CPU_FORWARD', false)
      const y = tf.mul(tf.tensor1d([1, 2, 3]), 2)
      console.log(Array.from(await y.data()).join())
      dispose()
      const again = await webgpu()
      console.log(Array.from(await again.tf.add(again.tf.tensor1d([1, 2]), 1).data()).join())
      again.dispose()
    `)
    expect(child).toEqual({ status: 0, signal: null, out: '2,4,6\n2,3\n' })
  })

  test('devices may come one after the other, whatever is collected in between', async () => {
    const child = await runChild(`
      const { setFlagsFromString } = await import('node:v8')
      setFlagsFromString('--expose_gc')
      const collect = (await import('node:vm')).runInNewContext('gc')
      for (let k = 0; k < 12; k++) {
        const { tf, dispose } = await webgpu()
        tf.env().set('WEBGPU_CPU_FORWARD', false)
        const reading = tf.mul(tf.tensor1d([1, 2, 3]), 2).data()
        if (k % 2 === 0) await reading
        else reading.catch(() => {})
        dispose()
        collect()
        await new Promise((next) => setImmediate(next))
        collect()
      }
      console.log('done')
    `)
    expect(child).toEqual({ status: 0, signal: null, out: 'done\n' })
  })
})

describe('refusals', () => {
  test.each([
    [{ powerPreference: 'most' }, /powerPreference is "most"/],
    [{ prefer: 7 }, /prefer is 7/],
    [{ software: 'no' }, /software is "no"/],
    [{ toggles: { enable: ['a b'] } }, /"a b" is not the name of a toggle/],
  ])('%j', async (options, message) => {
    const made = webgpu(options as WebGpuOptions)
    await expect(made).rejects.toMatchObject({ _tag: 'InvalidArgument', where: 'webgpu' })
    await expect(made).rejects.toThrow(message)
  })

  test.skipIf(process.platform !== 'linux')('without a driver: what to install, and the process ends by itself (Linux)', async () => {
    const child = await runChild(`await webgpu().catch(({ _tag, message }) => console.log(_tag, message))`, {
      VK_ICD_FILENAMES: '/nonexistent',
    })
    expect(child).toMatchObject({ status: 0, signal: null })
    expect(child.out).toMatch(
      /^Unsupported webgpu: no WebGPU adapter: .*(point the environment variable VK_ICD_FILENAMES at SwiftShader|apt install libvulkan1)/,
    )
  })
})
