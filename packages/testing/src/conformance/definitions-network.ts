import type { Activation, AdamState, AdamStep } from '@tweedie/core'
import { sigmoid } from './definitions-elementwise.js'
import { reductionDefinitions } from './definitions-reductions.js'
import { erfc } from './erf.js'
import { type Element, type Expected, fromElements } from './expected.js'
import type { Format } from './format.js'
import { at, type HostTensor, indicesOf } from './host-tensor.js'

export const activations: Readonly<Record<Activation, (x: number) => number>> = {
  identity: (x) => x,
  tanh: Math.tanh,
  relu: (x) => (x > 0 ? x : Number.isNaN(x) ? x : 0),
  silu: (x) => x * sigmoid(x),
  // x/2 · (1 + erf(x/√2)) without the loss of digits at negative x.
  gelu: (x) => 0.5 * x * erfc(-x * Math.SQRT1_2),
}

/** The slope of an activation from what is kept, and the size of what is rounded in it. */
const slopes: Readonly<Record<Activation, (kept: number) => readonly [slope: number, size: number]>> = {
  identity: () => [1, 1],
  tanh: (y) => [1 - y * y, 1 + y * y],
  relu: (y) => [y > 0 ? 1 : 0, 1],
  silu: (x) => {
    const s = sigmoid(x)
    return [s * (1 + x * (1 - s)), s * (1 + Math.abs(x))]
  },
  // e^(−x²/2) of a rounded square, whose error x²/2 magnifies; Φ by 1 + erf, where both are rounded.
  gelu: (x) => {
    const bell = Math.abs(x) * Math.exp(-0.5 * x * x) * Math.sqrt(0.5 / Math.PI)
    return [0.5 * erfc(-x * Math.SQRT1_2) + (x * Math.exp(-0.5 * x * x)) / Math.sqrt(2 * Math.PI), 1 + bell * (1 + 0.5 * x * x)]
  },
}

/** No activation is steeper: silu′ ≤ 1.0999, gelu′ ≤ 1.1290. */
const STEEPEST = 1.13

export const networkDefinitions = ({ dtype, epsilon, underflow }: Format) => ({
  /**
   * As good as its own magnitude, but for the factor that x multiplies: 1 + erf is rounded beside 1, so gelu has the scale |x|; and the
   * logistic function of silu may underflow.
   */
  activate: (x: HostTensor, activation: Activation): Expected => {
    const scale = (value: number, result: number): number => {
      if (!Number.isFinite(result)) return 0
      if (activation === 'gelu') return Math.abs(value)
      return Math.abs(result) + (activation === 'silu' ? underflow * Math.abs(value) : 0)
    }
    const values = x.data.map(activations[activation])
    return { shape: x.shape, values, scale: values.map((result, k) => scale(x.data[k] as number, result)) }
  },

  /** Scale |v| times the size of what is rounded in the slope: 1 + y² for tanh, s(1 + |x|) for silu, 1 + |x| φ(x)(1 + x²/2) for gelu. */
  activationGradient: (adjoint: HostTensor, kept: HostTensor, activation: Activation): Expected => {
    const elements = adjoint.data.map((v, k): Element => {
      const x = kept.data[k] as number
      const [slope, size] = slopes[activation](x)
      const value = activation === 'identity' ? v : activation === 'relu' ? (x > 0 ? v : 0) : v * slope
      const scale =
        activation === 'identity' || activation === 'relu' ? Math.abs(value) : Math.abs(v) * (size + underflow * (1 + Math.abs(x)))
      return {
        value,
        scale: Number.isFinite(value) ? scale : 0,
        reach: Math.max(scale, activation === 'tanh' || activation === 'gelu' ? x * x : 0),
      }
    })
    return fromElements(adjoint.shape, elements)
  },

  /** Scale |f(z)| + 1.13 (Σ |x||w| + |b|): the error of the product, through the activation's steepest slope. */
  affine: (x: HostTensor, weight: HostTensor, bias: HostTensor, activation: Activation): Expected => {
    const product = reductionDefinitions.matMul(x, weight)
    const elements = indicesOf(product.shape).map((index, k): Element => {
      const added = at(bias, index)
      const value = activations[activation]((product.values[k] as number) + added)
      const scale = Math.abs(value) + STEEPEST * ((product.scale[k] as number) + Math.abs(added))
      return { value, scale, reach: Math.max(product.reach?.[k] ?? 0, scale) }
    })
    return { ...fromElements(product.shape, elements), terms: 1 + (product.terms ?? 1) }
  },

  /**
   * Kingma & Ba 2015, algorithm 1. Scales: of the running means what is added, |β₁m| + |(1 − β₁)g| and the like; of the parameter
   * |θ| + the step that those would give without cancelling (a mean is never better known than what underflows). The powers of β are rounded in float64, by a host, which 1 − βᵗ magnifies.
   */
  adamUpdate: (state: AdamState<HostTensor>, gradient: HostTensor, settings: AdamStep) => {
    const { rate, beta1, beta2, epsilon: floor, step } = settings
    const host = dtype === 'float64' ? 1 : 2 ** -52 / epsilon
    const magnified = (beta: number): number => (step === 1 ? 0 : (host * beta ** step) / (1 - beta ** step))
    const elements = gradient.data.map((g, k) => {
      const [theta, m0, v0] = [state.parameter, state.first, state.second].map((x) => x.data[k] as number) as [number, number, number]
      const [first, second] = [beta1 * m0 + (1 - beta1) * g, beta2 * v0 + (1 - beta2) * g * g]
      const firstScale = Math.abs(beta1 * m0) + Math.abs((1 - beta1) * g)
      const corrected = 1 - beta1 ** step
      const denominator = Math.sqrt(second / (1 - beta2 ** step)) + floor
      const moved = ((rate / corrected) * (firstScale + underflow) + underflow) / denominator
      const reach = Math.max(g * g, second / (1 - beta2 ** step), firstScale / corrected, Math.abs(theta) + moved)
      return {
        parameter: {
          value: theta - ((rate / corrected) * first) / denominator,
          scale: Math.abs(theta) + moved * (1 + magnified(beta1) + magnified(beta2)),
          reach,
        },
        first: { value: first, scale: firstScale, reach },
        second: { value: second, scale: second, reach },
      }
    })
    const part = (name: 'parameter' | 'first' | 'second'): Expected => ({
      ...fromElements(
        gradient.shape,
        elements.map((each) => each[name]),
      ),
      terms: 3,
    })
    return { parameter: part('parameter'), first: part('first'), second: part('second') }
  },
})
