import { onBackend } from '../session/session.js'
import { conforms } from './conforms.js'

await onBackend('tfjs-wasm', 'the conformance suite', conforms)
