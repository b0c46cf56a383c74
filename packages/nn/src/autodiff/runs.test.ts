import { type Matrix, makeBackend, type Scalar, type Tensor, untyped, type Vector } from '@tweedie/core'
import { type CpuTensor, cpu } from '@tweedie/core/cpu'
import { describe, expect, it } from 'vitest'
import { type Cell, strict } from '../testing/strict-backend.js'
import { autodiff } from './autodiff.js'
import type { Traced } from './traced.js'

type T = Traced<CpuTensor>
const B = cpu()
const D = autodiff(B)
const DD = autodiff(D)
const numbers = async (x: Tensor<CpuTensor>): Promise<number[]> => [...(await B.read(x))]
const scalar = (x: number): Scalar<CpuTensor> => B.tensor([x], [])

describe('a tensor of another differentiation by the same backend', () => {
  const one = scalar(1)
  /** d/dy (x² y) at y = 1, which is x², inside of a function of x: the derivative by x would be lost. */
  const inner = {
    gradient: (x: Scalar<T>) => D.gradient((y: Scalar<T>) => D.mul(D.square(x), y))(one),
    vectorJacobian: (x: Scalar<T>) => D.vectorJacobian((y: Scalar<T>) => D.mul(D.square(x), y), one).value,
    jacobianVector: (x: Scalar<T>) => D.jacobianVector((y: Scalar<T>) => D.mul(y, x), one, one).tangent,
    'the result itself': (x: Scalar<T>) => D.gradient((_: Scalar<T>) => x)(one),
    'the identity of it': (x: Scalar<T>) => D.gradient((_: Scalar<T>) => D.activate(x, 'identity'))(one),
    'a cloud': (x: Scalar<T>) =>
      D.jacobian(
        (y: Matrix<T>) => D.posteriorMean(y, { points: D.reshape(x, [1, 1]) }, { alpha: 1, sigma: 1 }),
        B.full([1, 1], 0),
      ) as Tensor<CpuTensor>,
  }

  it.each(Object.entries(inner))('around this one is refused: %s', (_, use) => {
    const f = (x: Scalar<T>) => D.mul(x, D.lift(use(x) as Tensor<CpuTensor>) as Scalar<T>)
    expect(() => D.gradient(f)(scalar(3))).toThrow(/another differentiation.*autodiff\(autodiff\(B\)\)/)
    expect(() => D.jacobianVector(f, scalar(3), one)).toThrow(/another differentiation/)
  })

  it('that has ended is refused, and is a constant where nothing is differentiated', () => {
    let leaked: Scalar<T> | undefined
    D.gradient((x: Scalar<T>) => {
      leaked = D.square(x)
      return leaked
    })(scalar(3))
    expect(() => D.gradient((x: Scalar<T>) => D.mul(x, leaked as Scalar<T>))(scalar(2))).toThrow(/one that has ended/)
    expect(() => D.jacobianVector((x: Scalar<T>) => D.mul(x, leaked as Scalar<T>), scalar(2), one)).toThrow(/one that has ended/)
    expect(D.exp(leaked as Scalar<T>).derivative).toBeUndefined()
  })

  it('may be looked at, and be a constant where that is said', async () => {
    const g = D.gradient((x: Scalar<T>) => {
      const constant = D.lift(
        D.gradient((y: Scalar<T>) => {
          expect(D.shape(x)).toEqual([])
          return D.mul(D.lift(D.square(D.lift(D.primal(x))).primal), y)
        })(one),
      )
      return D.mul(x, constant)
    })(scalar(3))
    expect(await numbers(g)).toEqual([9])
  })

  it('is what autodiff(autodiff(B)) is for: d/dx (x · d/dy (x² y)) = 3 x²', async () => {
    const f = (x: Scalar<T>) => D.mul(x, DD.gradient((y: Scalar<Traced<T>>) => DD.mul(DD.square(DD.lift(x)), y))(D.lift(one))) as Scalar<T>
    expect(await numbers(D.gradient(f)(scalar(3)))).toEqual([27])
    expect(await numbers(D.jacobianVector(f, scalar(3), one).tangent)).toEqual([27])
    const g = (x: Scalar<T>) =>
      D.mul(x, DD.jacobianVector((y: Scalar<Traced<T>>) => DD.mul(DD.square(DD.lift(x)), y), D.lift(one), D.lift(one)).tangent) as Scalar<T>
    expect(await numbers(D.gradient(g)(scalar(3)))).toEqual([27])
    // Perturbations are not confused: d/dx (x · d/dy (x + y)) = 1.
    const h = (x: Scalar<T>) =>
      D.mul(x, DD.jacobianVector((y: Scalar<Traced<T>>) => DD.add(DD.lift(x), y), D.lift(one), D.lift(one)).tangent) as Scalar<T>
    expect(await numbers(D.jacobianVector(h, scalar(3), one).tangent)).toEqual([1])
  })
})

describe('memory of a forward run', () => {
  const S = strict()
  const E = autodiff(S)

  it('scopes spare the tangents of what they return, and free the others', async () => {
    const [x, v] = [S.tensor([0.5, 1.5], [2]), S.tensor([1, -1], [2])]
    const before = S.liveTensors()
    let after = 0
    const { value, tangent } = E.jacobianVector(
      (y: Vector<Traced<Cell>>) => {
        const z = E.scope(() =>
          E.mul(
            E.exp(E.add(y, 1)),
            E.scope(() => E.sin(y)),
          ),
        )
        after = S.liveTensors() - before
        return E.sum(z)
      },
      x,
      v,
    )
    // Inside, the value and the tangent of z; outside, the two results.
    expect(after).toBe(2)
    expect(S.liveTensors()).toBe(before + 2)
    const slope = (t: number): number => Math.exp(t + 1) * (Math.sin(t) + Math.cos(t))
    expect((await S.read(tangent))[0]).toBeCloseTo(slope(0.5) - slope(1.5), 13)
    for (const each of [value, tangent, x, v]) S.free(each)
  })

  it('freeing a value frees its tangent alone, and never the direction', async () => {
    const [x, v] = [S.tensor([2], [1]), S.tensor([3], [1])]
    const before = S.liveTensors()
    let inside = 0
    const { value, tangent } = E.jacobianVector(
      (y: Vector<Traced<Cell>>) => {
        const shifted = E.add(y, 1)
        const again = E.sub(shifted, 1)
        E.free(shifted)
        inside = S.liveTensors() - before
        return E.mul(again, y)
      },
      x,
      v,
    )
    expect(inside).toBe(2)
    expect(await S.read(tangent)).toEqual(Float64Array.of(12))
    expect(await S.read(v)).toEqual(Float64Array.of(3))
    for (const each of [value, tangent, x, v]) S.free(each)
    expect(S.liveTensors()).toBe(before - 2)
  })

  it('a thousand derivatives of both kinds leave nothing', () => {
    const [x, v] = [B.tensor([2, 0.1], [2]), B.tensor([3, 1], [2])]
    const f = (y: Vector<T>) => D.sum(D.mul(D.tanh(y), y))
    const gradient = D.gradient(f)
    const before = B.liveTensors()
    for (let k = 0; k < 500; k++) {
      const { value, tangent } = D.jacobianVector(f, x, v)
      for (const each of [value, tangent, gradient(x)]) B.free(each)
    }
    expect(B.liveTensors()).toBe(before)
  })

  it('a function that throws leaves nothing', () => {
    const [x, v] = [S.tensor([2, 0.1], [2]), S.tensor([3, 1], [2])]
    const before = S.liveTensors()
    expect(() =>
      E.jacobianVector(
        (y: Vector<Traced<Cell>>) => {
          E.exp(y)
          throw new Error('stop')
        },
        x,
        v,
      ),
    ).toThrow('stop')
    expect(S.liveTensors()).toBe(before)
  })
})

describe('memory of a reverse sweep', () => {
  it('frees an adjoint once it is sent on: a long chain never holds more than a few', () => {
    const S = strict()
    let peak = 0
    const watched = makeBackend<Cell>({
      ...untyped(S),
      mul: (a, b) => {
        const y = untyped(S).mul(a, b)
        peak = Math.max(peak, S.liveTensors())
        return y
      },
    })
    const E = autodiff(watched)
    const length = 50
    const x = S.tensor([0.1, 0.2], [2])
    const before = S.liveTensors()
    const g = E.gradient((y: Vector<Traced<Cell>>) => {
      let z = y
      for (let k = 0; k < length; k++) z = E.sin(E.mul(z, 0.9))
      return E.sum(z)
    })(x)
    // Two tensors for each link are the values, one of which is kept for the slope; beyond them, an adjoint and what its sending takes.
    expect(peak - before).toBeLessThan(2 * length + 8)
    S.free(g)
    expect(S.liveTensors()).toBe(before)
  })

  it('leaves an adjoint that several nodes share until the last has it', async () => {
    const S = strict()
    const E = autodiff(S)
    const x = S.tensor([0.3, -0.2], [2])
    // Every sum here sends one tensor to both of its operands.
    const g = E.gradient((y: Vector<Traced<Cell>>) => {
      const [a, b] = [E.add(y, y), E.sin(y)]
      return E.sum(E.add(E.add(a, b), E.add(E.exp(b), E.add(a, y))))
    })(x)
    const exact = [0.3, -0.2].map((t) => 5 + Math.cos(t) * (1 + Math.exp(Math.sin(t))))
    ;(await S.read(g)).forEach((each, k) => expect(each).toBeCloseTo(exact[k] as number, 14))
  })
})
