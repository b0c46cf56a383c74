import { onBackend } from '../session/session.js'
import { staysNear } from './stays-near.js'

await onBackend('WebGL in a page', 'trajectories', staysNear)
