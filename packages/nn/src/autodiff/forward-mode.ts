import { type Operations, sameShape, showShape, tweedieError } from '@tweedie/core'
import { mapTree } from '../tree.js'
import { type ParameterFunction, resultOf } from './result-of.js'
import { forwardRun } from './run.js'
import type { Tape } from './tape.js'

/** Jacobian–vector products, over trees of B's tensors. */
export const forwardMode = <N>(P: Operations<N>, tape: Tape<N>, name: string) => {
  const where = `${name}.jacobianVector`

  const jacobianVector = (f: ParameterFunction, x: unknown, v: unknown): { readonly value: N; readonly tangent: N } =>
    P.scope(() => {
      const run = forwardRun(P)
      const direction = directionOf(P, where, x, v)
      const { primal, derivative } = tape.during(run, () => {
        const traced = mapTree(where, P.isTensor, x, (leaf, index) => tape.attach(leaf, run.parameter(direction[index] as N)))
        return resultOf(tape, where, f(traced))
      })
      const along = derivative !== undefined && 'along' in derivative ? P.mul(derivative.along, 1) : P.full(P.shape(primal), 0)
      return { value: P.mul(primal, 1), tangent: along }
    })

  return { jacobianVector }
}

/** The tensors of v in the order of x, found by their place, since two objects may list the same names in another order. */
const directionOf = <N>(P: Operations<N>, where: string, x: unknown, v: unknown): N[] => {
  const found: N[] = []
  const refuse = (path: string, what: string) =>
    tweedieError(
      'ShapeMismatch',
      path === '' ? where : `${where}, ${path}`,
      what,
      'Pass a direction like x: the same tree of the same shapes',
    )
  const walk = (at: unknown, along: unknown, path: string): void => {
    if (P.isTensor(at)) {
      if (!P.isTensor(along)) throw refuse(path, 'the direction has no tensor where x has one')
      const [wanted, given] = [P.shape(at), P.shape(along)]
      if (!sameShape(wanted, given)) throw refuse(path, `a direction of shape ${showShape(given)} for x of shape ${showShape(wanted)}`)
      found.push(along)
      return
    }
    const [here, there] = [entriesOf(at), entriesOf(along)]
    if (P.isTensor(along) || here.size !== there.size) throw refuse(path, 'the direction is not a tree like x')
    for (const [name, item] of here) walk(item, there.get(name), path === '' ? name : `${path}.${name}`)
  }
  // Leaves of x that are no tensors are refused as everywhere.
  mapTree(where, P.isTensor, x, () => undefined)
  walk(x, v, '')
  return found
}

const entriesOf = (tree: unknown): ReadonlyMap<string, unknown> =>
  new Map(typeof tree === 'object' && tree !== null ? Object.entries(tree) : [])
