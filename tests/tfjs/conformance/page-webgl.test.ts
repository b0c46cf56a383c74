import { onBackend } from '../session/session.js'
import { conformsOnGpu } from './conforms.js'

await onBackend('WebGL in a page', 'the conformance suite', conformsOnGpu)
