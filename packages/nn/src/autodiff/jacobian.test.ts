import { type Backend, key, type Matrix, type Scalar, type Tensor, type Vector } from '@tweedie/core'
import { type CpuTensor, cpu } from '@tweedie/core/cpu'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { strict } from '../testing/strict-backend.js'
import { autodiff } from './autodiff.js'
import { hessian, hessianVector } from './hessian.js'
import type { Traced } from './traced.js'

type T = Traced<CpuTensor>
const B = cpu()
const D = autodiff(B)
const numbers = async (x: Tensor<CpuTensor>): Promise<number[]> => [...(await B.read(x))]
const vector = (...data: number[]): Vector<CpuTensor> => B.tensor(data, [data.length])

/** A function that counts its calls. */
const counted = <X, Y>(f: (x: X) => Y): { readonly f: (x: X) => Y; readonly calls: () => number } => {
  let calls = 0
  return {
    f: (x) => {
      calls++
      return f(x)
    },
    calls: () => calls,
  }
}

describe('jacobianVector', () => {
  it('gives the value and the derivative along a direction', async () => {
    const { value, tangent } = D.jacobianVector((x: Vector<T>) => D.mul(D.sin(x), D.sum(x)), vector(0.3, -0.5), vector(2, 1))
    const [a, b, total] = [0.3, -0.5, -0.2]
    expect(await numbers(value)).toEqual([Math.sin(a), Math.sin(b)].map((s) => s * (a + b)))
    const exact = [Math.cos(a) * 2 * total + Math.sin(a) * 3, Math.cos(b) * total + Math.sin(b) * 3]
    ;(await numbers(tangent)).forEach((each, k) => expect(each).toBeCloseTo(exact[k] as number, 15))
  })

  it('takes trees, and finds the directions by their place', async () => {
    interface Line {
      readonly slope: Vector<T>
      readonly rest: readonly [Vector<T>]
    }
    const f = ({ slope, rest: [offset] }: Line) => D.add(D.mul(slope, 3), offset)
    const { tangent } = D.jacobianVector(f, { slope: vector(1), rest: [vector(2)] }, { rest: [vector(10)], slope: vector(5) })
    expect(await numbers(tangent)).toEqual([25])
  })

  it('gives zeros for a constant, and a tangent of its own through the identity', async () => {
    const v = vector(1, 2)
    expect(await numbers(D.jacobianVector((_: Vector<T>) => D.full([3], 1), vector(3, 4), v).tangent)).toEqual([0, 0, 0])
    const { value, tangent } = D.jacobianVector((x: Vector<T>) => x, vector(3, 4), v)
    for (const each of [value, tangent]) B.free(each)
    expect(tangent).not.toBe(v)
    expect(await numbers(v)).toEqual([1, 2])
  })

  it('refuses a direction that is not like x', () => {
    const f = (x: Vector<T>) => D.exp(x)
    expect(() => D.jacobianVector(f, vector(1, 2), vector(1))).toThrow(/direction of shape \[1\] for x of shape \[2\]/)
    const g = ({ a }: { a: Vector<T> }) => D.exp(a)
    expect(() => D.jacobianVector(g, { a: vector(1) }, { b: vector(1) } as never)).toThrow(/a: the direction has no tensor/)
    expect(() => D.jacobianVector(g, { a: vector(1) }, { a: vector(1), b: vector(1) } as never)).toThrow(/not a tree like x/)
    expect(() => D.jacobianVector(g, { a: vector(1) }, vector(1) as never)).toThrow(/not a tree like x/)
    expect(() => D.jacobianVector(g, { a: 3 } as never, { a: 3 } as never)).toThrow(/the number 3/)
    expect(() => D.jacobianVector((() => vector(1)) as never, vector(1), vector(1))).toThrow(/did not return a tensor of autodiff\(cpu\)/)
  })
})

describe('jacobian', () => {
  const weights = B.tensor([1, -2, 0.5, 3, 0, -1], [3, 2])
  /** sin(x W), with the Jacobian ∂y_p/∂x_k = cos((x W)_p) W_kp. */
  const image = (w: Matrix<CpuTensor>) => (x: Vector<T>) => {
    const row = D.reshape(x, [1, B.shape(w)[0] as number])
    return D.reshape(D.sin(D.matMul(row, D.lift(w))), [B.shape(w)[1] as number]) as Vector<T>
  }
  const closed = async (w: Matrix<CpuTensor>, x: readonly number[]): Promise<number[]> => {
    const [[, p], data] = [B.shape(w) as [number, number], await numbers(w)]
    const entry = (k: number, j: number): number => data[k * p + j] as number
    return Array.from({ length: p }, (_, j) => {
      const slope = Math.cos(x.reduce((sum, each, k) => sum + each * entry(k, j), 0))
      return x.map((_, k) => slope * entry(k, j))
    }).flat()
  }

  it('goes by rows where there are no more of them than columns, in one recording', async () => {
    const { f, calls } = counted(image(weights))
    const J = D.jacobian(f, vector(0.4, -0.3, 0.9))
    expect(B.shape(J)).toEqual([2, 3])
    expect(calls()).toBe(1)
    const exact = await closed(weights, [0.4, -0.3, 0.9])
    ;(await numbers(J)).forEach((each, k) => expect(each).toBeCloseTo(exact[k] as number, 14))
  })

  it('goes by columns where those are fewer, a forward pass each', async () => {
    const { f, calls } = counted(image(B.transpose(weights)))
    const J = D.jacobian(f, vector(0.4, -0.3))
    expect(B.shape(J)).toEqual([3, 2])
    expect(calls()).toBe(3)
    const exact = await closed(B.transpose(weights), [0.4, -0.3])
    ;(await numbers(J)).forEach((each, k) => expect(each).toBeCloseTo(exact[k] as number, 14))
  })

  it('has the axes of f(x), then those of x, scalars and empty axes included', async () => {
    const m = B.tensor([1, 2, 3, 4, 5, 6], [2, 3])
    expect(B.shape(D.jacobian((x: Matrix<T>) => D.transpose(x), m))).toEqual([3, 2, 2, 3])
    expect(await numbers(D.jacobian((x: Scalar<T>) => D.square(x), B.tensor([3], [])))).toEqual([6])
    expect(B.shape(D.jacobian((x: Vector<T>) => D.sum(x), vector()))).toEqual([0])
    expect(B.shape(D.jacobian((x: Vector<T>) => D.broadcastTo(D.sum(x), [2]), vector()))).toEqual([2, 0])
    expect(B.shape(D.jacobian((x: Vector<T>) => D.slice(x, 0, 0, 0), vector(1, 2)))).toEqual([0, 2])
  })

  it('knows the shapes where the compiler does', () => {
    const f = (x: Tensor<T, [3]>): Tensor<T, [2]> => D.reshape(D.matMul(D.reshape(x, [1, 3]), D.lift(weights)), [2])
    const J = D.jacobian(f, B.tensor([1, 2, 3], [3]))
    expectTypeOf(J).toEqualTypeOf<Tensor<CpuTensor, [2, 3]>>()
    const { tangent } = D.jacobianVector(f, B.tensor([1, 2, 3], [3]), B.tensor([1, 0, 0], [3]))
    expectTypeOf(tangent).toEqualTypeOf<Tensor<CpuTensor, [2]>>()
    const rows = D.rowJacobian((x: Matrix<T, 4, 3>) => D.matMul(x, D.lift(weights)), B.full([4, 3], 1))
    expectTypeOf(rows).toEqualTypeOf<Tensor<CpuTensor, [4, 2, 3]>>()
    expect([J, tangent, rows].map((each: Tensor<CpuTensor>) => B.shape(each))).toEqual([[2, 3], [2], [4, 2, 3]])
  })

  it('frees everything but the result', () => {
    const S = strict()
    const d = autodiff(S)
    const x = S.tensor([1, 2, 3], [3])
    S.free(d.jacobian((y) => d.mul(d.exp(y), d.sum(y)), x))
    S.free(d.jacobian((y) => d.concat([y, d.exp(y)], 0), x))
    S.free(
      d.rowJacobian(
        (y) => d.concat([y, y], 1),
        S.scope(() => S.reshape(x, [1, 3])),
      ),
    )
    expect(S.liveTensors()).toBe(2)
  })
})

describe('rowJacobian', () => {
  const x = B.normal(key(4), [5, 3])
  /** Row-wise functions to fewer and to more columns. */
  const narrow = (y: Matrix<T>) => D.concat([D.sum(D.mul(y, y), 1, true), D.max(D.sin(y), 1, true)], 1)
  const wide = (y: Matrix<T>) => D.concat([D.exp(y), D.mul(y, D.sum(y, 1, true))], 1)

  it.each([
    ['fewer', narrow, 2, 1],
    ['more', wide, 6, 4],
  ] as const)('is the diagonal of blocks of the Jacobian, with %s columns, in as few passes', async (_, rowWise, r, passes) => {
    const { f, calls } = counted(rowWise as (y: Matrix<T>) => Matrix<T>)
    const rows = D.rowJacobian(f, x)
    expect(B.shape(rows)).toEqual([5, r, 3])
    expect(calls()).toBe(passes)
    const [blocks, all] = [await numbers(rows), await numbers(D.jacobian(f, x))]
    for (let i = 0; i < 5; i++)
      for (let p = 0; p < r; p++)
        for (let j = 0; j < 3; j++) expect(blocks[(i * r + p) * 3 + j]).toBeCloseTo(all[((i * r + p) * 5 + i) * 3 + j] as number, 14)
  })

  it('takes no rows, and refuses what is not a matrix or has other rows', () => {
    expect(B.shape(D.rowJacobian((y: Matrix<T>) => D.exp(y), B.full([0, 2], 0)))).toEqual([0, 2, 2])
    expect(() => D.rowJacobian(((y: Matrix<T>) => D.sum(y, 1)) as never, x)).toThrow(/f\(x\) of shape \[5\]/)
    expect(() => D.rowJacobian((y: Matrix<T>) => D.transpose(y), x)).toThrow(/3 rows from 5/)
    expect(() => D.rowJacobian(((y: Vector<T>) => y) as never, vector(1) as never)).toThrow(/x of shape \[1\]/)
  })
})

describe('hessian', () => {
  /** x₁³ x₂ + ln Σ eˣ */
  const program =
    <N>(b: Backend<N>) =>
    (x: Vector<N, 2>): Scalar<N> => {
      const [first, second] = [b.slice(x, 0, 0, 1), b.slice(x, 0, 1, 2)]
      return b.add(b.sum(b.mul(b.mul(b.square(first), first), second)), b.logSumExp(x, 0)) as Scalar<N>
    }
  const [a, b] = [0.7, -0.4]
  const s = 1 / (1 + Math.exp(b - a))
  const exact = [6 * a * b + s * (1 - s), 3 * a * a - s * (1 - s), 3 * a * a - s * (1 - s), s * (1 - s)]

  it('is that of the closed form, and times a vector too', async () => {
    const x = B.tensor([a, b], [2])
    const before = B.liveTensors()
    const H = hessian(B, program)(x)
    const v = B.tensor([2, -1], [2])
    const product = hessianVector(B, program)(x, v)
    expect(B.liveTensors()).toBe(before + 3)
    ;(await numbers(H)).forEach((each, k) => expect(each).toBeCloseTo(exact[k] as number, 14))
    const [h11, h12, h21, h22] = exact as [number, number, number, number]
    ;(await numbers(product)).forEach((each, k) => expect(each).toBeCloseTo([2 * h11 - h12, 2 * h21 - h22][k] as number, 14))
  })

  it('has the shape of x twice', async () => {
    const cubes =
      <N>(c: Backend<N>) =>
      (x: Matrix<N, 2, 2>) =>
        c.sum(c.mul(c.square(x), x))
    const H = hessian(B, cubes)(B.tensor([1, 2, 3, 4], [2, 2]))
    expect(B.shape(H)).toEqual([2, 2, 2, 2])
    expect(await numbers(H)).toEqual([6, 0, 0, 0, 0, 12, 0, 0, 0, 0, 18, 0, 0, 0, 0, 24])
  })
})
