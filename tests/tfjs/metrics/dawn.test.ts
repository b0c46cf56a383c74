import { onBackend } from '../session/session.js'
import { sameMetrics } from './same-metrics.js'

await onBackend('WebGPU in Node', 'the metrics of a fit', (session) => sameMetrics((seed) => session.run('pipeline', seed)))
