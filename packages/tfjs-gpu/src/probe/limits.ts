import type { Tf } from '../tf.js'

/** The parts of the backends of TensorFlow.js that say what their devices hold. */
interface Devices {
  readonly gpgpu?: { readonly gl?: { readonly MAX_TEXTURE_SIZE: number; readonly getParameter: (name: number) => unknown } }
  readonly device?: { readonly limits?: { readonly maxStorageBufferBindingSize?: number; readonly maxBufferSize?: number } }
}

/** Bytes that a WebAssembly memory, or a typed array that is indexed in 32 bits, holds at most. */
const ADDRESSABLE = 2 ** 32

/** Numbers that one tensor can hold: a square texture of one number a texel, a buffer that a shader can bind, or an array of 4 GiB. */
export const largestTensor = (tf: Tf): number => {
  const { gpgpu, device } = tf.backend() as unknown as Devices
  if (gpgpu?.gl) {
    const side = Number(gpgpu.gl.getParameter(gpgpu.gl.MAX_TEXTURE_SIZE))
    return side * side
  }
  const bytes = device?.limits
    ? Math.min(device.limits.maxStorageBufferBindingSize ?? ADDRESSABLE, device.limits.maxBufferSize ?? ADDRESSABLE)
    : ADDRESSABLE
  return Math.floor(bytes / Float32Array.BYTES_PER_ELEMENT)
}

/** What the device says that it is. */
export const adapterOf = (tf: Tf): string => {
  const { gpgpu, adapterInfo } = tf.backend() as unknown as Devices & { readonly adapterInfo?: Readonly<Record<string, unknown>> }
  if (adapterInfo) {
    const names = ['vendor', 'architecture', 'device', 'description']
      .map((key) => adapterInfo[key])
      .filter((name) => typeof name === 'string' && name !== '')
    return [...new Set(names)].join(' ') || 'not told'
  }
  const gl = gpgpu?.gl as unknown as WebGL2RenderingContext | undefined
  if (!gl) return 'the host'
  const extension = gl.getExtension('WEBGL_debug_renderer_info')
  return String(gl.getParameter(extension ? extension.UNMASKED_RENDERER_WEBGL : gl.RENDERER))
}
