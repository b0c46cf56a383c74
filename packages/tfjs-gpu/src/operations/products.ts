import { affineShape, type Kernels, productShape, requireActivation } from '@tweedie/core'
import type { Room } from '../memory/room.js'
import type { TfTensor } from '../tf.js'
import type { Constructors } from './constructors.js'
import type { Arithmetic } from './names.js'
import type { Run } from './run.js'

/** The product of two matrices; zeros where there is nothing to add. */
export const product =
  (run: Run, O: Arithmetic, { full }: Constructors, room: Room): Arithmetic['matMul'] =>
  (a, b) => {
    const [m, k, p] = productShape('matMul', a.shape, b.shape)
    if (m * k * p === 0) return full([m, p], 0)
    room('matMul', [m, p])
    return run.within(() => O.matMul(a, b))
  }

/** Which activations TensorFlow.js applies inside its product, where what it gives there was found right. */
export type FusedActivations = ReadonlySet<'identity' | 'relu' | 'tanh'>

/** The name of an activation in the kernel of the fused product. */
export const fusedNames = { identity: 'linear', relu: 'relu', tanh: 'tanh' } as const

/** x · weight + bias and perhaps an activation in one kernel: [M, I], [I, O], [O], all with numbers in them. */
export const fusedProduct = (
  run: Run,
  [x, weight, bias]: readonly [TfTensor, TfTensor, TfTensor],
  activation: keyof typeof fusedNames,
): TfTensor =>
  run.kernel('_FusedMatMul', { a: x, b: weight, bias }, { transposeA: false, transposeB: false, activation: fusedNames[activation] })

/** A layer: one kernel where the device's is right, the activation after it where that is not, and the derived kernel for other biases. */
export const layer =
  (
    run: Run,
    fused: FusedActivations,
    { affine: derived, activate }: Pick<Kernels<TfTensor>, 'affine' | 'activate'>,
    room: Room,
  ): Kernels<TfTensor>['affine'] =>
  (x, weight, bias, activation) => {
    requireActivation('affine', activation)
    const [m, i, o] = affineShape('affine', x.shape, weight.shape, bias.shape)
    if (m * i * o === 0 || bias.rank !== 1 || bias.size !== o || !fused.has('identity')) return derived(x, weight, bias, activation)
    room('affine', [m, o])
    const operands = [x, weight, bias] as const
    if ((activation === 'relu' || activation === 'tanh') && fused.has(activation)) return fusedProduct(run, operands, activation)
    return run.within(() => activate(fusedProduct(run, operands, 'identity'), activation))
  }
