import { type Activation, activationNames, type Shape, slopeFrom, untyped } from '@tweedie/core'
import { cpu } from '@tweedie/core/cpu'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { WasmTensor } from '../memory/tensor.js'
import { abs, expectSame, expectWithin, linearIn, roundings } from './test-linear.js'

const P = untyped(cpu())

describe.each(['float32', 'float64'] as const)('in %s', (dtype) => {
  const { memory, unit, round, put, normals, matrix, numbersOf, matMul, affine, activate, activationGradient, adamUpdate } = linearIn(dtype)

  test('shapes that do not fit are refused before anything is made', () => {
    memory.scope(() => {
      const x = put([1, 2, 3, 4, 5, 6], [2, 3])
      const before = memory.liveTensors()
      expect(() => matMul(x, x)).toThrow(expect.objectContaining({ _tag: 'ShapeMismatch', where: 'matMul' }))
      expect(() => affine(x, memory.transposedView(x), x, 'tanh')).toThrow(
        expect.objectContaining({ _tag: 'ShapeMismatch', where: 'affine' }),
      )
      expect(() => activationGradient(x, memory.transposedView(x), 'tanh')).toThrow(expect.objectContaining({ _tag: 'ShapeMismatch' }))
      expect(() => activate(x, 'softmax' as Activation)).toThrow(expect.objectContaining({ _tag: 'InvalidArgument', where: 'activate' }))
      expect(memory.liveTensors()).toBe(before + 2)
    })
  })

  /**
   * An activation is within 4 units of |x| or of the result, whichever is larger: gelu rounds 1 + erf beside 1. In float64 the two error
   * functions are each some 8 units off.
   */
  const activationBound = (dtype === 'float32' ? 4 : 16) * unit

  test.each(activationNames)('%s and its slope agree with the derived ones', async (activation) => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: 70 }), fc.nat(1000), async (count, seed) => {
        const [x, v] = [normals(seed, [count]).map((z) => round(3 * z)), normals(seed + 1, [count])]
        const X = P.tensor(x, [count])
        const y = await P.read(P.activate(X, activation))
        const kept = slopeFrom[activation] === 'output' ? y.map(round) : x
        const slope = await P.read(P.activationGradient(P.tensor(v, [count]), P.tensor(kept, [count]), activation))
        memory.scope(() => {
          expectWithin(numbersOf(activate(put(x, [count]), activation)), y, (k) => activationBound * Math.max(1, Math.abs(x[k] as number)))
          const found = numbersOf(activationGradient(put(v, [count]), put(kept, [count]), activation))
          expectWithin(found, slope, (k) => 2 * activationBound * Math.abs(v[k] as number) * (1 + Math.abs(kept[k] as number)) ** 2)
        })
      }),
      { numRuns: 20 },
    )
  })

  test('activations of NaN and infinities are those of the derived kernels', async () => {
    const x = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 0, 1e30]
    for (const activation of activationNames) {
      const wanted = await P.read(P.activate(P.tensor(x, [5]), activation))
      expect([...memory.scope(() => numbersOf(activate(put(x, [5]), activation)))].map(round)).toEqual([...wanted].map(round))
    }
  })

  const biasShapes = (m: number, o: number): Shape[] => [[o], [1, o], [m, o], [m, 1], [1], [], [1, 1]]

  test('a layer is its product, bias and activation, whatever the shape of the bias', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.tuple(fc.integer({ min: 1, max: 44 }), fc.oneof(fc.nat(12), fc.constant(300)), fc.integer({ min: 1, max: 19 })),
        fc.nat(6),
        fc.constantFrom(...activationNames),
        fc.boolean(),
        fc.nat(1000),
        async ([m, k, o], which, activation, turned, seed) => {
          const shape = biasShapes(m, o)[which] as Shape
          const [x, w, b] = [normals(seed, [m, k]), normals(seed + 1, [k, o]), normals(seed + 2, shape)]
          const exact = await P.read(P.affine(P.tensor(x, [m, k]), P.tensor(w, [k, o]), P.tensor(b, shape), activation))
          const size = await P.read(P.affine(P.tensor(abs(x), [m, k]), P.tensor(abs(w), [k, o]), P.tensor(abs(b), shape), 'identity'))
          const out = memory.scope(() => numbersOf(affine(matrix(x, [m, k], turned), put(w, [k, o]), put(b, shape), activation)))
          // No activation is steeper than 1.13.
          const gamma = 1.2 * unit * (roundings(k) + 1 + (dtype === 'float64' ? k + 1 : 1))
          expectWithin(out, exact, (at) => gamma * (size[at] as number) + activationBound * Math.max(1, size[at] as number))
        },
      ),
      { numRuns: 60 },
    )
  })

  test('a layer in one pass has the bytes of its product and activation apart', () => {
    memory.scope(() => {
      const [x, w, b] = [put(normals(5, [50, 31]), [50, 31]), put(normals(6, [31, 23]), [31, 23]), put(normals(7, [23]), [23])]
      const inside = affine(x, w, b, 'identity')
      for (const activation of activationNames) expectSame(numbersOf(affine(x, w, b, activation)), numbersOf(activate(inside, activation)))
    })
  })

  test('a step of Adam is the derived one', async () => {
    const settings = { rate: 1e-2, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, step: 3 }
    for (const count of [0, 1, 6, 1027]) {
      const [theta, m, v, g] = [0, 1, 2, 3].map((seed) => normals(seed, [count])) as [
        Float64Array,
        Float64Array,
        Float64Array,
        Float64Array,
      ]
      const state = { parameter: theta, first: m, second: abs(v) }
      const wanted = P.adamUpdate(
        { parameter: P.tensor(theta, [count]), first: P.tensor(m, [count]), second: P.tensor(state.second, [count]) },
        P.tensor(g, [count]),
        settings,
      )
      const [parameter, first, second] = await Promise.all([P.read(wanted.parameter), P.read(wanted.first), P.read(wanted.second)])
      memory.scope(() => {
        const put1 = (x: Float64Array): WasmTensor => put(x, [count])
        const next = adamUpdate({ parameter: put1(theta), first: put1(m), second: put1(state.second) }, put1(g), settings)
        const added = (before: Float64Array, beta: number, gradient: (k: number) => number) => (k: number) =>
          4 * unit * (beta * Math.abs(before[k] as number) + (1 - beta) * gradient(k))
        const firstBound = added(m, 0.9, (k) => Math.abs(g[k] as number))
        expectWithin(numbersOf(next.first), first, firstBound)
        expectWithin(
          numbersOf(next.second),
          second,
          added(state.second, 0.999, (k) => (g[k] as number) ** 2),
        )
        // The error of the mean goes through the step; the rest are a few roundings of the step and of the parameter.
        expectWithin(numbersOf(next.parameter), parameter, (k) => {
          const length = 1e-2 / (1 - 0.9 ** 3) / (Math.sqrt((second[k] as number) / (1 - 0.999 ** 3)) + 1e-8)
          return length * (firstBound(k) + 8 * unit * Math.abs(first[k] as number)) + 2 * unit * Math.abs(parameter[k] as number)
        })
      })
    }
  })
})
