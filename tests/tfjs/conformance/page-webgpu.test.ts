import { onBackend } from '../session/session.js'
import { conformsOnGpu } from './conforms.js'

await onBackend('WebGPU in a page', 'the conformance suite', conformsOnGpu)
