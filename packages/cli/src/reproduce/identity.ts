import type { DataFile, Reproduction, Scale } from '@tweedie/cem'
import type { Backend } from '@tweedie/core'
import { sha256 } from '../model/config.js'
import { version } from '../version.js'

/** What decides the numbers of a run, but for the seeds. Two runs that agree in it and in a seed give the same bytes for that seed. */
export interface Identity {
  /** The version of tweedie. */
  readonly tweedie: string
  readonly experiment: string
  readonly scale: Scale
  /** Of the experiment's settings at the scale, as JSON, with the fingerprint of its file where it has one. */
  readonly settingsSha256: string
  readonly backend: string
}

/** The identity of a run of an experiment on a backend. */
export const identityOf = <N>({ name, settings, needs }: Reproduction, scale: Scale, B: Backend<N>, data?: DataFile): Identity => ({
  tweedie: version,
  experiment: name,
  scale,
  settingsSha256: sha256(
    new TextEncoder().encode(JSON.stringify(needs === undefined ? settings[scale] : [settings[scale], data?.fingerprint])),
  ),
  backend: describeBackend(B),
})

/**
 * `wasm, float32, relaxed build`: the name, the numbers, and what else decides them: the compiled module where there are several, the adapter of a GPU.
 * Threads decide no number.
 */
export const describeBackend = <N>(B: Backend<N>): string => {
  const { build, adapter } = isDescribed(B) ? B.describe() : {}
  return [B.name, B.dtype, ...(build === undefined ? [] : [`${build} build`]), ...(adapter ? [adapter] : [])].join(', ')
}

const isDescribed = (B: object): B is { readonly describe: () => { readonly build?: string; readonly adapter?: string } } =>
  'describe' in B && typeof B.describe === 'function'
