import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Solver } from '@tweedie/ode-sde'
import * as odeSde from '@tweedie/ode-sde'
import { exportedSolvers } from '../solvers/all-solvers.js'

const call = <A extends readonly unknown[]>(name: string, ...each: readonly A[]): readonly Solver[] => {
  const make = (odeSde as Readonly<Record<string, unknown>>)[name] as ((...args: A) => Solver) | undefined
  return make === undefined ? [] : each.map((args) => make(...args))
}

/** Kutta's method of order 3 (1901), for a tableau that nobody exports. */
const kutta3 = { name: 'kutta3', order: 3, nodes: [0, 0.5, 1], stages: [[], [0.5], [-1, 2]], weights: [1 / 6, 2 / 3, 1 / 6] }

/** Solvers of every factory, by the name of its export. */
const factories: Readonly<Record<string, readonly Solver[]>> = {
  explicitRungeKutta: call('explicitRungeKutta', [kutta3]),
  deis: call('deis', [1], [2], [3], [4]),
  uniPC: call('uniPC', [2], [3], [2, { variant: 'bh1' }]),
  rosenbrock: call('rosenbrock', []),
  ddpmAncestralWith: call('ddpmAncestralWith', ['transition']),
  splitting: call('splitting', ['23'], ['25'], ['39', { noiseFirst: true }], ['authors']),
  predictorCorrector: call('predictorCorrector', [], [{ predictor: odeSde.dpmSolverSde, corrections: 2, signalToNoise: 0.1 }]),
}

/** The names that index.ts exports as values from `solver/`: solvers and what makes them. */
export const exportedNames: readonly string[] = [
  ...readFileSync(fileURLToPath(new URL('../../packages/ode-sde/src/index.ts', import.meta.url)), 'utf8').matchAll(
    /export \{([^}]*)\} from '\.\/solver\//g,
  ),
].flatMap(([, names]) => (names as string).split(',').flatMap((name) => name.trim() || []))

/** The names that have an entry. */
export const coveredNames: ReadonlySet<string> = new Set([
  ...exportedSolvers.keys(),
  ...Object.entries(factories).flatMap(([name, made]) => (made.length > 0 ? [name] : [])),
])

/** Every solver, each by a title of its own. */
export const solvers: readonly Solver[] = [...exportedSolvers.values(), ...Object.values(factories).flat()]
