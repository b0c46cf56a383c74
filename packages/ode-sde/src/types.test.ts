import { type Backend, key, linear, type Matrix, ornsteinUhlenbeck } from '@tweedie/core'
import { type CpuTensor, cpu } from '@tweedie/core/cpu'
import { as, type Field, line } from '@tweedie/score'
import { describe, expect, expectTypeOf, test } from 'vitest'
import {
  eulerMaruyama,
  heun,
  isSde,
  odeTerm,
  type ProbabilityFlow,
  probabilityFlow,
  reverseSde,
  type SdeTerm,
  type Solution,
  type Solver,
  sdeTerm,
  semiLinear,
  solve,
  type Term,
  trajectory,
} from './index.js'

/** What the compiler knows of terms and solvers. A call that does not compile is run as well where it throws. */

/** The native tensor of some other backend. */
interface Foreign {
  readonly handle: number
}

type N = CpuTensor

const B = cpu()
const process = ornsteinUhlenbeck()
const denoise = line(B)(process)
const grid = linear(process, 4, { stop: 0.1 })
const initial = B.full([3, 2], 1)
const decay = (x: Matrix<N>): Matrix<N> => B.neg(x)

describe('terms as types', () => {
  test('good code needs no casts', async () => {
    expectTypeOf(probabilityFlow(B, process, as('noise', process)(denoise))).toEqualTypeOf<ProbabilityFlow<N>>()
    expectTypeOf(reverseSde(B, process, denoise)).toEqualTypeOf<SdeTerm<N>>()
    expectTypeOf(odeTerm(B, decay)).toEqualTypeOf<Term<N>>()
    expectTypeOf(semiLinear(B, { linear: () => -1, nonlinear: decay })).toEqualTypeOf<Term<N>>()
    expectTypeOf(semiLinear(B, { linear: () => -1, nonlinear: decay, diffusion: () => 1 })).toEqualTypeOf<SdeTerm<N>>()
    const flow = <T>(C: Backend<T>, source: Field<'score', T>, x: Matrix<T>): Promise<Solution<T>> =>
      solve(C, probabilityFlow(C, process, source), { initial: x, grid, solver: heun })
    const { x } = await flow(B, as('score', process)(denoise), initial)
    expect(B.shape(x)).toEqual([3, 2])
  })

  test('what is not a field does not compile', () => {
    // @ts-expect-error a function that says nothing of its kind and backend
    expect(() => probabilityFlow(B, process, decay).nonlinear(initial, 1)).toThrow(TypeError)
    // @ts-expect-error line waits for the process
    expect(() => reverseSde(B, process, line(B)).nonlinear(initial, 1)).toThrow()
    // @ts-expect-error a term is no field
    expect(() => probabilityFlow(B, process, odeTerm(B, decay)).nonlinear(initial, 1)).toThrow()
  })

  test('a grid is no process, and a process no grid', async () => {
    // @ts-expect-error the grid is where the process is wanted
    expect(() => probabilityFlow(B, grid, denoise).linear(1)).toThrow(TypeError)
    // @ts-expect-error a pair of functions is no process
    expect(() => reverseSde(B, { alpha: process.alpha, sigma: process.sigma }, denoise).linear(1)).toThrow(TypeError)
    // @ts-expect-error a process where the grid is wanted
    await expect(solve(B, odeTerm(B, decay), { initial, grid: process, solver: heun })).rejects.toThrow()
    // @ts-expect-error a number of steps is no grid
    await expect(solve(B, odeTerm(B, decay), { initial, grid: 4, solver: heun })).rejects.toThrow()
  })

  test('a field or term of another backend does not compile', () => {
    const foreign = (C: Backend<Foreign>, field: Field<'score', Foreign>, term: Term<Foreign>, x: Matrix<Foreign>): unknown => [
      // @ts-expect-error the backend is another one than the field's
      () => probabilityFlow(B, process, field),
      // @ts-expect-error the term is of another backend
      () => solve(B, term, { initial, grid, solver: heun }),
      // @ts-expect-error the initial state is of another backend
      () => solve(C, term, { initial, grid, solver: heun }),
      () => solve(C, term, { initial: x, grid, solver: heun }),
    ]
    expect(foreign).toBeTypeOf('function')
  })

  test('a term without noise where one with noise is wanted does not compile', async () => {
    const diffusionAt = (term: SdeTerm<N>, t: number): number => term.diffusion(t)
    const without = odeTerm(B, decay)
    // @ts-expect-error an ordinary differential equation has no diffusion
    expect(() => diffusionAt(without, 1)).toThrow(TypeError)
    // @ts-expect-error nor has a probability flow
    expect(() => diffusionAt(probabilityFlow(B, process, denoise), 1)).toThrow(TypeError)
    const noisy: Term<N> = reverseSde(B, process, denoise)
    if (isSde(noisy)) expectTypeOf(noisy).toEqualTypeOf<SdeTerm<N>>()
    // A solver serves terms of either sort as far as the types go: this is refused when it runs.
    const options = { initial, grid, solver: eulerMaruyama, key: key(1) }
    await expect(solve(B, without, options)).rejects.toThrow(expect.objectContaining({ _tag: 'InvalidArgument' }))
    // @ts-expect-error the diffusion is a function of time
    expect(() => sdeTerm(B, decay, 0.5).diffusion(1)).toThrow(TypeError)
    // @ts-expect-error the linear part is a function of time
    expect(() => semiLinear(B, { linear: -1, nonlinear: decay }).linear(1)).toThrow(TypeError)
  })

  test('a solver is a value with an order, and what is not one does not compile', async () => {
    const { order, ...unordered } = heun
    // @ts-expect-error the order is missing
    const half: Solver = unordered
    expect([order, half.order]).toEqual([2, undefined])
    // @ts-expect-error a name is no solver
    await expect(solve(B, odeTerm(B, decay), { initial, grid, solver: 'heun' })).rejects.toThrow()
    // @ts-expect-error the key is made with key(1)
    const numbered = solve(B, reverseSde(B, process, denoise), { initial, grid, solver: eulerMaruyama, key: 1 })
    await numbered.catch(() => undefined)
    // @ts-expect-error `save` belongs to solve: a trajectory gives every state
    expect(trajectory(B, odeTerm(B, decay), { initial, grid, solver: heun, save: 'all' }).next).toBeTypeOf('function')
  })
})
