import { tweedieError } from '@tweedie/core'
import { hostProcess } from './host.js'

/** The line that installs all of them. */
const installation = 'npm install webgpu @tensorflow/tfjs-core @tensorflow/tfjs-backend-webgpu'

/** Imports an optional peer dependency. Rejects with `Unsupported`: not installed, with the line that installs it; or what it says when it cannot start here. */
export const importOptional = async <M>(name: string, load: () => Promise<M>): Promise<M> => {
  try {
    return await load()
  } catch (thrown) {
    const said = thrown instanceof Error ? thrown.message : String(thrown)
    if (isMissing(name, thrown, said))
      throw tweedieError(
        'Unsupported',
        'webgpu',
        `the npm package ${name} is not installed`,
        `Install what WebGPU in Node needs: ${installation}`,
        thrown,
      )
    const { platform, arch, version } = hostProcess()
    throw tweedieError(
      'Unsupported',
      'webgpu',
      `the npm package ${name} cannot start on ${platform}-${arch} under Node ${version}: ${said.split('\n')[0]}`,
      `Install it again (${installation}), or use another backend`,
      thrown,
    )
  }
}

/** Its own name is what was not found: not a file of it, such as a binary for this machine. */
const isMissing = (name: string, thrown: unknown, said: string): boolean =>
  ['ERR_MODULE_NOT_FOUND', 'MODULE_NOT_FOUND'].includes(String((thrown as { readonly code?: unknown } | undefined)?.code)) &&
  new RegExp(`['"]${name}['"]`).test(said)
