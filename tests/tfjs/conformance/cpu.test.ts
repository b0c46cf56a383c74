import { onBackend } from '../session/session.js'
import { conforms } from './conforms.js'

await onBackend('tfjs-cpu', 'the conformance suite', conforms)
