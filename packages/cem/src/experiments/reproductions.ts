import { beyond } from './beyond.js'
import { curve } from './curve.js'
import { eightPoints } from './eight-points.js'
import { epsilonSweep } from './epsilon-sweep.js'
import { fivePoints } from './five-points.js'
import { lineNormal } from './line-normal.js'
import { type Reproduction, reproduction } from './reproduction.js'
import { schedules } from './schedules.js'
import { weightCheck } from './weight-check.js'
import { weights } from './weights.js'

/** The experiments of paper B in its order, and ours beyond it. */
export const reproductions: readonly Reproduction[] = [
  reproduction(lineNormal),
  reproduction(curve),
  reproduction(fivePoints),
  reproduction(eightPoints),
  reproduction(epsilonSweep),
  reproduction(weightCheck),
  reproduction(schedules),
  reproduction(weights),
  reproduction(beyond),
]
