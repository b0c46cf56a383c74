/** The TensorFlow.js backend: WebGL and WebGPU in a browser, WebGPU in Node, any backend of TensorFlow.js. */
export type { DeclaredPrecision, TfjsDescription, Tolerance } from './description.js'
export type { Tf, TfBackend, TfTensor } from './tf.js'
export type { TfjsBackend } from './tfjs.js'
export { tfjs } from './tfjs.js'
