/** What is used of Node, said here since the package's types are built without Node's. */
interface HostProcess {
  readonly platform: string
  readonly arch: string
  readonly version: string
  readonly env: Record<string, string | undefined>
  readonly dlopen: (module: { exports: object }, file: string) => void
}

export const hostProcess = (): HostProcess => (globalThis as unknown as { readonly process: HostProcess }).process

/** True where a file is. */
export const fileExists = async (path: string): Promise<boolean> => {
  const { existsSync } = (await import('node:fs' as string)) as { readonly existsSync: (path: string) => boolean }
  return existsSync(path)
}

/** True where the machine's loader of shared libraries finds one, such as `libvulkan.so.1`. */
export const sharedLibraryExists = (name: string): boolean => {
  try {
    hostProcess().dlopen({ exports: {} }, name)
    return true
  } catch (thrown) {
    // A library that is there but is no addon of Node is loaded, and refused for not registering itself.
    return /self-register/.test(String(thrown))
  }
}
