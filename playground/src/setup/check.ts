import { type TweedieError, tweedieError } from '@tweedie/core'
import * as E from 'fp-ts/lib/Either.js'
import { backendNames, gridNames, limits, processNames, type Setup, solverNames } from './model.js'

const refuse = (what: string, of: string, mend: string): TweedieError => tweedieError('InvalidArgument', `setup, ${what}`, of, mend)

const names = { process: processNames, grid: gridNames, solver: solverNames, backend: backendNames } as const

/** Whether a setup is within its limits. `InvalidArgument` names the part that is not. */
export const checkSetup = (setup: Setup): E.Either<TweedieError, Setup> => {
  for (const part of ['process', 'grid', 'solver', 'backend'] as const)
    if (!(names[part] as readonly string[]).includes(setup[part]))
      return E.left(refuse(part, `no ${part} is called '${String(setup[part])}'`, `Use one of ${names[part].join(', ')}`))
  for (const part of ['steps', 'particles', 'seed'] as const) {
    const { least, most } = limits[part]
    const value = setup[part]
    if (!(Number.isInteger(value) && value >= least && value <= most))
      return E.left(refuse(part, `${part} ${value}`, `Use a whole number from ${least} to ${most}`))
  }
  if (setup.points.length > limits.points) return E.left(refuse('points', `${setup.points.length} points`, `Use at most ${limits.points}`))
  const { extent } = limits
  const wrong = setup.points.findIndex(
    (point) => !Array.isArray(point) || point.length !== 2 || !point.every((x) => typeof x === 'number' && Math.abs(x) <= extent),
  )
  if (wrong >= 0)
    return E.left(
      refuse(
        'points',
        `point ${wrong + 1} is ${JSON.stringify(setup.points[wrong])}`,
        `Keep both coordinates from −${extent} to ${extent}`,
      ),
    )
  return E.right(setup)
}
