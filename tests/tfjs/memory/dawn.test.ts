import { onBackend } from '../session/session.js'
import { leavesNothing } from './leaves-nothing.js'

await onBackend('WebGPU in Node', 'memory', leavesNothing)
