/** The float64 reference backend, at `@tweedie/core/cpu`. */
export type { CpuOptions } from './cpu.js'
export { cpu } from './cpu.js'
export type { CpuTensor } from './strided.js'
