import { type Operations, sameShape, showShape, tweedieError } from '@tweedie/core'
import { mapTree } from '../tree.js'
import { backward } from './backward.js'
import { type ParameterFunction, resultOf } from './result-of.js'
import { reverseRun } from './run.js'
import type { Tape } from './tape.js'
import type { Node } from './traced.js'

/** Gradients and vector–Jacobian products, over trees of B's tensors. */
export const reverseMode = <N>(P: Operations<N>, tape: Tape<N>, name: string) => {
  /** Runs f on recorded parameters. The result is B's: the value, and the sweep back from it. */
  const trace = (where: string, f: ParameterFunction, parameters: unknown) => {
    const run = reverseRun<N>()
    const leaves: Node<N>[] = []
    const result = tape.during(run, () => {
      const traced = mapTree(where, P.isTensor, parameters, (primal) => {
        const leaf = run.parameter()
        leaves.push(leaf)
        return tape.attach(primal, leaf)
      })
      return resultOf(tape, where, f(traced))
    })

    /** The gradient, a tree like the parameters, of tensors that are nobody else's. */
    const pull = (adjoint: N): unknown => {
      const output = result.derivative as Node<N> | undefined
      const adjoints = output === undefined ? [] : backward(P, output, adjoint, leaves)
      const taken = new Set([adjoint])
      return mapTree(where, P.isTensor, parameters, (primal, index) => {
        const found = adjoints[index]
        if (found === undefined) return P.full(P.shape(primal), 0)
        if (taken.has(found)) return P.mul(found, 1)
        taken.add(found)
        return found
      })
    }
    return { value: result.primal, kept: run.kept, pull }
  }

  const valueAndGradient = (f: ParameterFunction) => (parameters: unknown) =>
    P.scope(() => {
      const where = `${name}.valueAndGradient`
      const { value, pull } = trace(where, f, parameters)
      if (P.shape(value).length !== 0)
        throw tweedieError(
          'ShapeMismatch',
          where,
          `the function returned a tensor of shape ${showShape(P.shape(value))}`,
          'A gradient is of a scalar: reduce the result, for instance with sum, or use vectorJacobian',
        )
      return { value: P.mul(value, 1), gradient: pull(P.full([], 1)) }
    })

  const gradient = (f: ParameterFunction) => (parameters: unknown) => P.scope(() => valueAndGradient(f)(parameters).gradient)

  const vectorJacobian = (f: ParameterFunction, parameters: unknown) => {
    const where = `${name}.vectorJacobian`
    // The scope spares what the recording keeps; the scope around this call frees it.
    const traced = P.scope(() => {
      const { value, kept, pull } = trace(where, f, parameters)
      return { value: P.mul(value, 1), kept, pull }
    })
    const shape = P.shape(traced.value)
    return {
      value: traced.value,
      pull: (adjoint: N) => {
        const given = P.shape(adjoint)
        if (!sameShape(given, shape))
          throw tweedieError(
            'ShapeMismatch',
            where,
            `an adjoint of shape ${showShape(given)} for a value of shape ${showShape(shape)}`,
            'Pass an adjoint of the shape of the value',
          )
        return P.scope(() => traced.pull(adjoint))
      },
    }
  }

  return { valueAndGradient, gradient, vectorJacobian }
}
