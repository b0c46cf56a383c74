/** The fast CPU backend: `wasm()`. */
export type { Build } from './machine/load.js'
export type { WasmTensor } from './memory/tensor.js'
