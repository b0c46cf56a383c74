import { type Backend, checked, counted, key, normalArray, operationRows, type Scalar, untyped, type Vector } from '@tweedie/core'
import { type CpuTensor, cpu } from '@tweedie/core/cpu'
import { autodiff, type Traced } from '@tweedie/nn'
import { describe, expect, it } from 'vitest'
import { everyOperation } from './every-operation.js'

/** The transformers in many orders: the same numbers, the right name in an error, and no tensor left behind. */

type Use<R> = <N>(name: string, B: Backend<N>, below: { readonly liveTensors: () => number }) => R

/** Every stack, its backends made anew. */
const stacks = <R>(use: Use<R>): readonly R[] => {
  const on = <N>(below: { readonly liveTensors: () => number }, B: Backend<N>): R => use(B.name, B, below)
  const make = (): Backend<CpuTensor> => cpu()
  const bases = Array.from({ length: 10 }, make) as [Backend<CpuTensor>, ...Backend<CpuTensor>[]]
  const base = (k: number): Backend<CpuTensor> => bases[k] as Backend<CpuTensor>
  return [
    on(base(0), checked(base(0))),
    on(base(1), counted(base(1))),
    on(base(2), checked(counted(base(2)))),
    on(base(3), counted(checked(base(3)))),
    on(base(4), autodiff(checked(base(4)))),
    on(base(5), checked(autodiff(base(5)))),
    on(base(6), counted(autodiff(base(6)))),
    on(base(7), checked(autodiff(counted(checked(base(7)))))),
    on(base(8), autodiff(autodiff(checked(counted(base(8)))))),
    on(base(9), checked(deferred(base(9)))),
  ]
}

/** The backend without its way to look at numbers at once. */
const deferred = <N>(B: Backend<N>): Backend<N> => {
  const { allFinite, ...rest } = untyped(B)
  return rest as unknown as Backend<N>
}

const numbers = async <N>(B: Backend<N>): Promise<readonly number[][]> =>
  Promise.all(everyOperation(untyped(B)).map(async (x) => [...untyped(B).shape(x), ...(await untyped(B).read(x))]))

describe('stacks of transformers', () => {
  it('use every operation', () => {
    const B = counted(cpu())
    everyOperation(untyped(B))
    expect(Object.keys(B.counts()).sort()).toEqual(
      operationRows()
        .map(([name]) => name)
        .sort(),
    )
  })

  it('give the numbers of the cpu backend, bit for bit', async () => {
    const expected = await numbers(cpu())
    for (const actual of await Promise.all(stacks((name, B) => numbers(B).then((found) => [name, found]))))
      expect(actual[1], String(actual[0])).toEqual(expected)
  })

  it('name themselves', () => {
    expect(stacks((name) => name)).toEqual([
      'checked(cpu)',
      'counted(cpu)',
      'checked(counted(cpu))',
      'counted(checked(cpu))',
      'autodiff(checked(cpu))',
      'checked(autodiff(cpu))',
      'counted(autodiff(cpu))',
      'checked(autodiff(counted(checked(cpu))))',
      'autodiff(autodiff(checked(counted(cpu))))',
      'checked(cpu)',
    ])
  })

  it('refuse with the name of the operation', async () => {
    const caught = stacks(async (name, B): Promise<readonly [string, unknown, unknown]> => {
      const P = untyped(B)
      const shape = await attempt(() => P.matMul(P.full([2, 3], 1), P.full([2, 3], 1)))
      const one = P.full([2], 1)
      const finite = await attempt(async () => {
        P.exp(P.log(P.full([2, 2], -1)))
        await P.read(one)
      })
      return [name, shape, finite]
    })
    for (const [name, shape, finite] of await Promise.all(caught)) {
      expect(shape, name).toMatchObject({ _tag: 'ShapeMismatch', where: 'matMul' })
      if (name.includes('checked')) expect(finite, name).toMatchObject({ _tag: 'NotFinite', where: 'log' })
      else expect(finite, name).toBeUndefined()
    }
  })

  it('leave no tensor behind in many steps', async () => {
    for (const counts of await Promise.all(
      stacks(async (name, B, below) => {
        const P = untyped(B)
        let x = P.normal(key(1), [2, 2])
        const seen = new Set<number>()
        for (let k = 0; k < 300; k++) {
          const before = x
          x = P.scope(() => P.add(P.mul(before, 0.5), P.sin(before)))
          P.free(before)
          seen.add(P.liveTensors())
        }
        await P.read(x)
        return { name, seen: [...seen], below: below.liveTensors() }
      }),
    ))
      expect(counts).toEqual({ name: counts.name, seen: [1], below: 1 })
  })
})

const attempt = async (run: () => unknown): Promise<unknown> => {
  try {
    await run()
    return undefined
  } catch (error) {
    return error
  }
}

describe('with derivatives', () => {
  type X = Vector<Traced<CpuTensor>>

  it('keep gradient, and its numbers', async () => {
    const data = normalArray(key(3), 6)
    const loss =
      <N>(B: Backend<N>) =>
      (x: Vector<N>): Scalar<N> =>
        B.sum(B.square(B.tanh(x)))
    const plain = autodiff(cpu())
    const expected = await plain.below.read(plain.gradient(loss(plain))(plain.below.tensor(data, [6])))
    const stacked = checked(autodiff(counted(checked(cpu()))))
    const below = stacked.below
    const at = below.tensor(data, [6])
    const gradient = stacked.gradient(loss(stacked))(at)
    expect(await below.read(gradient)).toEqual(expected)
    expect(below.liveTensors()).toBe(2)
  })

  it('NaN and infinities of the reverse sweep are refused, with the operation that makes them', () => {
    const D = autodiff(checked(cpu()))
    const at = D.below.full([3], 0)
    // The slope of √x at 0 is 1/(2·0); of √x · 0, it is 0/(2·0).
    for (const [refuse, factor] of [
      ['nonFinite', 1],
      ['nan', 0],
    ] as const) {
      const E = autodiff(checked(cpu(), { refuse }))
      expect(() => E.gradient((x: X) => E.sum(E.mul(E.sqrt(x), factor)))(E.below.full([3], 0))).toThrow(
        expect.objectContaining({ _tag: 'NotFinite', where: 'div' }),
      )
    }
    expect(() => D.gradient((x: X) => D.sum(D.sqrt(x)))(at)).toThrow(expect.objectContaining({ _tag: 'NotFinite', where: 'div' }))
    expect(D.below.liveTensors()).toBe(1)
    // Forwards it is √, in the backend that the program is written in and in the one below.
    for (const E of [checked(autodiff(cpu())), D])
      expect(() => E.gradient((x: X) => E.sum(E.sqrt(x)))(E.below.full([3], -1))).toThrow(
        expect.objectContaining({ _tag: 'NotFinite', where: 'sqrt' }),
      )
  })

  it('a fault that cannot be seen at once outlives the scopes of gradient', async () => {
    // Strict below: a tensor that a scope has freed cannot be used or read.
    const strict = (): Backend<CpuTensor> => checked(deferred(cpu()), { refuse: 'nothing' })
    for (const D of [checked(autodiff(strict())), autodiff(checked(strict()))]) {
      const at = D.below.full([2], -1)
      const kept = D.full([], 1)
      D.below.scope(() => {
        D.gradient((x: X) => D.sum(D.log(x)))(at)
        return undefined
      })
      const failure = await attempt(() => D.read(kept))
      expect(failure).toMatchObject({ _tag: 'NotFinite', where: 'log', what: expect.stringContaining('[2]') as string })
      expect(await attempt(() => D.read(kept))).toBeUndefined()
      expect(D.below.liveTensors()).toBe(2)
    }
  })
})
