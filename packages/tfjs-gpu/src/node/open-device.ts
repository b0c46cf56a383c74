import { tweedieError } from '@tweedie/core'
import { type AdapterWish, describeAdapter, type Found, findAdapters, noneSuits, suits } from './choose-adapter.js'
import { type Adapter, type Dawn, type DawnToggles, type Device, toggleFlags } from './dawn.js'
import { noAdapter } from './no-adapter.js'
import { findSoftwareDriver, withDriver } from './software-driver.js'

export interface Opened extends Found {
  readonly device: Device
}

/** The features and limits that the webgpu backend of TensorFlow.js asks for (its dist/base.js). */
const features = ['timestamp-query', 'bgra8unorm-storage'] as const
const limits = [
  'maxComputeWorkgroupStorageSize',
  'maxComputeWorkgroupsPerDimension',
  'maxStorageBufferBindingSize',
  'maxBufferSize',
  'maxComputeWorkgroupSizeX',
  'maxComputeInvocationsPerWorkgroup',
] as const

/** Chooses an adapter and opens its device. Where there is none and software will do, drivers of it are looked for in the usual places. */
export const openDevice = async (dawn: Dawn, toggles: DawnToggles, wish: AdapterWish): Promise<Opened> => {
  const flags = toggleFlags(toggles)
  const open = async (): Promise<Opened | readonly Found[]> => {
    const found = await findAdapters(dawn, flags, wish)
    const chosen = found.find(({ adapter: { info } }) => suits(info, wish))
    return chosen === undefined ? found : { ...chosen, device: await requestDevice(chosen.adapter) }
  }
  const first = await open()
  if ('device' in first) return first
  const driver = wish.software === 'refuse' ? undefined : await findSoftwareDriver()
  const second = driver === undefined ? first : await withDriver(driver, open)
  if ('device' in second) return second
  const found = [...first, ...second]
  throw found.length === 0 ? noAdapter() : noneSuits(found, wish)
}

const requestDevice = async (adapter: Adapter): Promise<Device> => {
  try {
    return await adapter.requestDevice({
      requiredFeatures: features.filter((name) => adapter.features.has(name)),
      requiredLimits: Object.fromEntries(limits.map((name) => [name, adapter.limits[name] as number])),
    })
  } catch (thrown) {
    throw tweedieError(
      'Unsupported',
      'webgpu',
      `the adapter (${describeAdapter(adapter.info)}) gives no device: ${thrown instanceof Error ? thrown.message : String(thrown)}`,
      'Close other programs that use the GPU, bring its driver up to date, or ask for another adapter with `prefer`',
      thrown,
    )
  }
}
