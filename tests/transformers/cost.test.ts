import { type Backend, counted, key, type Matrix, type Scalar } from '@tweedie/core'
import { type CpuTensor, cpu } from '@tweedie/core/cpu'
import { autodiff, meanSquaredError, mlp, type Parameters, type Traced } from '@tweedie/nn'
import { describe, expect, it } from 'vitest'

describe('the cost of a network, counted', () => {
  const widths = [6, 40, 30, 2]
  const rows = 50

  it('one pass is 2·M·K·P for each layer', () => {
    const B = counted(cpu())
    const x = B.normal(key(1), [rows, 6])
    const weights = widths.slice(1).map((width, k) => B.normal(key(k), [widths[k] as number, width]) as Matrix<CpuTensor>)
    B.resetCounts()
    weights.reduce<Matrix<CpuTensor>>((h, weight) => B.tanh(B.matMul(h, weight)), x)
    const products = widths.slice(1).reduce((sum, width, k) => sum + 2 * rows * (widths[k] as number) * width, 0)
    const activations = widths.slice(1).reduce((sum, width) => sum + rows * width, 0)
    expect(B.counts()['matMul']?.flops).toBe(products)
    expect(B.counts()['tanh']?.flops).toBe(activations)
    expect(B.totals().flops).toBe(products + activations)
  })

  // Griewank & Walther, "Evaluating Derivatives", 2008, §4.6: the gradient of a scalar costs at most 5 times the scalar, here in counted
  // floating-point operations, for a network of any activation.
  it.each(['tanh', 'relu', 'silu', 'gelu'] as const)('the gradient of a loss costs at most five times the loss: %s', (activation) => {
    const C = counted(cpu())
    const D = autodiff(C)
    const network = mlp(widths, { activation })
    const parameters = network.initialise(C, key(2))
    const [x, y] = [C.normal(key(3), [rows, 6]), C.normal(key(4), [rows, 2])]
    const loss = <N>(B: Backend<N>, p: Parameters<N>, input: Matrix<N>, target: Matrix<N>): Scalar<N> =>
      meanSquaredError(B)(network.apply(B)(p, input), target)

    C.resetCounts()
    C.scope(() => loss(C, parameters, x, y))
    const once = C.totals().flops
    C.resetCounts()
    C.scope(() => D.valueAndGradient((p: Parameters<Traced<CpuTensor>>) => loss(D, p, D.lift(x), D.lift(y)))(parameters))
    const ratio = C.totals().flops / once
    expect(ratio).toBeGreaterThan(2)
    expect(ratio).toBeLessThanOrEqual(5)
  })
})
