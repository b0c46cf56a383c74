import { onBackend } from '../session/session.js'
import { staysNear } from './stays-near.js'

await onBackend('WebGPU in a page', 'trajectories', staysNear)
