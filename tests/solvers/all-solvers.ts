import type { Solver } from '@tweedie/ode-sde'
import * as odeSde from '@tweedie/ode-sde'

const isSolver = (value: unknown): value is Solver =>
  typeof value === 'object' && value !== null && 'step' in value && 'order' in value && 'kind' in value

/** Every solver that the package exports as a value, by the name of its export. */
export const exportedSolvers: ReadonlyMap<string, Solver> = new Map(
  Object.entries(odeSde).filter((entry): entry is [string, Solver] => isSolver(entry[1])),
)
