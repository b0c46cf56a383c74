import { onBackend } from '../session/session.js'
import { staysNear } from './stays-near.js'

await onBackend('tfjs-cpu', 'trajectories', staysNear)
