import { execFileSync } from 'node:child_process'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const built = new Map()

/** Compiles a C++ peer for this processor with vectors of so many bytes; undefined where there is no g++. */
const compiled = (source, bytes) => {
  const name = `${source}-${bytes}`
  if (!built.has(name)) {
    const out = join(mkdtempSync(join(tmpdir(), 'tweedie-native-')), 'peer')
    try {
      const options = ['-O3', '-march=native', '-std=c++17', '-pthread', `-mprefer-vector-width=${8 * bytes}`, `-DVECTOR_BYTES=${bytes}`]
      execFileSync('g++', [...options, '-o', out, fileURLToPath(new URL(`../peers/${source}`, import.meta.url))], { stdio: 'pipe' })
      built.set(name, out)
    } catch {
      built.set(name, undefined)
    }
  }
  return built.get(name)
}

/** The limits: the same algorithm in C++ at 128 bits, which is what WebAssembly has, and at 512. */
export const nativePeers = (source) =>
  [
    ['C++ 128-bit', 16, 1],
    ['C++ 128-bit', 16, 2],
    ['C++ 512-bit', 64, 2],
  ].map(([label, bytes, threads]) => ({
    label,
    threads,
    command: compiled(source, bytes) ?? 'g++ (not found)',
    args: [],
    settings: { threads },
  }))
