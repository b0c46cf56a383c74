import type { Backend } from '@tweedie/core'
import type { TfTensor } from '@tweedie/tfjs-gpu'

/** The backend on WebGPU with the end of its device, and word of its loss. */
export interface WebgpuBackend extends Backend<TfTensor> {
  readonly lost: Promise<Error>
  readonly dispose: () => void
}

/** Brings up WebGPU and says which adapter computes. What it needs is loaded here, so that the other backends do without. Rejects with `Unsupported`. */
export const openWebgpu = async (note: (line: string) => void, notices: string[] = []): Promise<WebgpuBackend> => {
  const [{ tfjs }, { webgpu }] = await Promise.all([import('@tweedie/tfjs-gpu'), import('@tweedie/tfjs-gpu/node')])
  const { tf, adapter, dispose } = await webgpu()
  try {
    const B = await tfjs(tf)
    const name = [adapter.vendor, adapter.device, adapter.description].filter((word) => word !== '').join(', ')
    const where = adapter.software ? `${name}; it is software, on the processor` : name
    note(`webgpu computes on ${where}`)
    notices.push(`WebGPU computed on ${where}.`)
    return { ...B, dispose }
  } catch (thrown) {
    dispose()
    throw thrown
  }
}
