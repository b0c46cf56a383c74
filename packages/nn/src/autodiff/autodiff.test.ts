import { type Backend, fold, hostMatrix, key, type Matrix, type Scalar, type Tensor, type Vector } from '@tweedie/core'
import { type CpuTensor, cpu } from '@tweedie/core/cpu'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Cell, strict } from '../testing/strict-backend.js'
import { autodiff } from './autodiff.js'
import type { Traced } from './traced.js'

const B = cpu()
const D = autodiff(B)
type T = Traced<CpuTensor>

const autodiffTwice = autodiff(D)

const vector = (...numbers: number[]): Vector<CpuTensor> => B.tensor(numbers, [numbers.length])
const numbers = async (x: Tensor<CpuTensor>): Promise<number[]> => [...(await B.read(x))]

/** Σ x³ sin x · e^(x/2) over its neighbours: smooth, with mixed second derivatives. */
const smooth =
  <N>(b: Backend<N>) =>
  (x: Vector<N>): Scalar<N> => {
    const m = b.reshape(x, [1, b.shape(x)[0]])
    const pairs = b.matMul(b.transpose(b.tanh(m)), b.exp(b.mul(m, 0.5)))
    const logits = b.logSumExp(b.mul(pairs, b.sin(m)), 1)
    return b.add(b.sum(logits), b.sum(b.mul(b.square(x), b.sigmoid(x))))
  }

describe('autodiff', () => {
  it('gives the value, and a gradient of the shape of the parameters', async () => {
    const parameters = { weight: B.tensor([1, 2, 3, 4], [2, 2]), rest: [vector(5, 6), { bias: B.tensor([7], []) }] as const }
    interface P {
      weight: Matrix<T>
      rest: readonly [Vector<T>, { bias: Scalar<T> }]
    }
    const { value, gradient } = D.valueAndGradient(({ weight, rest: [v, { bias }] }: P) => D.add(D.sum(D.mul(weight, v)), D.square(bias)))(
      parameters,
    )
    expect(await numbers(value)).toEqual([1 * 5 + 2 * 6 + 3 * 5 + 4 * 6 + 49])
    expect(await numbers(gradient.weight)).toEqual([5, 6, 5, 6])
    expect(await numbers(gradient.rest[0])).toEqual([4, 6])
    expect(await numbers(gradient.rest[1].bias)).toEqual([14])
  })

  it('gives zeros for a parameter that the function does not use, and for a constant function', async () => {
    const unused = D.gradient(({ a }: { a: Vector<T>; b: Vector<T> }) => D.sum(a))({ a: vector(1, 2), b: vector(3, 4) })
    expect(await numbers(unused.b)).toEqual([0, 0])
    expect(await numbers(D.gradient(() => D.full([], 3))(vector(1, 2)))).toEqual([0, 0])
  })

  it('sums over every path that leads to a parameter', async () => {
    const x = vector(0.3, -0.7)
    const g = D.gradient((v) => D.sum(D.add(D.mul(v, v), D.mul(D.add(v, v), 3))))(x)
    expect(await numbers(g)).toEqual([2 * 0.3 + 6, 2 * -0.7 + 6])
  })

  it('names itself after what it differentiates', () => {
    expect(D.name).toBe('autodiff(cpu)')
    expect(autodiff(D).name).toBe('autodiff(autodiff(cpu))')
    expect(D.dtype).toBe('float64')
  })
})

describe('kinks', () => {
  const slopeAt = async (f: (x: Tensor<T>) => Tensor<T>, x: number): Promise<number> =>
    (await numbers(D.gradient((v) => D.sum(f(v)))(vector(x))))[0] as number

  it('|x| and relu have slope 0 at 0', async () => {
    expect(await slopeAt(D.abs, 0)).toBe(0)
    expect(await slopeAt((x) => D.activate(x, 'relu'), 0)).toBe(0)
    const affine = D.gradient((b: Vector<T>) => D.sum(D.affine(D.full([1, 2], 0), D.full([2, 1], 1), b, 'relu')))
    expect(await numbers(affine(vector(0)))).toEqual([0])
    expect(await numbers(affine(vector(1e-300)))).toEqual([1])
  })

  it('the sides of a tie in maximum and minimum get half each', async () => {
    for (const extremum of [D.maximum, D.minimum]) {
      const g = D.gradient(({ a, b }: { a: Vector<T>; b: Vector<T> }) => D.sum(extremum(a, b)))({ a: vector(2), b: vector(2) })
      expect([await numbers(g.a), await numbers(g.b)]).toEqual([[0.5], [0.5]])
    }
    expect(await slopeAt((x) => D.maximum(x, 1), 1)).toBe(0.5)
  })

  it('elements that tie in max and min share evenly', async () => {
    expect(await numbers(D.gradient((x) => D.max(x))(vector(3, 1, 3, 3)))).toEqual([1 / 3, 0, 1 / 3, 1 / 3])
    expect(await numbers(D.gradient((x) => D.min(x))(vector(1, 1, 2)))).toEqual([0.5, 0.5, 0])
  })

  it('where sends 0 to what it does not choose: a NaN there does no harm, an infinite slope does (∞ · 0), as in every reverse mode', async () => {
    expect(await slopeAt((x) => D.where(D.greater(x, 0), x, Number.NaN), 2)).toBe(1)
    expect(await slopeAt((x) => D.where(D.greater(x, 1), x, D.sqrt(x)), 0)).toBe(Number.POSITIVE_INFINITY)
    expect(await slopeAt((x) => D.where(D.greater(x, -1), x, D.sqrt(x)), 0)).toBeNaN()
    // The guard is inside: a harmless operand where the branch is not taken.
    expect(await slopeAt((x) => D.where(D.greater(x, -1), x, D.sqrt(D.where(D.greater(x, -1), 1, x))), 0)).toBe(1)
  })

  it('logSumExp of −∞ alone has slope 0, and of one finite term slope 1', async () => {
    expect(await numbers(D.gradient((x) => D.sum(D.logSumExp(x, 0)))(vector(-Infinity, -Infinity)))).toEqual([0, 0])
    expect(await numbers(D.gradient((x) => D.sum(D.logSumExp(x, 0)))(vector(-Infinity, 800)))).toEqual([0, 1])
  })
})

describe('memory', () => {
  it('a gradient frees everything but its results, which are tensors of their own', async () => {
    const [p, q] = [vector(0.1, 0.2), vector(0.3, 0.4)]
    const before = B.liveTensors()
    const { value, gradient } = D.valueAndGradient(({ a, b }: { a: Vector<T>; b: Vector<T> }) =>
      D.sum(D.add(D.exp(D.add(a, b)), D.mul(a, 2))),
    )({ a: p, b: q })
    expect(B.liveTensors()).toBe(before + 3)
    B.free(gradient.a)
    expect(await numbers(gradient.b)).toEqual([Math.exp(0.1 + 0.3), Math.exp(0.2 + 0.4)])
    for (const x of [value, gradient.b]) B.free(x)
    expect(B.liveTensors()).toBe(before)
    expect(B.isTensor(p)).toBe(true)
  })

  it('freeing the value does not free the parameter that it equals', () => {
    const x = B.tensor([2], [])
    const before = B.liveTensors()
    const { value, gradient } = D.valueAndGradient((y: Scalar<T>) => y)(x)
    B.free(value)
    B.free(gradient)
    expect(B.liveTensors()).toBe(before)
    B.free(x)
    expect(B.liveTensors()).toBe(before - 1)
  })

  it('a scope inside a recording spares what the derivative needs and frees the rest', () => {
    let [inside, after] = [0, 0]
    const x = vector(0.5, 1.5)
    const g = D.gradient((v) => {
      const before = B.liveTensors()
      const y = D.scope(() => {
        const kept = D.exp(D.add(D.mul(v, 2), 1)) // keeps its own value alone
        const unused = D.add(D.full([100], 1), 1)
        inside = B.liveTensors() - before
        expect(D.shape(unused)).toEqual([100])
        return D.sum(D.mul(kept, 3))
      })
      after = B.liveTensors() - before
      return y
    })(x)
    expect(inside).toBe(5)
    // The result and the exponential.
    expect(after).toBe(2)
    B.free(g)
  })

  it('freeing what the derivative needs, inside the recording, is put off', async () => {
    const x = vector(0.5)
    const before = B.liveTensors()
    const g = D.gradient((v) => {
      const y = D.exp(v)
      const z = D.sum(y)
      D.free(y)
      return z
    })(x)
    expect(await numbers(g)).toEqual([Math.exp(0.5)])
    B.free(g)
    expect(B.liveTensors()).toBe(before)
  })

  it('nothing is used after it was freed, at two levels, with scopes and frees inside', async () => {
    const S = strict()
    const [D1, x] = [autodiff(S), S.tensor([0.5, -0.3], [2])]
    const D2 = autodiff(D1)
    const careful =
      <N>(b: Backend<N>) =>
      (v: Vector<N>): Scalar<N> =>
        b.scope(() => {
          const y = b.scope(() =>
            b.mul(
              b.exp(v),
              b.scope(() => b.sin(b.add(v, 1))),
            ),
          )
          const z = b.logSumExp(y, 0)
          b.free(y)
          return b.add(z, smooth(b)(v))
        })
    const product = D1.gradient((v: Vector<Traced<Cell>>) => D1.sum(D1.square(D2.gradient(careful(D2))(v) as Vector<Traced<Cell>>)))(x)
    const plain = D.gradient((v: Vector<T>) => D.sum(D.square(autodiffTwice.gradient(careful(autodiffTwice))(v) as Vector<T>)))(
      vector(0.5, -0.3),
    )
    expect(await S.read(product)).toEqual(await B.read(plain))
    expect(S.liveTensors()).toBe(2)
  })

  it('does not record what does not depend on a parameter', () => {
    const constant = D.lift(vector(1, 2))
    const x = vector(3, 4)
    let live = 0
    D.gradient((v) => {
      const product = D.mul(D.exp(constant), 2)
      expect(product.derivative).toBeUndefined()
      expect(D.greater(v, 0).derivative).toBeUndefined()
      const before = B.liveTensors()
      D.scope(() => {
        for (let k = 0; k < 10; k++) D.exp(constant)
      })
      live = B.liveTensors() - before
      return D.sum(D.mul(v, product))
    })(x)
    expect(live).toBe(0)
    // Outside of a recording nothing is kept at all.
    expect(D.exp(constant).derivative).toBeUndefined()
  })

  it('leaves nothing behind when the function throws', () => {
    const x = vector(1)
    const before = B.liveTensors()
    expect(() =>
      D.gradient((v) => {
        D.exp(v)
        throw new Error('stop')
      })(x),
    ).toThrow('stop')
    expect(B.liveTensors()).toBe(before)
    expect(D.exp(D.lift(x)).derivative).toBeUndefined()
  })
})

describe('vectorJacobian', () => {
  it('sends any number of adjoints back, and frees its recording with the scope around it', async () => {
    const x = vector(0.2, -0.4, 1.1)
    const before = B.liveTensors()
    const rows = B.scope(() => {
      const { value, pull } = D.vectorJacobian((v) => D.mul(D.sin(v), D.sum(v)), x)
      expect(B.shape(value)).toEqual([3])
      return [0, 1, 2].map((row) =>
        pull(
          B.tensor(
            [0, 1, 2].map((j) => (j === row ? 1 : 0)),
            [3],
          ),
        ),
      )
    })
    expect(B.liveTensors()).toBe(before + 3)
    const [at, total] = [[0.2, -0.4, 1.1], 0.2 - 0.4 + 1.1]
    for (const [i, row] of rows.entries())
      (await numbers(row)).forEach((value, j) => {
        const exact = (i === j ? Math.cos(at[i] as number) * total : 0) + Math.sin(at[i] as number)
        expect(value).toBeCloseTo(exact, 14)
      })
  })

  it('gives the adjoint itself through the identity, as a tensor of its own', async () => {
    const v = vector(1, 2)
    const { pull } = D.vectorJacobian((x) => x, vector(3, 4))
    const g = pull(v)
    B.free(g)
    expect(g).not.toBe(v)
    expect(await numbers(v)).toEqual([1, 2])
  })
})

describe('autodiff(autodiff(B))', () => {
  const DD = autodiffTwice

  /** Hessian times a vector: the gradient of x ↦ ⟨∇f(x), v⟩. */
  const hessianTimes = (x: Vector<CpuTensor>, v: Vector<CpuTensor>): Vector<CpuTensor> =>
    D.gradient((y) => D.sum(D.mul(DD.gradient(smooth(DD))(y as Vector<T>), D.lift(v))))(x) as Vector<CpuTensor>

  it('gives second derivatives that agree with differences of the first', async () => {
    const gradient = async (data: Float64Array): Promise<Float64Array> => B.read(D.gradient(smooth(D))(B.tensor(data, [data.length])))
    await fc.assert(
      fc.asyncProperty(fc.nat(1e6), fc.integer({ min: 1, max: 4 }), async (seed, size) => {
        const x = await B.read(B.normal(key(seed), [size]))
        const v = await B.read(B.normal(fold(key(seed), 1), [size]))
        const h = 1e-5
        const [up, down] = await Promise.all([h, -h].map((s) => gradient(x.map((each, k) => each + s * (v[k] as number)))))
        const exact = await numbers(hessianTimes(B.tensor(x, [size]), B.tensor(v, [size])))
        const scale = Math.max(1, ...exact.map(Math.abs))
        // Truncation h² f⁗/6 and rounding ε f′/h are both below 1e-9 of the scale.
        exact.forEach((value, k) =>
          expect(Math.abs(value - ((up?.[k] as number) - (down?.[k] as number)) / (2 * h))).toBeLessThan(1e-6 * scale),
        )
      }),
      { numRuns: 25, seed: 7 },
    )
  })

  it('gives the closed second derivative of ln Σ exp: diag(s) − s sᵀ', async () => {
    const x = vector(0.1, 0.9, -1.3)
    const softmax = [0.1, 0.9, -1.3].map(Math.exp)
    const total = softmax.reduce((a, b) => a + b)
    const s = softmax.map((e) => e / total)
    for (const j of [0, 1, 2]) {
      const e = vector(...[0, 1, 2].map((k) => (k === j ? 1 : 0)))
      const column = D.gradient((y) => D.sum(D.mul(DD.gradient((z) => DD.sum(DD.logSumExp(z, 0)))(y), D.lift(e))))(x)
      ;(await numbers(column)).forEach((value, i) =>
        expect(value).toBeCloseTo((i === j ? (s[i] as number) : 0) - (s[i] as number) * (s[j] as number), 14),
      )
    }
  })

  it('differentiates the gradient of every posterior twice', async () => {
    const points = B.normal(key(5), [4, 2])
    const x = await B.read(B.normal(key(6), [3, 2]))
    const level = { alpha: 0.7, sigma: 0.8 }
    // ∇ ln p = (α m − x)/σ² (Tweedie), so the gradient of Σ ln p has the closed form and its gradient again that of Σ(α m − x)/σ².
    const score = (data: Float64Array) =>
      D.gradient((y: Matrix<T>) =>
        D.sum(
          DD.gradient((z: Matrix<Traced<T>>) => DD.sum(DD.posteriorMoments(z, { points: DD.lift(D.lift(points)) }, level).logDensity))(y),
        ),
      )(B.tensor(data, [3, 2]))
    const closed = (data: Float64Array) =>
      D.gradient((y: Matrix<T>) =>
        D.sum(D.div(D.sub(D.mul(D.posteriorMean(y, { points: D.lift(points) }, level), level.alpha), y), level.sigma ** 2)),
      )(B.tensor(data, [3, 2]))
    const [first, second] = [await numbers(score(x)), await numbers(closed(x))]
    first.forEach((value, k) => expect(value).toBeCloseTo(second[k] as number, 12))
  })

  it('gives Jacobian-vector products: the derivative of v ↦ vᵀJ', async () => {
    const x = vector(0.4, -0.6)
    const direction = vector(1.5, 0.5)
    const product = B.scope(() => {
      const { value, pull } = DD.vectorJacobian((z: Vector<Traced<T>>) => DD.mul(DD.sin(z), DD.sum(DD.square(z))), D.lift(x))
      const zero = B.full(B.shape(D.primal(value)), 0)
      return D.gradient((v: Vector<T>) => D.sum(D.mul(pull(v), D.lift(direction))))(zero)
    })
    const [a, b, u, w] = [0.4, -0.6, 1.5, 0.5]
    const along = 2 * a * u + 2 * b * w
    const squares = a * a + b * b
    const exact = [Math.cos(a) * u * squares + Math.sin(a) * along, Math.cos(b) * w * squares + Math.sin(b) * along]
    ;(await numbers(product)).forEach((value, k) => expect(value).toBeCloseTo(exact[k] as number, 14))
  })

  it('frees everything but the result', () => {
    const x = vector(0.1, 0.2)
    const v = vector(1, 2)
    const before = B.liveTensors()
    const product = hessianTimes(x, v)
    expect(B.liveTensors()).toBe(before + 1)
    B.free(product)
  })
})

describe('refusals', () => {
  it('a gradient of something that is not a scalar', () => {
    expect(() => D.gradient((x) => x as Scalar<T>)(vector(1, 2))).toThrow(/shape \[2\].*sum/)
  })
  it('a leaf that is not a tensor, by its place', () => {
    const parameters = { layers: [{ weight: 3 }] } as unknown as { layers: { weight: Vector<CpuTensor> }[] }
    expect(() => D.gradient((p: { layers: { weight: Vector<T> }[] }) => D.sum(p.layers[0]?.weight as Vector<T>))(parameters)).toThrow(
      /layers\[0\]\.weight: the number 3/,
    )
  })
  it('an asynchronous function', () => {
    expect(() => D.gradient((async () => D.full([], 1)) as never)(vector(1))).toThrow(/promise/)
  })
  it('a result that is not one of its tensors', () => {
    expect(() => D.gradient((() => vector(1)) as never)(vector(1))).toThrow(/did not return a tensor of autodiff\(cpu\)/)
  })
  it('an operand of the backend below, or of another level', () => {
    const raw = vector(1) as unknown as Vector<T>
    expect(() => D.exp(raw)).toThrow(/lift/)
    expect(() => autodiff(B).exp(D.lift(vector(1)))).toThrow(/lift/)
  })
  it('an adjoint of another shape', () => {
    expect(() => D.vectorJacobian((x) => D.exp(x), vector(1, 2)).pull(vector(1))).toThrow(/\[1\].*\[2\]/)
  })
})

it('matrices come in from the host as on any backend', async () => {
  const { data, rows, columns } = hostMatrix([1, 2, 3, 4], 2, 2)
  expect([...(await D.read(D.transpose(D.tensor(data, [rows, columns]))))]).toEqual([1, 3, 2, 4])
})
