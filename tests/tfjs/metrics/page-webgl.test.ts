import { onBackend } from '../session/session.js'
import { sameMetrics } from './same-metrics.js'

await onBackend('WebGL in a page', 'the metrics of a fit', (session) => sameMetrics((seed) => session.run('pipeline', seed)))
