// The seeded faults, as data: `from` must occur exactly once in `file`, and is replaced by `to`. Each changes what the program computes
// (none is another way to write the same), and is one that a person could make. `survives` says why nothing notices, where that is so.
import { backendFaults } from './backend.mjs'
import { cemFaults } from './cem.mjs'
import { cpuFaults } from './cpu.mjs'
import { densityFaults, metricsFaults } from './density-and-metrics.mjs'
import { gridFaults, randomFaults } from './grid-and-random.mjs'
import { autodiffFaults, trainingFaults } from './nn.mjs'
import { odeSdeFaults } from './ode-sde.mjs'
import { processFaults } from './process.mjs'
import { scoreFaults } from './score.mjs'
import { secondFaults } from './second-list.mjs'

export const faults = [
  ...processFaults,
  ...gridFaults,
  ...randomFaults,
  ...cpuFaults,
  ...backendFaults,
  ...scoreFaults,
  ...odeSdeFaults,
  ...autodiffFaults,
  ...trainingFaults,
  ...densityFaults,
  ...metricsFaults,
  ...cemFaults,
  ...secondFaults,
]
