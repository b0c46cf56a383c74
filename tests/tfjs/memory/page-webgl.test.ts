import { onBackend } from '../session/session.js'
import { leavesNothing } from './leaves-nothing.js'

await onBackend('WebGL in a page', 'memory', leavesNothing)
