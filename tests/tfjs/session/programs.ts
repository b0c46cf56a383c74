import { conformancePrograms } from '../conformance/program.js'
import { memoryPrograms } from '../memory/program.js'
import { metricsPrograms } from '../metrics/program.js'
import { trajectoryPrograms } from '../trajectories/program.js'

/** What runs on a backend wherever it is, by name. */
export const programs = {
  ...conformancePrograms,
  ...trajectoryPrograms,
  ...metricsPrograms,
  ...memoryPrograms,
}

export type Programs = typeof programs
