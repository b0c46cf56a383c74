import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Backend, untyped } from '../backend/backend.js'
import { type CpuTensor, cpu } from '../cpu/index.js'
import { checked } from './checked.js'
import { counted } from './counted.js'
import { levelsAtOnce, levelTensor } from './finiteness.js'

const escaped = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
/** A refusal whose `what` has these texts, in this order. */
const fails = (_tag: string, where: string, ...texts: string[]): Error =>
  expect.objectContaining({ _tag, where, what: expect.stringMatching(new RegExp(texts.map(escaped).join('.*'))) as string }) as Error

/** A backend that cannot be asked at once, and that refuses a tensor that was freed, as a device would. */
const deferred = (): Backend<CpuTensor> => {
  const { allFinite, ...rest } = untyped(cpu())
  return checked(rest as unknown as Backend<CpuTensor>, { refuse: 'nothing' })
}

describe('shapes', () => {
  const B = checked(cpu())
  const P = untyped(B)

  it('are checked before an operation, which is named with all of its operands', () => {
    const [x, y] = [P.full([2, 3], 1), P.full([4, 3], 1)]
    expect(() => P.add(x, y)).toThrow(fails('ShapeMismatch', 'add', '[2, 3]', '[4, 3]'))
    expect(() => P.matMul(x, P.full([3], 1))).toThrow(fails('ShapeMismatch', 'matMul', '(operands [2, 3], [3])'))
    expect(() => P.where(x, y, x)).toThrow(fails('ShapeMismatch', 'where', '(operands [2, 3], [4, 3], [2, 3])'))
    expect(() => P.sum(x, 2)).toThrow(fails('InvalidArgument', 'sum', '(operands [2, 3])'))
    expect(() => P.tensor([1], [2])).toThrow(fails('ShapeMismatch', 'tensor', '1 numbers'))
  })

  it('of results are checked: a wrong backend is caught', () => {
    const wrong = { ...untyped(cpu()), name: 'wrong' }
    const C = untyped(checked({ ...wrong, transpose: (x: CpuTensor) => x } as unknown as Backend<CpuTensor>))
    const x = C.full([2, 3], 1)
    expect(() => C.transpose(x)).toThrow(fails('ShapeMismatch', 'transpose', 'wrong returned [2, 3] where [3, 2] belongs', '[2, 3]'))
    expect(C.shape(C.transpose(C.full([2, 2], 0)))).toEqual([2, 2])
  })

  it('a value that is no tensor is refused', () => {
    expect(() => P.exp({} as CpuTensor)).toThrow(fails('InvalidArgument', 'exp', 'not a tensor of cpu'))
  })
})

describe('freed tensors', () => {
  it('are refused, by operations, shape and read', async () => {
    for (const below of [cpu(), deferred()]) {
      const P = untyped(checked(below))
      const x = P.full([2], 1)
      P.free(x)
      let y: CpuTensor | undefined
      const z = P.scope(() => {
        y = P.full([2], 1)
        return P.scope(() => P.add(y as CpuTensor, 1))
      })
      for (const gone of [x, y as CpuTensor]) {
        expect(() => P.exp(gone)).toThrow(fails('InvalidArgument', 'exp', 'after it was freed'))
        expect(() => P.shape(gone)).toThrow(fails('InvalidArgument', 'shape', 'after it was freed'))
        await expect(P.read(gone)).rejects.toThrow(fails('InvalidArgument', 'read', 'after it was freed'))
      }
      expect([...(await P.read(z))]).toEqual([2, 2])
    }
  })

  it('activate may give its operand back', async () => {
    const P = untyped(checked(cpu()))
    const x = P.full([2], 1)
    P.scope(() => P.scope(() => P.activate(x, 'identity')))
    expect([...(await P.read(x))]).toEqual([1, 1])
  })
})

describe('finiteness', () => {
  // NaN out of numbers, an infinity out of finite numbers: each with the operation that makes it.
  const makers: readonly (readonly [string, string, (P: ReturnType<typeof untyped<CpuTensor>>) => CpuTensor])[] = [
    ['log', 'NaN', (P) => P.log(P.full([2], -1))],
    ['log', 'infinity', (P) => P.log(P.full([2], 0))],
    ['sqrt', 'NaN', (P) => P.sqrt(P.full([], -1))],
    ['exp', 'infinity', (P) => P.exp(P.full([2, 1], 1000))],
    ['div', 'NaN', (P) => P.div(P.full([2], 0), 0)],
    ['div', 'infinity', (P) => P.div(1, P.full([2], 0))],
    ['sub', 'NaN', (P) => P.sub(P.full([2], Infinity), P.full([2, 1], Infinity))],
    ['mul', 'infinity', (P) => P.mul(P.full([2], 1e300), 1e300)],
    ['square', 'infinity', (P) => P.square(P.full([2], 1e300))],
    ['sin', 'NaN', (P) => P.sin(P.full([2], Infinity))],
    ['sum', 'infinity', (P) => P.sum(P.full([2], 1e308))],
    ['matMul', 'NaN', (P) => P.matMul(P.full([1, 2], Infinity), P.full([2, 1], 0))],
    ['scatterRows', 'infinity', (P) => P.scatterRows(P.full([2], 1e308), [0, 0], 1)],
    ['posteriorMean', 'NaN', (P) => P.posteriorMean(P.full([1, 1], Infinity), { points: P.full([1, 1], 0) }, { alpha: 1, sigma: 1 })],
    [
      'adamUpdate',
      'NaN',
      (P) => {
        const x = P.full([2], 1)
        return P.adamUpdate({ parameter: x, first: x, second: P.neg(x) }, x, { rate: 1, beta1: 0.9, beta2: 0.99, epsilon: 0, step: 1 })
          .parameter
      },
    ],
  ]

  it.each(makers)('%s makes %s: refused at once where the numbers are at hand', (name, kind, make) => {
    const P = untyped(checked(cpu()))
    const before = P.liveTensors()
    expect(() => P.scope(() => make(P))).toThrow(fails('NotFinite', name, kind, 'none in the operands', '['))
    expect(P.liveTensors()).toBe(before)
    const lenient = untyped(checked(cpu(), { refuse: 'nan' }))
    if (kind === 'NaN') expect(() => make(lenient)).toThrow(fails('NotFinite', name, 'NaN'))
    else expect(() => make(lenient)).not.toThrow()
    expect(() => make(untyped(checked(cpu(), { refuse: 'nothing' })))).not.toThrow()
  })

  it.each(makers)('%s makes %s: refused at the next read where they are not', async (name, kind, make) => {
    const P = untyped(checked(deferred()))
    const fine = P.full([2], 1)
    const live = P.liveTensors()
    P.scope(() => {
      // What comes later, and what is made of it, is not at fault.
      P.scope(() => P.exp(make(P)))
      P.log(P.full([3], -1))
      return undefined
    })
    expect(P.liveTensors()).toBe(live)
    await expect(P.read(fine)).rejects.toThrow(fails('NotFinite', name, 'none in the operands', '['))
    expect([...(await P.read(fine))]).toEqual([1, 1])
    const lenient = untyped(checked(deferred(), { refuse: 'nan' }))
    const one = lenient.full([], 1)
    make(lenient)
    if (kind === 'NaN') await expect(lenient.read(one)).rejects.toThrow(fails('NotFinite', name, 'NaN'))
    else expect([...(await lenient.read(one))]).toEqual([1])
  })

  it('lets through what was given: infinities, what follows from them, and the extremes of nothing', async () => {
    for (const below of [cpu(), deferred()]) {
      const P = untyped(checked(below))
      const logWeights = P.tensor([0, Number.NEGATIVE_INFINITY], [2])
      expect([...(await P.read(P.exp(P.add(logWeights, 1))))]).toEqual([Math.E, 0])
      const mean = P.posteriorMean(P.full([1, 1], 0), { points: P.tensor([1, 2], [2, 1]), logWeights }, { alpha: 1, sigma: 1 })
      expect([...(await P.read(mean))]).toEqual([1])
      expect([...(await P.read(P.max(P.full([2, 0], 0), 1)))]).toEqual([-Infinity, -Infinity])
      expect([...(await P.read(P.logSumExp(P.full([0], 0), 0)))]).toEqual([-Infinity])
      expect([...(await P.read(P.mul(P.full([2], 1), Infinity)))]).toEqual([Infinity, Infinity])
    }
  })

  it('refuses NaN that the caller gives', () => {
    for (const below of [cpu(), deferred()]) {
      const P = untyped(checked(below))
      expect(() => P.tensor([1, Number.NaN], [2])).toThrow(fails('NotFinite', 'tensor', 'NaN was given'))
      expect(() => P.full([2], Number.NaN)).toThrow(fails('NotFinite', 'full'))
      expect(() => P.mul(P.full([2], 1), Number.NaN)).toThrow(fails('NotFinite', 'mul'))
    }
    expect(() => untyped(checked(cpu({ dtype: 'float32' }))).tensor([1e300], [1])).toThrow(
      fails('NotFinite', 'tensor', 'overflows in float32'),
    )
  })

  it('looks at a tensor once', () => {
    let looks = 0
    const below = untyped(cpu())
    const allFinite = (x: CpuTensor): boolean => {
      looks++
      return below.allFinite?.(x) === true
    }
    const B = { ...below, allFinite }
    const P = untyped(checked(B as unknown as Backend<CpuTensor>))
    const x = P.full([3], 1)
    for (let k = 0; k < 5; k++) P.add(x, x)
    expect(looks).toBe(1 + 5)
  })

  it('both ways of looking give the same level', async () => {
    const P = untyped(cpu())
    const levelOf = levelsAtOnce(P, P.allFinite as (x: CpuTensor) => boolean)
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(0, -0, 1, 1e308, Infinity, -Infinity, NaN), { minLength: 1, maxLength: 4 }),
        async (data) => {
          const x = P.tensor(data, [data.length])
          const expected = data.some(Number.isNaN) ? 2 : data.every(Number.isFinite) ? 0 : 1
          expect(levelOf(x)).toBe(expected)
          expect([...(await P.read(levelTensor(P, x)))]).toEqual([expected])
        },
      ),
      { seed: 3 },
    )
  })
})

describe('memory', () => {
  it('a thousand steps leave it as it was', async () => {
    for (const below of [cpu(), deferred()]) {
      const B = checked(below)
      let x = B.full([2, 2], 1)
      const counts = new Set<number>()
      for (let k = 0; k < 1000; k++) {
        const next = B.scope(() => B.mul(B.add(x, B.sqrt(B.square(x))), 0.5))
        B.free(x)
        x = next
        counts.add(B.liveTensors())
      }
      expect([...counts]).toEqual([1])
      // Besides x one scalar at most, whatever was done.
      expect(below.liveTensors()).toBeLessThanOrEqual(2)
      expect([...(await B.read(x))]).toEqual([1, 1, 1, 1])
      expect(below.liveTensors()).toBe(1)
    }
  })

  it('a body that throws loses no fault', async () => {
    const B = checked(deferred())
    const one = B.full([], 1)
    expect(() =>
      B.scope(() => {
        B.log(B.full([2], -1))
        throw new Error('other')
      }),
    ).toThrow('other')
    await expect(B.read(one)).rejects.toThrow(fails('NotFinite', 'log', '[2]'))
    expect(B.liveTensors()).toBe(1)
  })

  it('a promise is refused', () => {
    const B = checked(cpu())
    expect(() => B.scope(async () => B.full([2], 1))).toThrow(fails('InvalidArgument', 'scope'))
    expect(B.liveTensors()).toBe(0)
  })
})

it('keeps what else the backend has, and says its name', () => {
  const B = checked({ ...counted(cpu()), answer: 42 })
  B.exp(B.full([2], 0))
  expect(B.counts()['exp']).toEqual({ calls: 1, bytes: 32, flops: 2 })
  expect([B.answer, B.name, B.dtype]).toEqual([42, 'checked(counted(cpu))', 'float64'])
})
