import type { Matrix } from '@tweedie/core'
import { meanSquaredError, mlp, type Parameters } from '@tweedie/nn'
import { describe, it } from 'vitest'
import { B, D, differences, expectClose, innerProduct, leavingNothing, normals, readAll, type T } from './support.js'

/** The loss of a network with respect to every parameter: reverse mode, forward mode and differences. */

const sizes = [2, 5, 4, 2]
const [inputs, targets] = [normals(1, 2 * 7), normals(2, 2 * 7)]

describe.each(['tanh', 'relu', 'silu', 'gelu', 'identity'] as const)('the loss of a network with %s', (activation) => {
  const network = mlp(sizes, { activation })
  const shapes = sizes.slice(1).flatMap((outputs, layer) => [[sizes[layer] as number, outputs], [outputs]])
  const count = shapes.reduce((sum, shape) => sum + shape.reduce((a, b) => a * b, 1), 0)

  /** All parameters as one row of numbers, and back. */
  const parametersOf = (numbers: Float64Array): Parameters<ReturnType<typeof B.full>> => {
    let end = 0
    const tensors = shapes.map((shape) => {
      const from = end
      end += shape.reduce((a, b) => a * b, 1)
      return B.tensor(numbers.subarray(from, end), shape)
    })
    return sizes.slice(1).map((_, layer) => ({ weight: tensors[2 * layer], bias: tensors[2 * layer + 1] })) as never
  }
  const lossOn = (p: Parameters<T>) => {
    const [x, y] = [inputs, targets].map((data) => D.lift(B.tensor(data, [7, 2]))) as [Matrix<T>, Matrix<T>]
    return meanSquaredError(D)(network.apply(D)(p, x), y)
  }
  const start = normals(3, count).map((z) => 0.6 * z)

  it('has the gradient that differences give, and that forward mode gives along any direction', () =>
    leavingNothing(async () => {
      const gradientAt = D.valueAndGradient(lossOn)
      const named = await readAll(() => {
        const { gradient } = gradientAt(parametersOf(start))
        return Object.fromEntries(
          gradient.flatMap(({ weight, bias }, k) => [
            [`${k} weight`, weight],
            [`${k} bias`, bias],
          ]),
        )
      })
      const gradient = Float64Array.from(Object.values(named).flatMap((each) => [...each]))

      // A step that crosses no kink of relu; h = 1e-5 has a truncation error of order 1e-20 and a rounding error of 1e-11.
      const loss = async (numbers: Float64Array) =>
        (
          await readAll(() => {
            const p = parametersOf(numbers)
            return { loss: meanSquaredError(B)(network.apply(B)(p, B.tensor(inputs, [7, 2])), B.tensor(targets, [7, 2])) }
          })
        ).loss
      expectClose(gradient, await differences(loss, start, 1e-5), 1e-6)

      const v = normals(4, count)
      const { tangent } = await readAll(() => ({ tangent: D.jacobianVector(lossOn, parametersOf(start), parametersOf(v)).tangent }))
      expectClose(tangent, [innerProduct(gradient, v)], 1e-12)
    }))
})
