/** The fast CPU backend: `wasm()`. */
export type { Build } from './machine/load.js'
export type { WasmTensor } from './memory/tensor.js'
export type { WasmBackend, WasmDescription, WasmOptions } from './wasm.js'
export { wasm } from './wasm.js'
