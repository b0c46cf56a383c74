import { tweedieError } from '@tweedie/core'
import { isSoftwareArchitecture } from '../device/software.js'
import type { Adapter, AdapterInfo, Dawn, Gpu, PowerPreference } from './dawn.js'

/** Which adapter is wanted. */
export interface AdapterWish {
  /** Which of several GPUs, where a machine has one for speed and one for its battery. */
  readonly powerPreference?: PowerPreference
  /** Part of the vendor, architecture, device or description, such as `nvidia`; letter case does not matter. */
  readonly prefer?: string
  /** Whether an adapter that computes on the processor will do: `allow` where there is no other. */
  readonly software?: 'allow' | 'refuse' | 'only'
}

/** An adapter with the WebGPU that it is of, which has to live as long as it is used. */
export interface Found {
  readonly gpu: Gpu
  readonly adapter: Adapter
}

export const isSoftware = ({ isFallbackAdapter, architecture }: AdapterInfo): boolean =>
  isFallbackAdapter === true || isSoftwareArchitecture(architecture)

/** True where an adapter is as it was wished. */
export const suits = (info: AdapterInfo, { prefer, software = 'allow' }: AdapterWish): boolean =>
  (software === 'allow' || (software === 'only') === isSoftware(info)) &&
  (prefer === undefined || describeAdapter(info).toLowerCase().includes(prefer.toLowerCase()))

/** An adapter in words. */
export const describeAdapter = ({ vendor, architecture, device, description }: AdapterInfo): string =>
  [vendor, architecture, device, description].filter((word, k, all) => word !== '' && all.indexOf(word) === k).join(', ')

/** All adapters: the one that WebGPU gives first, then the others by name. */
export const findAdapters = async ({ create }: Dawn, flags: readonly string[], wish: AdapterWish): Promise<readonly Found[]> => {
  const options = { powerPreference: wish.powerPreference ?? 'high-performance' }
  const found: Found[] = []
  const add = async (more: readonly string[]): Promise<void> => {
    const gpu = create([...flags, ...more])
    const adapter = await gpu.requestAdapter(options).catch(() => null)
    if (adapter !== null && !found.some(({ adapter: { info } }) => describeAdapter(info) === describeAdapter(adapter.info)))
      found.push({ gpu, adapter })
  }
  await add([])
  if (found[0] === undefined || suits(found[0].adapter.info, wish)) return found
  for (const { backend, name } of await listAdapters(create, flags)) await add([`backend=${backend}`, `adapter=${name}`])
  return found
}

/** Dawn's binding lists its adapters when it is asked for one that is not there. */
const listAdapters = async (create: Dawn['create'], flags: readonly string[]): Promise<readonly { backend: string; name: string }[]> => {
  const said = await create([...flags, 'adapter=\u0001none'])
    .requestAdapter({})
    .then(() => '')
    .catch(String)
  return Array.from(said.matchAll(/backend: '([^']*)', name: '([^']*)'/g), ([, backend = '', name = '']) => ({ backend, name }))
}

/** The error for adapters none of which will do. */
export const noneSuits = (found: readonly Found[], { prefer, software }: AdapterWish) => {
  const there = found.map(({ adapter: { info } }) => describeAdapter(info)).join('; ')
  const wished = [
    ...(software === 'refuse' ? ['that is no software'] : software === 'only' ? ['that is software'] : []),
    ...(prefer === undefined ? [] : [`with "${prefer}" in its name`]),
  ].join(' and ')
  return tweedieError(
    'Unsupported',
    'webgpu',
    `no adapter ${wished}; there ${found.length === 1 ? 'is' : 'are'} ${there}`,
    'Ask for one of these, or leave `prefer` and `software` out',
  )
}
