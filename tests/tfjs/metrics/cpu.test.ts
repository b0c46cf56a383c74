import { onBackend } from '../session/session.js'
import { sameMetrics } from './same-metrics.js'

await onBackend('tfjs-cpu', 'the metrics of a fit', (session) => sameMetrics((seed) => session.run('pipeline', seed)))
