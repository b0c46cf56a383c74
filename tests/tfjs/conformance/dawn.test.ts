import { onBackend } from '../session/session.js'
import { conformsOnGpu } from './conforms.js'

await onBackend('WebGPU in Node', 'the conformance suite', conformsOnGpu)
