import type { Backend, Matrix } from '@tweedie/core'
import type { Law } from '../law.js'
import type { LawfulMemory, LawfulSolver, LawfulTerm } from './lawful-solver.js'
import { evenly, incrementsOf, march, tensorsIn } from './march.js'
import { linearProblem, nonlinearProblem, withoutNoise } from './problems.js'
import { single } from './single.js'

/** How a method behaves as a program: what it declares, keeps, remembers and leaves. */
export const conductLaws = <N>(B: Backend<N>, solver: LawfulSolver): readonly Law[] => {
  const { initial, term: plain } = nonlinearProblem(B)
  const term = solver.kind === 'sde' ? withoutNoise(plain) : plain
  const grid = evenly(1, 0, 12)

  return [
    single('evaluations are as declared', 'definition of evaluationsPerStep', async () => {
      let counted = 0
      const counting: LawfulTerm<N> = {
        ...term,
        nonlinear: (x, t) => {
          counted++
          return term.nonlinear(x, t)
        },
      }
      const { reported } = await march(B, solver, counting, initial, grid)
      const total = reported.reduce((sum, count) => sum + count, 0)
      if (total !== counted) throw new Error(`${solver.name} reports ${total} evaluations over 12 steps and makes ${counted}`)
      // A multistep method may begin with a few steps of another kind.
      const usual = reported.slice(-6)
      if (usual.some((count) => count !== solver.evaluationsPerStep))
        throw new Error(`${solver.name} declares ${solver.evaluationsPerStep} evaluations per step and reports ${usual.join(', ')}`)
    }),
    single('a run repeats to the bit', 'a method is a value: it holds no state', async () => {
      const other = linearProblem(B)
      const first = await march(B, solver, term, initial, grid)
      await march(B, solver, solver.kind === 'sde' ? withoutNoise(other.term) : other.term, other.initial, grid)
      const second = await march(B, solver, term, initial, grid)
      first.values.forEach((value, k) => {
        if (!Object.is(value, second.values[k])) throw new Error(`entry ${k} is ${value}, and ${second.values[k]} after another equation`)
      })
    }),
    single('a step leaves what it is given as it is', 'tensors are immutable values', async () => {
      const brownian = solver.kind === 'sde' ? { brownian: incrementsOf(B, 1) } : {}
      const x: Matrix<N> = B.tensor(initial.data, [initial.data.length, 1])
      const given = new Set<unknown>([x])
      const begun = B.scope(() => solver.start?.(B, term, { x, t: 1 }).memory ?? [])
      let state: { readonly x: Matrix<N>; readonly memory: LawfulMemory<N> } = { x, memory: begun }
      try {
        for (let step = 0; step < 3; step++) {
          const inputs = [...tensorsIn(B, [state.x, ...state.memory.map(({ value }) => value)])] as Matrix<N>[]
          const before = await Promise.all(inputs.map((tensor) => B.read(tensor)))
          const [t, s] = [grid[step] as number, grid[step + 1] as number]
          const input = { step, t, s, ...state, ...brownian }
          const result = B.scope(() => solver.step(B, term, input))
          for (const tensor of [...tensorsIn(B, input), ...tensorsIn(B, result)]) given.add(tensor)
          const after = await Promise.all(inputs.map((tensor) => B.read(tensor)))
          after.forEach((values, i) =>
            values.forEach((value, k) => {
              if (!Object.is(value, before[i]?.[k]))
                throw new Error(
                  `step ${step} changes entry ${k} of ${i === 0 ? 'the state' : 'the memory'} from ${before[i]?.[k]} to ${value}`,
                )
            }),
          )
          state = { x: result.x, memory: result.memory ?? [] }
        }
      } finally {
        for (const tensor of given) B.free(tensor as Matrix<N>)
      }
    }),
    single('the memory does not grow, and no tensor is left', 'a run of any length fits', async () => {
      const before = B.liveTensors()
      const { held } = await march(B, solver, term, initial, grid)
      const [half, end] = [held[5] as number, held[11] as number]
      if (end > half) throw new Error(`${solver.name} holds ${half} tensors after 6 steps and ${end} after 12`)
      const left = B.liveTensors() - before
      if (left !== 0) throw new Error(`${left} tensors are left after a run`)
    }),
  ]
}
