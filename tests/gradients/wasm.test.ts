import { type Backend, key, type Matrix, normalArray, type Vector } from '@tweedie/core'
import { cpu } from '@tweedie/core/cpu'
import { autodiff, meanSquaredError, mlp, type Parameters, type Traced } from '@tweedie/nn'
import { wasm } from '@tweedie/wasm'
import { describe, expect, test } from 'vitest'

/** The gradient of a network's loss on the wasm backend against the cpu's in float64, on the same numbers. */

const rows = 70
const sizes = [2, 33, 20, 2]
const normals = (seed: number, count: number, scale: number): Float64Array =>
  normalArray(key(seed), count).map((z) => Math.fround(scale * z))
const [inputs, targets] = [normals(1, rows * 2, 1), normals(2, rows * 2, 1)]

const parametersOn = <N>(B: Backend<N>): Parameters<N> =>
  sizes.slice(1).map((outputs, layer) => {
    const from = sizes[layer] as number
    return {
      weight: B.tensor(normals(10 + layer, from * outputs, 1 / Math.sqrt(from)), [from, outputs]) as Matrix<N>,
      bias: B.tensor(normals(20 + layer, outputs, 0.3), [outputs]) as Vector<N>,
    }
  })

const lossAndGradient = async <N>(B: Backend<N>, activation: 'tanh' | 'relu' | 'silu' | 'gelu' | 'identity'): Promise<Float64Array[]> => {
  const network = mlp(sizes, { activation })
  const D = autodiff(B)
  const { value, gradient } = B.scope(() => {
    const [x, y] = [D.lift(B.tensor(inputs, [rows, 2])), D.lift(B.tensor(targets, [rows, 2]))]
    const at = D.valueAndGradient((p: Parameters<Traced<N>>) => meanSquaredError(D)(network.apply(D)(p, x), y))
    return at(parametersOn(B))
  })
  return Promise.all([B.read(value), ...gradient.flatMap(({ weight, bias }) => [B.read(weight), B.read(bias)])])
}

describe.each(['float32', 'float64'] as const)('in %s', (dtype) => {
  const unit = dtype === 'float32' ? 2 ** -24 : 2 ** -53

  test.each(['tanh', 'relu', 'silu', 'gelu', 'identity'] as const)(
    'the gradient of the loss of a network with %s is the cpu’s',
    async (activation) => {
      const B = wasm({ dtype, threads: 1 })
      const [found, wanted] = [await lossAndGradient(B, activation), await lossAndGradient(cpu(), activation)]
      expect(found.length).toBe(1 + 2 * (sizes.length - 1))
      found.forEach((numbers, k) => {
        const exact = wanted[k] as Float64Array
        // Six products with their activations and slopes one after the other, of up to 70 terms, whose roundings add up like their root: some
        // 6 · √70 units of the terms, which are up to ten times the sums that they cancel to.
        const bound = 500 * unit * exact.reduce((most, each) => Math.max(most, Math.abs(each)), 0)
        expect(numbers.length).toBe(exact.length)
        numbers.forEach((number, at) => expect(Math.abs(number - (exact[at] as number))).toBeLessThanOrEqual(bound))
      })
      expect(B.liveTensors()).toBe(found.length)
    },
  )
})
