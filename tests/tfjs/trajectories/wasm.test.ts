import { onBackend } from '../session/session.js'
import { staysNear } from './stays-near.js'

await onBackend('tfjs-wasm', 'trajectories', staysNear)
