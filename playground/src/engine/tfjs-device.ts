import type { BackendName } from '../setup.js'
import { unsupported } from './raised.js'

/** The backends of TensorFlow.js that the page knows. */
export type TfjsName = Exclude<BackendName, 'wasm'>

export const IN_JAVASCRIPT =
  'TensorFlow.js in JavaScript: the float64 reference of Tweedie makes code while it runs, which the content policy of this page forbids.'

/**
 * Looks for what a backend needs of the browser, before TensorFlow.js does, whose own refusals go to the console. Resolves with what the device calls
 * itself, and rejects with `Unsupported` where there is none.
 */
export const lookForDevice = (name: TfjsName): Promise<readonly string[]> => devices[name]()

interface Adapter {
  readonly info?: { readonly vendor?: string; readonly architecture?: string; readonly description?: string }
}

const devices: Readonly<Record<TfjsName, () => Promise<readonly string[]>>> = {
  cpu: async () => [IN_JAVASCRIPT],
  webgl: async () => {
    if (typeof OffscreenCanvas === 'undefined')
      throw unsupported('webgl', 'this browser has no OffscreenCanvas, so there is no WebGL in a worker', 'Choose wasm')
    const context = new OffscreenCanvas(1, 1).getContext('webgl2')
    if (context === null) throw unsupported('webgl', 'this browser gives no WebGL 2 context', 'Choose wasm, or allow hardware acceleration')
    const unmasked = context.getExtension('WEBGL_debug_renderer_info')
    const renderer = String(context.getParameter(unmasked?.UNMASKED_RENDERER_WEBGL ?? context.RENDERER))
    context.getExtension('WEBGL_lose_context')?.loseContext()
    return [`TensorFlow.js on WebGL 2, ${renderer}.`]
  },
  webgpu: async () => {
    const gpu = (globalThis.navigator as { gpu?: { requestAdapter: () => Promise<Adapter | null> } } | undefined)?.gpu
    if (gpu === undefined)
      throw unsupported('webgpu', 'this browser has no WebGPU', 'Choose webgl or wasm; WebGPU needs a recent browser and a page over https')
    const adapter = await gpu.requestAdapter().catch(() => null)
    if (adapter === null)
      throw unsupported('webgpu', 'WebGPU found no graphics adapter', 'Choose webgl or wasm, or allow hardware acceleration')
    const { vendor = '', architecture = '', description = '' } = adapter.info ?? {}
    const called = description || [vendor, architecture].filter((part) => part !== '').join(' ') || 'an adapter without a name'
    return [`TensorFlow.js on WebGPU, ${called}.`]
  },
}
