import {
  activationNames,
  adamShape,
  affineShape,
  type Kernels,
  type Primitives,
  productShape,
  requireActivation,
  slopeShape,
} from '@tweedie/core'
import type { WasmMemory } from '../memory/memory.js'
import type { WasmTensor } from '../memory/tensor.js'
import { spreadBias } from './bias.js'
import { product } from './product.js'

type LinearName = 'activate' | 'activationGradient' | 'affine' | 'adamUpdate'

/** Nanoseconds that a number takes, in float32. */
const COST = { activate: 2, activationGradient: 0.5, adamUpdate: 2 }
/** Numbers of a chunk are multiples of this: whole lines of a cache. */
const GRAIN = 1024

/** Products, a layer in one pass, and what training does between them (assembly/matmul.ts, activation.ts, adam.ts). */
export const linear = (memory: WasmMemory): Pick<Primitives<WasmTensor>, 'matMul'> & Pick<Kernels<WasmTensor>, LinearName> => {
  const { machine, suffix, make, rawPointer, pointer } = memory
  const multiply = product(memory)
  const slower = suffix === 'f32' ? 1 : 4

  const kernel = (name: keyof typeof COST) => {
    const [full, split] = [`${name}_${suffix}`, { grain: GRAIN, cost: COST[name] * slower }]
    return (args: readonly number[], count: number): void => machine.parallel(full, args, count, split)
  }
  const kernels = { activate: kernel('activate'), activationGradient: kernel('activationGradient'), adamUpdate: kernel('adamUpdate') }

  return {
    matMul: (a, b) => {
      const [rows, , columns] = productShape('matMul', a.shape, b.shape)
      const out = make([rows, columns])
      multiply(a, b, out, 'identity')
      return out
    },

    affine: (x, weight, bias, activation) => {
      requireActivation('affine', activation)
      const [rows, , columns] = affineShape('affine', x.shape, weight.shape, bias.shape)
      const out = make([rows, columns])
      if (bias.size === columns && bias.shape.at(-1) === columns)
        multiply(x, weight, out, activation, { pointer: pointer(bias), perRow: false })
      else
        memory.withBlock(out.size * memory.width, (spread) => {
          spreadBias(memory, bias, spread, [rows, columns])
          multiply(x, weight, out, activation, { pointer: spread, perRow: true })
        })
      return out
    },

    activate: (x, activation) => {
      requireActivation('activate', activation)
      if (activation === 'identity') return x
      const from = pointer(x)
      const out = make(x.shape)
      kernels.activate([from, rawPointer(out), activationNames.indexOf(activation)], x.size)
      return out
    },

    activationGradient: (adjoint, kept, activation) => {
      requireActivation('activationGradient', activation)
      slopeShape('activationGradient', adjoint.shape, kept.shape)
      if (activation === 'identity') return adjoint
      const [v, y] = [pointer(adjoint), pointer(kept)]
      const out = make(adjoint.shape)
      kernels.activationGradient([v, y, rawPointer(out), activationNames.indexOf(activation)], out.size)
      return out
    },

    adamUpdate: ({ parameter, first, second }, gradient, { rate, beta1, beta2, epsilon, step }) => {
      const shape = adamShape('adamUpdate', parameter.shape, first.shape, second.shape, gradient.shape)
      const from = [pointer(parameter), pointer(first), pointer(second), pointer(gradient)]
      const next = { parameter: make(shape), first: make(shape), second: make(shape) }
      const to = [rawPointer(next.parameter), rawPointer(next.first), rawPointer(next.second)]
      const [rest1, rest2] = [1 - beta1, 1 - beta2]
      const [scaled, spread] = [rate / (1 - beta1 ** step), 1 / (1 - beta2 ** step)]
      kernels.adamUpdate([...from, ...to, beta1, rest1, beta2, rest2, scaled, spread, epsilon], parameter.size)
      return next
    },
  }
}
