import { isTweedieError, type Operations } from '@tweedie/core'
import fc from 'fast-check'
import { type Law, law } from '../laws/law.js'
import type { Source } from './laws-operations.js'

/** A program of nested scopes: each makes tensors, runs inner scopes, and hands on some of what it has. */
interface Program {
  readonly own: number
  readonly inner: readonly Program[]
  /** Which of its tensors, its own and the inner scopes', it returns. */
  readonly keep: number
}

const { programs } = fc.letrec<{ programs: Program }>((tie) => ({
  programs: fc.record({
    own: fc.nat(3),
    inner: fc.oneof({ maxDepth: 3 }, fc.constant([]), fc.array(tie('programs'), { maxLength: 3 })),
    keep: fc.nat(255),
  }),
}))

const source = 'memory by scope'

/** What `scope`, `free` and `liveTensors` promise. Everything is relative to what lives when a law begins. */
export const memoryLaws = <N>(backend: Source<N>): readonly Law[] => {
  const about = <A>(name: string, values: fc.Arbitrary<A>, holds: (P: Operations<N>, value: A) => void | Promise<void>): Law =>
    law(name, source, values, async (value) => holds(await backend(), value))

  const expectLive = (P: Operations<N>, before: number, more: number, when: string): void => {
    const live = P.liveTensors() - before
    if (live !== more) throw new Error(`${live} tensors live ${when}, not ${more}`)
  }
  /** A tensor and a few that are computed from it. */
  const work = (P: Operations<N>, value: number): N => P.transpose(P.mul(P.add(P.full([2, 3], value), 1), 2))

  const counted = about('liveTensors counts what is made and what is freed', fc.nat(5), (P, count) => {
    const before = P.liveTensors()
    const made = Array.from({ length: count }, (_, k) => P.full([2], k))
    expectLive(P, before, count, `after making ${count}`)
    made.forEach((tensor, k) => {
      P.free(tensor)
      expectLive(P, before, count - 1 - k, `after freeing ${k + 1} of ${count}`)
    })
  })

  const twice = about('freeing twice does nothing', fc.integer({ min: 1, max: 3 }), async (P, more) => {
    const before = P.liveTensors()
    const [first, second] = [P.full([2, 2], 1), P.full([2, 2], 2)]
    for (let k = 0; k <= more; k++) P.free(first)
    expectLive(P, before, 1, 'after freeing one of two again and again')
    const others = [P.full([2, 2], 3), P.full([2, 2], 4)]
    P.free(first)
    const numbers = await P.read(second)
    if (numbers.some((value) => value !== 2)) throw new Error('freeing a tensor twice changed another one')
    for (const tensor of [second, ...others]) P.free(tensor)
    expectLive(P, before, 0, 'at the end')
  })

  const nested = about(
    'a scope frees what it made but what its result holds, which belongs to the scope around it',
    programs,
    async (P, top) => {
      const before = P.liveTensors()
      let made = 0
      const run = ({ own, inner, keep }: Program): readonly { readonly tensor: N; readonly value: number }[] =>
        P.scope(() => {
          const mine = Array.from({ length: own }, () => ({ tensor: work(P, made), value: 2 * (made++ + 1) }))
          return [...mine, ...inner.flatMap(run)].filter((_, k) => (keep >> (k % 8)) & 1)
        })
      const kept = run(top)
      expectLive(P, before, kept.length, 'after a scope')
      for (const { tensor, value } of kept) {
        if ((await P.read(tensor)).some((each) => each !== value)) throw new Error('a tensor that left its scope has other numbers')
        P.free(tensor)
      }
      expectLive(P, before, 0, 'after freeing what it returned')
    },
  )

  const containers = about('a scope finds tensors in arrays and plain objects at any depth', fc.nat(3), (P, depth) => {
    const before = P.liveTensors()
    const wrap = (value: unknown): unknown =>
      Array.from({ length: depth }).reduce((inner, _, k) => (k % 2 === 0 ? [inner] : { inner }), value)
    const kept: N[] = []
    P.scope(() => {
      const [a, b] = [work(P, 1), work(P, 2)]
      kept.push(a, b)
      work(P, 3)
      return wrap({ a, list: [b, 1, null, 'text'] })
    })
    expectLive(P, before, 2, 'after a scope that returns two')
    for (const tensor of kept) P.free(tensor)
  })

  const outside = about('a scope leaves alone what was made outside of it', fc.boolean(), async (P, returned) => {
    const before = P.liveTensors()
    const x = P.full([2], 5)
    P.scope(() => P.scope(() => (returned ? x : undefined)))
    expectLive(P, before, 1, 'after a scope in which nothing was made')
    if ((await P.read(x)).some((value) => value !== 5)) throw new Error('a tensor from outside has other numbers after a scope')
    P.free(x)
  })

  const thrown = about('a scope whose body throws frees everything and passes the error on', fc.nat(3), (P, depth) => {
    const before = P.liveTensors()
    const error = new Error('inside')
    const run = (left: number): void =>
      P.scope(() => {
        work(P, left)
        if (left === 0) throw error
        run(left - 1)
      })
    let caught: unknown
    try {
      run(depth)
    } catch (passed) {
      caught = passed
    }
    if (caught !== error) throw new Error('the error of the body did not come out of the scope')
    expectLive(P, before, 0, 'after a body that threw')
    P.free(P.scope(() => work(P, 1)))
    expectLive(P, before, 0, 'after the next scope')
  })

  const synchronous = about('a scope refuses a body that returns a promise', fc.constant('async body'), (P) => {
    const before = P.liveTensors()
    let refusal: unknown
    try {
      P.scope(async () => work(P, 1))
    } catch (passed) {
      refusal = passed
    }
    if (!isTweedieError(refusal) || refusal._tag !== 'InvalidArgument' || refusal.where !== 'scope')
      throw new Error(`an asynchronous body met ${refusal instanceof Error ? refusal.message : 'no error'}, not InvalidArgument of scope`)
    expectLive(P, before, 0, 'after it')
  })

  return [counted, twice, nested, containers, outside, thrown, synchronous]
}
