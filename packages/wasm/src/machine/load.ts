import { tweedieError } from '@tweedie/core'
import { plain } from '../generated/plain.js'
import { relaxed } from '../generated/relaxed.js'

/** Which of the two compiled modules: fixed-width SIMD, or with relaxed SIMD besides (fused multiply-add). */
export type Build = 'plain' | 'relaxed'

const texts: Readonly<Record<Build, string>> = { plain, relaxed }
const decoded: Partial<Record<Build, Uint8Array<ArrayBuffer>>> = {}
const verdicts: Partial<Record<Build, boolean>> = {}

const decode = (base64: string): Uint8Array<ArrayBuffer> => {
  const characters = atob(base64)
  const bytes = new Uint8Array(characters.length)
  for (let k = 0; k < bytes.length; k++) bytes[k] = characters.charCodeAt(k)
  return bytes
}

/** Decoded once, whatever the number of backends. */
const bytesOf = (build: Build): Uint8Array<ArrayBuffer> => {
  decoded[build] ??= decode(texts[build])
  return decoded[build]
}

const validates = (build: Build): boolean => {
  verdicts[build] ??= typeof WebAssembly === 'object' && WebAssembly.validate(bytesOf(build))
  return verdicts[build]
}

/** The best build that this engine runs. Throws `Unsupported` where it has no SIMD. */
export const bestBuild = (): Build => {
  if (validates('relaxed')) return 'relaxed'
  requireBuild('plain')
  return 'plain'
}

/** Throws `Unsupported` where the engine does not run a build. */
export const requireBuild = (build: Build): void => {
  if (!validates(build))
    throw tweedieError(
      'Unsupported',
      'wasm',
      `this engine has no WebAssembly with ${build === 'plain' ? 'SIMD' : 'relaxed SIMD'}`,
      build === 'plain' ? 'Use cpu() of @tweedie/core/cpu, or a newer engine' : 'Leave the build to be chosen',
    )
}

/**
 * The bytes of a build for a memory that is shared between threads or not. The compiler wrote the import of an unshared memory (limits of
 * kind 1: a maximum); a shared one is kind 3, and nothing else of the module differs, since no kernel uses atomics.
 */
export const moduleBytes = (build: Build, shared: boolean): Uint8Array<ArrayBuffer> => {
  const bytes = bytesOf(build).slice()
  if (shared) bytes[limitsOfImportedMemory(bytes)] = 3
  return bytes
}

/** Where the kind of the limits stands of the import `env.memory`. */
const limitsOfImportedMemory = (bytes: Uint8Array): number => {
  const name = new TextEncoder().encode('\x03env\x06memory\x02')
  for (let at = 8; at + name.length < bytes.length; at++) if (name.every((byte, k) => bytes[at + k] === byte)) return at + name.length
  throw tweedieError('Unsupported', 'wasm', 'the compiled module does not import its memory', 'Build @tweedie/wasm again')
}
