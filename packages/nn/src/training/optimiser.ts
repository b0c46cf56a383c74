import { type Backend, type Shape, sameShape, showShape, type Tensor, tweedieError } from '@tweedie/core'
import { leavesOf, mapTree } from '../tree.js'
import { constant, type Schedule } from './schedule.js'

/** Parameters, and what the optimiser remembers of each: trees of one form. */
export interface OptimiserState<P> {
  readonly parameters: P
  readonly memory: readonly P[]
}

/** An optimiser as a value. It holds no numbers of its own: `update` maps a state to the next. */
export interface Optimiser {
  readonly name: string
  /** The state before the first step. It shares the parameters. */
  readonly init: <N, P>(B: Backend<N>, parameters: P) => OptimiserState<P>
  /**
   * One step against the gradients, a tree like the parameters; `step` counts from 1. The next state's tensors are new. Throws
   * `ShapeMismatch` when the trees differ and `InvalidArgument` when the schedule gives a rate that is not a finite number ≥ 0.
   */
  readonly update: <N, P>(B: Backend<N>, state: OptimiserState<P>, gradients: P, step: number) => OptimiserState<P>
}

export interface AdamOptions {
  /** The step size, or a schedule of it. */
  readonly rate: number | Schedule
  readonly beta1?: number | undefined
  readonly beta2?: number | undefined
  readonly epsilon?: number | undefined
}

/** Adam with bias correction (Kingma & Ba 2015, algorithm 1). Throws `InvalidArgument` unless 0 ≤ β < 1, ε > 0 and the rate ≥ 0. */
export const adam = ({ rate, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 }: AdamOptions): Optimiser => {
  for (const [name, beta] of Object.entries({ beta1, beta2 }))
    if (!(beta >= 0 && beta < 1)) throw tweedieError('InvalidArgument', 'adam', `${name} = ${beta}`, 'Use 0 ≤ β < 1')
  if (!(epsilon > 0 && Number.isFinite(epsilon)))
    throw tweedieError('InvalidArgument', 'adam', `epsilon = ${epsilon}`, 'Use a small positive number')
  const schedule = typeof rate === 'number' ? constant(rate) : rate

  return {
    name: 'adam',

    init: (B, parameters) => {
      const zeros = () => mapTree('adam', B.isTensor, parameters, (x) => B.full(B.shape(x), 0)) as typeof parameters
      return { parameters, memory: [zeros(), zeros()] }
    },

    update: <N, P>(B: Backend<N>, state: OptimiserState<P>, gradients: P, step: number): OptimiserState<P> => {
      const now = schedule(step)
      if (!(Number.isFinite(now) && now >= 0))
        throw tweedieError(
          'InvalidArgument',
          'adam',
          `the schedule gives the rate ${now} at step ${step}`,
          'Use a schedule of finite rates of at least 0',
        )
      const [parameters, first, second, gradient] = [state.parameters, ...state.memory, gradients].map((tree) =>
        leavesOf('adam', B.isTensor, tree),
      ) as [Tensor<N>[], Tensor<N>[], Tensor<N>[], Tensor<N>[]]
      requireAlike(parameters.map(B.shape), gradient.map(B.shape))
      const next = parameters.map((parameter, k) => {
        const before = { parameter, first: first[k] as Tensor<N>, second: second[k] as Tensor<N> }
        return B.adamUpdate(before, gradient[k] as Tensor<N>, { rate: now, beta1, beta2, epsilon, step })
      })
      const collect = (part: 'parameter' | 'first' | 'second'): P =>
        mapTree('adam', B.isTensor, state.parameters, (_, k) => (next[k] as (typeof next)[number])[part]) as P
      return { parameters: collect('parameter'), memory: [collect('first'), collect('second')] }
    },
  }
}

const requireAlike = (parameters: readonly Shape[], gradients: readonly Shape[]): void => {
  const mend = 'Give the gradients as a tree like the parameters'
  if (parameters.length !== gradients.length)
    throw tweedieError('ShapeMismatch', 'adam', `${gradients.length} gradients for ${parameters.length} parameters`, mend)
  parameters.forEach((shape, k) => {
    const gradient = gradients[k] as Shape
    if (!sameShape(shape, gradient))
      throw tweedieError(
        'ShapeMismatch',
        'adam',
        `gradient ${k} of shape ${showShape(gradient)} for a parameter of shape ${showShape(shape)}`,
        mend,
      )
  })
}
