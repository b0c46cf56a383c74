import { forEachTensor, type Primitives, requireSynchronous, tweedieError } from '@tweedie/core'
import { type Joint, jointly, type Link, type Run } from './run.js'
import { type Derivative, type Operand, Traced } from './traced.js'

/** What the operations of `autodiff(B)` are written with: makes traced tensors, and writes down how they depend on the parameters. */
export interface Tape<N> {
  /** The name of the backend. */
  readonly name: string
  readonly isTraced: (value: unknown) => value is Traced<N>
  readonly constant: (primal: N) => Traced<N>
  /**
   * The value of an operand, a number as it is. Throws `InvalidArgument` for a tensor of another backend, and for one that depends on the
   * parameters of another run than the one in progress: its derivative would be lost without a word.
   */
  readonly primal: {
    (x: Traced<N>): N
    (x: Operand<N>): N | number
  }
  /** The value of a tensor of this backend, of whatever run. */
  readonly detached: (x: Traced<N>) => N
  readonly derivativeOf: (x: Operand<N>) => Derivative<N> | undefined
  /** The derivative of a result of this shape; undefined where no link leads to a parameter. */
  readonly join: (shape: readonly number[], ...links: readonly Link<N>[]) => Derivative<N> | undefined
  readonly attach: (primal: N, derivative: Derivative<N> | undefined) => Traced<N>
  readonly record: (primal: N, ...links: readonly Link<N>[]) => Traced<N>
  readonly recordJoint: (primal: N, joint: Joint<N>) => Traced<N>
  /** Runs a body whose operations are differentiated. What a reverse run keeps must outlive every scope inside the body. */
  readonly during: <T>(run: Run<N>, body: () => T) => T
  readonly scope: <T>(body: () => T) => T
  readonly free: (x: Traced<N>) => void
}

/** A tape over the operations of B. */
export const tape = <N>(name: string, P: Primitives<N>): Tape<N> => {
  const owner = Symbol(name)
  const runs: Run<N>[] = []

  const isTraced = (value: unknown): value is Traced<N> => value instanceof Traced && value.owner === owner
  const attach: Tape<N>['attach'] = (primal, derivative) => new Traced(primal, owner, derivative)

  const detached = (x: Traced<N>): N => {
    if (isTraced(x)) return x.primal
    throw tweedieError(
      'InvalidArgument',
      name,
      'an operand is not a tensor of this backend',
      'Bring tensors of the backend below in with lift(x)',
    )
  }
  const primal = (x: Operand<N>): N | number => {
    if (typeof x === 'number') return x
    const value = detached(x)
    const run = runs.at(-1)
    if (run === undefined || x.derivative === undefined || x.derivative.run === run) return value
    throw tweedieError(
      'InvalidArgument',
      name,
      'an operand depends on the parameters of another differentiation by this backend, one around this one or one that has ended',
      'Pass it in as a parameter; nest with autodiff(autodiff(B)); or, if it is to be a constant here, write lift(primal(x))',
    )
  }

  const recordJoint: Tape<N>['recordJoint'] = (value, joint) => {
    const run = runs.at(-1)
    const depends = run !== undefined && joint.to.some((each) => each !== undefined)
    return attach(value, depends ? run.join(joint, P.shape(value)) : undefined)
  }
  const join: Tape<N>['join'] = (shape, ...links) => {
    const run = runs.at(-1)
    return run !== undefined && links.some(({ to }) => to !== undefined) ? run.join(jointly(P, links), shape) : undefined
  }

  return {
    name,
    isTraced,
    constant: (value) => attach(value, undefined),
    primal: primal as Tape<N>['primal'],
    detached,
    derivativeOf: (x) => (typeof x === 'number' ? undefined : x.derivative),
    join,
    attach,
    record: (value, ...links) => attach(value, join(P.shape(value), ...links)),
    recordJoint,

    during: (run, body) => {
      runs.push(run)
      try {
        return body()
      } finally {
        runs.pop()
      }
    },

    // The scope of the backend below does the work; besides the values of the result it must spare their tangents and what is kept.
    scope: (body) => {
      const run = runs.at(-1)
      const before = run?.kept.length ?? 0
      let result: ReturnType<typeof body> | undefined
      P.scope(() => {
        result = requireSynchronous(body())
        const spared: N[] = []
        forEachTensor(result, isTraced, (x) => spared.push(...tensorsOf(x)))
        return [spared, run?.kept.slice(before)]
      })
      return result as ReturnType<typeof body>
    },

    // What a run keeps goes when the scope around the run ends.
    free: (x) => {
      detached(x)
      for (const tensor of tensorsOf(x)) if (!runs.some(({ pinned }) => pinned.has(tensor))) P.free(tensor)
    },
  }
}

/** The tensors of B that live and die with a traced one. */
const tensorsOf = <N>({ primal, derivative }: Traced<N>): N[] =>
  derivative !== undefined && 'along' in derivative ? [primal, derivative.along] : [primal]
