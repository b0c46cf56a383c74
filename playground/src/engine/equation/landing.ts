import type { TimeGrid } from '@tweedie/core'
import { ddim, type Solver } from '@tweedie/ode-sde'

/**
 * A method whose last step of a grid is one of `ddim`, as Karras et al. (2022, algorithm 1) take theirs onto σ = 0. Velocities there grow like 1/σ, and a grid
 * that is even in time has σ fall to a hundredth in that step: a stage at its end would multiply every error by as much, and a multistep method would
 * extrapolate over many times the step before.
 */
export const landing = (solver: Solver, grid: TimeGrid): Solver => {
  const stop = grid[grid.length - 1]
  return {
    ...solver,
    name: `${solver.name}, last step ddim`,
    step: (B, term, input) => (input.s === stop ? ddim.step(B, term, input) : solver.step(B, term, input)),
  }
}
