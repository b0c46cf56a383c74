import { type TweedieError, tweedieError } from '@tweedie/core'
import { hostProcess, sharedLibraryExists } from './host.js'

/** Vulkan's loader, as Dawn opens it. */
const LOADER = 'libvulkan.so.1'

/** The error for a machine on which WebGPU finds nothing, with the mend for it. */
export const noAdapter = (loaderExists: (name: string) => boolean = sharedLibraryExists): TweedieError<'Unsupported'> => {
  const { platform, env } = hostProcess()
  if (platform !== 'linux')
    return tweedieError('Unsupported', 'webgpu', 'this machine has no WebGPU adapter', "Install the GPU's driver, or use another backend")
  if (!loaderExists(LOADER))
    return tweedieError(
      'Unsupported',
      'webgpu',
      `no WebGPU adapter: the Vulkan loader (${LOADER}) is missing`,
      "Install it (Debian and Ubuntu: apt install libvulkan1; Fedora: dnf install vulkan-loader) and the GPU's driver",
    )
  const drivers = env['VK_ICD_FILENAMES'] ?? env['VK_DRIVER_FILES']
  return tweedieError(
    'Unsupported',
    'webgpu',
    `no WebGPU adapter: Vulkan finds no driver${drivers === undefined ? '' : ` in VK_ICD_FILENAMES (${drivers})`}`,
    "Install the GPU's driver; to compute on the processor, point the environment variable VK_ICD_FILENAMES at SwiftShader's vk_swiftshader_icd.json, " +
      'which Chromium brings',
  )
}
