import type { Gpu } from './dawn.js'
import { hostProcess } from './host.js'

/**
 * Puts WebGPU where a browser has it: the classes and constants (`GPUBufferUsage`, ...) among the globals, and `gpu` on `navigator`, which Node has from
 * version 21 on; on Node 20 a navigator of its own is put there. Gives what takes away again what was put, and puts back what was replaced.
 */
export const installGlobals = (globals: Readonly<Record<string, unknown>>, gpu: Gpu): (() => void) => {
  const undo = Object.entries(globals)
    .filter(([name]) => !(name in globalThis))
    .map(([name, value]) => put(globalThis, name, value))
  const { navigator } = globalThis as { readonly navigator?: object }
  undo.push(
    navigator === undefined
      ? put(globalThis, 'navigator', { gpu, userAgent: `Node.js/${hostProcess().version.replace(/^v(\d+).*/, '$1')}` })
      : put(navigator, 'gpu', gpu),
  )
  return () => {
    for (const back of undo.reverse()) back()
  }
}

const put = (place: object, name: string, value: unknown): (() => void) => {
  const before = Object.getOwnPropertyDescriptor(place, name)
  Object.defineProperty(place, name, { value, configurable: true, writable: true, enumerable: false })
  return () => {
    if (before === undefined) delete (place as Record<string, unknown>)[name]
    else Object.defineProperty(place, name, before)
  }
}
