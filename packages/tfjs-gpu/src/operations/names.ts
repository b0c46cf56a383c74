import type { Primitives } from '@tweedie/core'
import type { TfTensor } from '../tf.js'

/** Elementwise operations and reductions: those whose kernels differ between devices, so that each is tried before it is used. */

export const unaryNames = ['neg', 'abs', 'exp', 'log', 'sqrt', 'square', 'sin', 'cos', 'tanh', 'sigmoid', 'erf'] as const
export const binaryNames = ['add', 'sub', 'mul', 'div', 'maximum', 'minimum', 'greater', 'equal'] as const
export const reductionNames = ['sum', 'max', 'min'] as const

export type UnaryName = (typeof unaryNames)[number]
export type BinaryName = (typeof binaryNames)[number]
export type ReductionName = (typeof reductionNames)[number]
export type TriedName = UnaryName | BinaryName | ReductionName | 'where' | 'matMul'

/** The operations that were chosen for a device. They take tensors with numbers in them, of shapes that fit. */
export type Arithmetic = Pick<Primitives<TfTensor>, TriedName>

/**
 * One way to compute an operation: a program of this package, the kernel of TensorFlow.js as it is, that kernel with the cases put right that it
 * mistakes, or a formula over other operations.
 */
export interface Way<F = unknown> {
  readonly how: 'program' | 'plain' | 'guarded' | 'composed'
  readonly run: F
}
export type Ways = { readonly [Name in TriedName]: readonly Way<Arithmetic[Name]>[] }
