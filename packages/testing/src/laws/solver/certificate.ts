import type { Backend } from '@tweedie/core'
import type { LawfulSolver, SolverLawOptions } from './lawful-solver.js'
import { noiseOrderMeasurements } from './noise.js'
import { orderMeasurements, type SolverOrder } from './order.js'

/**
 * The measured orders of a method, on a linear and a nonlinear problem, on uneven steps and on the flow of a Gaussian mixture; with noise also its weak
 * order and, where one is claimed, its strong one. The same measurements as those of `solverLaws`, whatever they show. Needs a float64 backend.
 *
 * @example
 * for (const { of, claimed, order } of await orderCertificate(cpu(), heun)) console.log(of, claimed, order)
 */
export const orderCertificate = async <N>(
  B: Backend<N>,
  solver: LawfulSolver,
  options: SolverLawOptions = {},
): Promise<readonly SolverOrder[]> => {
  const orders: SolverOrder[] = []
  for (const { measure } of [...orderMeasurements(B, solver, options), ...noiseOrderMeasurements(B, solver)]) orders.push(await measure())
  return orders
}
