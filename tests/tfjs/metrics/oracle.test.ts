import { cpu } from '@tweedie/core/cpu'
import { describe } from 'vitest'
import { pipeline } from './pipeline.js'
import { sameMetrics } from './same-metrics.js'

describe('cpu(), in float64: the metrics of a fit', () => sameMetrics((seed) => pipeline(cpu(), seed)))
