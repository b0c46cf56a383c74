import { tweedieError } from '@tweedie/core'
import { hostProcess } from './host.js'
import { importOptional } from './import-optional.js'
import { driverVariables } from './software-driver.js'

/** What is used of the WebGPU interfaces (https://www.w3.org/TR/webgpu/), as Dawn's binding for Node has them. */
export interface Gpu {
  readonly requestAdapter: (options: { readonly powerPreference?: PowerPreference }) => Promise<Adapter | null>
}

export type PowerPreference = 'high-performance' | 'low-power'

/** GPUAdapterInfo. */
export interface AdapterInfo {
  readonly vendor: string
  readonly architecture: string
  readonly device: string
  readonly description: string
  readonly isFallbackAdapter?: boolean
}

export interface Adapter {
  readonly info: AdapterInfo
  readonly features: ReadonlySet<string>
  readonly limits: Readonly<Record<string, number>>
  readonly requestDevice: (descriptor: {
    readonly requiredFeatures: readonly string[]
    readonly requiredLimits: Readonly<Record<string, number>>
  }) => Promise<Device>
}

export interface Device {
  readonly destroy: () => void
}

/** The npm package `webgpu`: a WebGPU by flags such as `adapter=NAME`, and the names that a browser has as globals. */
export interface Dawn {
  readonly create: (flags: string[]) => Gpu
  readonly globals: Readonly<Record<string, unknown>>
}

/** Switches of Dawn, by the names of its src/dawn/native/Toggles.cpp. */
export interface DawnToggles {
  readonly enable?: readonly string[]
  readonly disable?: readonly string[]
}

/**
 * A WebGPU of Dawn is kept for good, one for each list of flags and choice of drivers: its binding handles events in a later turn of the event loop, and
 * waits for ever in one whose WebGPU has been collected meanwhile. A device that was destroyed keeps no process alive.
 */
const kept = new Map<string, Gpu>()

export const loadDawn = async (load: () => Promise<unknown> = () => import('webgpu')): Promise<Dawn> => {
  const { create, globals } = (await importOptional('webgpu', load)) as Dawn
  return {
    globals,
    create: (flags) => {
      const { env } = hostProcess()
      const name = JSON.stringify([flags, driverVariables.map((variable) => env[variable])])
      const gpu = kept.get(name) ?? create(flags)
      kept.set(name, gpu)
      return gpu
    },
  }
}

/** The flags that say the toggles. Throws `InvalidArgument` for what is no name of one. */
export const toggleFlags = ({ enable = [], disable = [] }: DawnToggles): readonly string[] => {
  const wrong = [...enable, ...disable].find((name) => !/^[a-z0-9_]+$/.test(name))
  if (wrong !== undefined)
    throw tweedieError('InvalidArgument', 'webgpu', `"${wrong}" is not the name of a toggle of Dawn`, 'Give names such as skip_validation')
  return [
    ...(enable.length > 0 ? [`enable-dawn-features=${enable.join(',')}`] : []),
    ...(disable.length > 0 ? [`disable-dawn-features=${disable.join(',')}`] : []),
  ]
}
