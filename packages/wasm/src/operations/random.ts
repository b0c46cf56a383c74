import { type Primitives, requireShape, tweedieError } from '@tweedie/core'
import type { WasmMemory } from '../memory/memory.js'
import type { WasmTensor } from '../memory/tensor.js'

/** Nanoseconds of a number: Philox, a rational function, and in one of seven cases a logarithm. */
const COST = 30
/** Numbers that a thread takes at a time, at the least. */
const GRAIN = 512
/** Bytes of the queue for numbers in the tails. */
const SCRATCH = 4096

/** Standard normals by counter, with the bits of core's `normalArray`, rounded where the type is float32. */
export const random = ({ machine, suffix, make, rawPointer }: WasmMemory): Required<Pick<Primitives<WasmTensor>, 'normal'>> => ({
  normal: (key, shape, first = 0) => {
    requireShape('normal', shape)
    if (!Number.isSafeInteger(first) || first < 0)
      throw tweedieError('InvalidArgument', 'normal', `first ${first}`, 'Use a whole number from 0 to 2^53 − 1')
    const out = make([...shape])
    machine.parallel(`normal_${suffix}`, [rawPointer(out), key.low, key.high, first], out.size, {
      grain: GRAIN,
      cost: COST,
      scratch: SCRATCH,
    })
    return out
  },
})
