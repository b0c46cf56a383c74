/** WebGPU in Node: brings up Dawn (npm `webgpu`), and TensorFlow.js on it. */
export type { AdapterWish } from './choose-adapter.js'
export type { DawnToggles, PowerPreference } from './dawn.js'
export { findSoftwareDriver } from './software-driver.js'
export type { NodeAdapter, NodeWebGpu, WebGpuOptions } from './webgpu.js'
export { webgpu } from './webgpu.js'
