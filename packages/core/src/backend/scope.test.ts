import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { cpu } from '../cpu/cpu.js'
import { forEachTensor, scopeTracker } from './scope.js'

class Block {
  constructor(readonly id: number) {}
}

const isBlock = (value: unknown): value is Block => value instanceof Block

const tracked = () => {
  const released: number[] = []
  let made = 0
  const tracker = scopeTracker<Block>(isBlock, (block) => released.push(block.id))
  return { ...tracker, released, make: (): Block => tracker.track(new Block(made++)) }
}

describe('scopeTracker', () => {
  test('frees what a scope made but what it returns, in arrays and plain objects at any depth', () => {
    const T = tracked()
    const kept = T.scope(() => {
      const [a, b, c, d] = [T.make(), T.make(), T.make(), T.make()]
      T.make()
      return { direct: a, list: [b, [{ deep: c }]], bare: Object.assign(Object.create(null) as object, { d }), number: 4, nothing: null }
    })
    expect(T.released).toEqual([4])
    expect(T.liveTensors()).toBe(4)
    forEachTensor(kept, isBlock, T.free)
    expect(T.liveTensors()).toBe(0)
    expect(T.released).toEqual([4, 0, 1, 2, 3])
  })

  test('does not look into class instances, so what they hold is freed', () => {
    const T = tracked()
    class Holder {
      constructor(readonly block: Block) {}
    }
    T.scope(() => new Holder(T.make()))
    expect(T.liveTensors()).toBe(0)
  })

  test('what an inner scope returns belongs to the outer one', () => {
    const T = tracked()
    const result = T.scope(() => {
      const inner = T.scope(() => [T.make(), T.make()])
      expect(T.liveTensors()).toBe(2)
      return inner[1]
    })
    expect(result?.id).toBe(1)
    expect(T.released).toEqual([0])
  })

  test('a tensor from outside is never freed, returned or not', () => {
    const T = tracked()
    const outside = T.make()
    T.scope(() => undefined)
    expect(T.scope(() => outside)).toBe(outside)
    T.scope(() => T.scope(() => outside))
    expect(T.liveTensors()).toBe(1)
  })

  test('a throw frees everything and passes on; the next scope is unharmed', () => {
    const T = tracked()
    expect(() =>
      T.scope(() => {
        T.make()
        T.scope(() => {
          T.make()
          throw new Error('inside')
        })
      }),
    ).toThrow('inside')
    expect(T.liveTensors()).toBe(0)
    const late = T.make()
    expect(T.scope(() => T.make()).id).toBe(3)
    expect(T.released).toEqual([0, 1].reverse())
    T.free(late)
    expect(T.liveTensors()).toBe(1)
  })

  test('a promise is refused, and what was made is freed', () => {
    const T = tracked()
    expect(() => T.scope(async () => T.make())).toThrow(expect.objectContaining({ _tag: 'InvalidArgument', where: 'scope' }))
    expect(T.liveTensors()).toBe(0)
  })

  test('freeing twice does nothing, in a scope or out of it; tracking twice counts once', () => {
    const T = tracked()
    const block = T.make()
    expect(T.track(block)).toBe(block)
    expect(T.liveTensors()).toBe(1)
    T.free(block)
    T.free(block)
    T.scope(() => {
      const inner = T.make()
      T.free(inner)
      T.free(inner)
      return inner
    })
    expect(T.released).toEqual([0, 1])
    expect(T.liveTensors()).toBe(0)
  })

  test('any program of nested scopes leaves what its outermost result holds', () => {
    interface Program {
      readonly own: number
      readonly inner: readonly Program[]
      readonly keep: readonly boolean[]
    }
    const { program } = fc.letrec<{ program: Program }>((tie) => ({
      program: fc.record({
        own: fc.nat(4),
        inner: fc.oneof({ maxDepth: 3 }, fc.constant([]), fc.array(tie('program'), { maxLength: 3 })),
        keep: fc.array(fc.boolean(), { maxLength: 12 }),
      }),
    }))
    fc.assert(
      fc.property(program, (top) => {
        const T = tracked()
        const run = ({ own, inner, keep }: Program): Block[] =>
          T.scope(() => [...Array.from({ length: own }, T.make), ...inner.flatMap(run)].filter((_, k) => keep[k] ?? false))
        const result = run(top)
        expect(T.liveTensors()).toBe(result.length)
        for (const block of result) expect(T.released).not.toContain(block.id)
        expect(new Set(T.released).size).toBe(T.released.length)
      }),
    )
  })
})

describe('memory of the cpu backend', () => {
  test('liveTensors does not grow over a loop that frees what it replaces', () => {
    const B = cpu()
    let x = B.full([4, 3], 1)
    for (let k = 0; k < 20; k++) {
      const next = B.scope(() => {
        const { mean } = B.posteriorMoments(x, { points: B.full([5, 3], 0.5) }, { alpha: 0.9, sigma: 0.3 })
        return B.add(B.mul(x, 0.5), B.sub(B.logSumExp(B.squaredDistances(mean, x), 1, true), B.transpose(B.slice(B.transpose(x), 0, 0, 1))))
      })
      B.free(x)
      x = next
      expect(B.liveTensors()).toBe(1)
    }
  })

  test('every kernel leaves its result alone', () => {
    const B = cpu()
    const x = B.full([4, 3], 1)
    const cloud = { points: B.full([5, 3], 0.5), logWeights: B.full([5], 0) }
    const weight = B.full([3, 2], 1)
    const bias = B.full([2], 1)
    const before = B.liveTensors()
    const made = [
      B.squaredDistances(x, cloud.points),
      B.logSumExp(x, 0),
      B.softmaxExpectation(B.full([2, 5], 0), cloud.points),
      B.posteriorMean(x, cloud, { alpha: 1, sigma: 1 }),
      B.affine(x, weight, bias, 'gelu'),
      B.affine(x, weight, bias, 'identity'),
    ]
    // One tensor each, and the logits that the third was given.
    expect(B.liveTensors() - before).toBe(made.length + 1)
    B.posteriorMoments(x, cloud, { alpha: 1, sigma: 1 })
    B.adamUpdate({ parameter: x, first: x, second: x }, x, { rate: 1, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, step: 1 })
    expect(B.liveTensors() - before).toBe(made.length + 1 + 4 + 3)
  })
})
