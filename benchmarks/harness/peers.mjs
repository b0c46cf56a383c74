import { fileURLToPath } from 'node:url'
import { python } from './machine.mjs'

const at = (name) => fileURLToPath(new URL(`../peers/${name}`, import.meta.url))

/** What Node needs to run relaxed SIMD: nothing from version 22 on. */
export const relaxedFlags = Number(process.versions.node.split('.')[0]) < 22 ? ['--experimental-wasm-relaxed-simd'] : []

/** A peer in JavaScript, in a process of its own. */
export const node = (script, flags = []) => ({ command: process.execPath, args: [...flags, at(script)] })

/** A peer of ours on the wasm backend: the relaxed build and the plain one, on two threads and on one. */
export const ours = (script) =>
  ['relaxed', 'plain'].flatMap((build) =>
    [2, 1].map((threads) => ({
      label: build === 'relaxed' ? 'ours' : 'ours plain',
      threads,
      ...node(script, build === 'relaxed' ? relaxedFlags : []),
      settings: { backend: 'wasm', build, threads },
    })),
  )

const interpreter = python()

/** A peer in Python, where NumPy and PyTorch are at hand. */
export const pythonPeer = (script, settings) => ({
  command: interpreter ?? 'python3',
  args: [at(script)],
  settings,
  env: Object.fromEntries(['OMP_NUM_THREADS', 'OPENBLAS_NUM_THREADS', 'MKL_NUM_THREADS'].map((name) => [name, String(settings.threads)])),
})
