import { tweedieError } from '@tweedie/core'
import type { Tf } from '../tf.js'
import { type AdapterWish, describeAdapter, isSoftware, suits } from './choose-adapter.js'
import { type AdapterInfo, type DawnToggles, loadDawn } from './dawn.js'
import { installGlobals } from './globals.js'
import { openDevice } from './open-device.js'
import { attach, loadTensorFlow } from './tensorflow.js'

/** Which adapter, and how Dawn is set. */
export interface WebGpuOptions extends AdapterWish {
  /** Switches of Dawn, such as `{ enable: ['skip_validation'] }`. */
  readonly toggles?: DawnToggles
}

/** The adapter that computes. */
export interface NodeAdapter {
  readonly vendor: string
  readonly architecture: string
  readonly device: string
  readonly description: string
  /** True where it is a program on the processor, such as SwiftShader. */
  readonly software: boolean
}

/** A ready TensorFlow.js on WebGPU. */
export interface NodeWebGpu {
  /** Its backend is `webgpu`; hand it to `tfjs`. */
  readonly tf: Tf
  /** The adapter that was chosen. */
  readonly adapter: NodeAdapter
  /** Gives the device back, so that the process can end by itself. Calls after the first do nothing. */
  readonly dispose: () => void
}

/** What all calls share. */
interface Opened extends Omit<NodeWebGpu, 'dispose'> {
  readonly info: AdapterInfo
  readonly toggles: string
  readonly close: () => void
}

/** The device in use, and how many have not disposed of it. */
interface Session {
  readonly opened: Promise<Opened>
  users: number
}

let current: Session | undefined

/**
 * Brings up WebGPU in Node: the npm package `webgpu` (Dawn), an adapter of it, and TensorFlow.js with its webgpu backend set and ready. There is one
 * device at a time: a further call shares it, until every caller has disposed of it.
 *
 * Rejects with `Unsupported` and what to install, where `webgpu` or `@tensorflow/tfjs-backend-webgpu` is not installed, the Vulkan loader is missing, or there
 * is no adapter or none as it was asked for; with `InvalidArgument` where the device in use is not as asked for.
 */
export const webgpu = async (options: WebGpuOptions = {}): Promise<NodeWebGpu> => {
  current ??= { opened: open(options), users: 0 }
  const session = current
  session.users += 1
  const leave = (): void => {
    session.users -= 1
    if (session.users === 0 && current === session) current = undefined
  }
  const { tf, adapter, info, toggles, close } = await session.opened.catch((thrown: unknown) => {
    leave()
    throw thrown
  })
  let used = true
  const dispose = (): void => {
    if (!used) return
    used = false
    leave()
    if (session.users === 0) close()
  }
  if (suits(info, options) && (options.toggles === undefined || JSON.stringify(options.toggles) === toggles))
    return { tf, adapter, dispose }
  dispose()
  throw tweedieError(
    'InvalidArgument',
    'webgpu',
    `a device is in use that is not as asked for (${describeAdapter(info)})`,
    'Dispose of it first, or leave the options out to share it',
  )
}

const open = async ({ toggles = {}, ...wish }: WebGpuOptions): Promise<Opened> => {
  requireOptions(wish)
  const tensorFlow = await loadTensorFlow()
  const dawn = await loadDawn()
  const { gpu, adapter, device } = await openDevice(dawn, toggles, wish)
  const { vendor, architecture, device: model, description, isFallbackAdapter } = adapter.info
  const info: AdapterInfo = {
    vendor,
    architecture,
    device: model,
    description,
    ...(isFallbackAdapter !== undefined && { isFallbackAdapter }),
  }
  const undo = [() => device.destroy(), installGlobals(dawn.globals, gpu)]
  const close = (): void => {
    for (const step of undo.splice(0).reverse()) step()
  }
  try {
    undo.push(await attach(tensorFlow, device, info))
  } catch (thrown) {
    close()
    throw thrown
  }
  return {
    tf: tensorFlow.tf,
    adapter: { vendor, architecture, device: model, description, software: isSoftware(info) },
    info,
    toggles: JSON.stringify(toggles),
    close,
  }
}

const requireOptions = ({ powerPreference = 'low-power', prefer = '', software = 'allow' }: AdapterWish): void => {
  const refuse = (name: string, given: unknown, mend: string) =>
    tweedieError('InvalidArgument', 'webgpu', `${name} is ${JSON.stringify(given)}`, mend)
  if (!['high-performance', 'low-power'].includes(powerPreference))
    throw refuse('powerPreference', powerPreference, "Give 'high-performance' or 'low-power'")
  if (typeof prefer !== 'string') throw refuse('prefer', prefer, "Give part of an adapter's name, such as 'nvidia'")
  if (!['allow', 'refuse', 'only'].includes(software)) throw refuse('software', software, "Give 'allow', 'refuse' or 'only'")
}
