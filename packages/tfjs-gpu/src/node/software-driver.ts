import { fileExists, hostProcess } from './host.js'

/** Where Chromium and Chrome keep the manifest of SwiftShader, a Vulkan driver that computes on the processor, and where Mesa's is. */
export const usualPlaces = [
  '/usr/lib/chromium/vk_swiftshader_icd.json',
  '/usr/lib/chromium-browser/vk_swiftshader_icd.json',
  '/usr/lib64/chromium-browser/vk_swiftshader_icd.json',
  '/opt/google/chrome/vk_swiftshader_icd.json',
  '/snap/chromium/current/usr/lib/chromium-browser/vk_swiftshader_icd.json',
  '/usr/share/vulkan/icd.d/lvp_icd.x86_64.json',
  '/usr/share/vulkan/icd.d/lvp_icd.aarch64.json',
] as const

/** The environment variables that name Vulkan's drivers to its loader: the second is the first's newer name. */
export const driverVariables = ['VK_ICD_FILENAMES', 'VK_DRIVER_FILES'] as const

/**
 * The manifest of a software driver of Vulkan, to be put into the environment variable `VK_ICD_FILENAMES`: the first that lies in one of the usual places.
 * Undefined where there is none, and where the user has chosen drivers by the variable already.
 */
export const findSoftwareDriver = async (places: readonly string[] = usualPlaces): Promise<string | undefined> => {
  const { platform, env } = hostProcess()
  if (platform !== 'linux' || driverVariables.some((name) => env[name] !== undefined)) return undefined
  for (const place of places) if (await fileExists(place)) return place
  return undefined
}

/** Does work while Vulkan's loader sees one driver alone. The loader reads the variable when a WebGPU looks for its first adapter. */
export const withDriver = async <A>(manifest: string, work: () => Promise<A>): Promise<A> => {
  const { env } = hostProcess()
  env[driverVariables[0]] = manifest
  try {
    return await work()
  } finally {
    delete env[driverVariables[0]]
  }
}
