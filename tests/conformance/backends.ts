import { type Backend, checked, counted, makeBackend, type Primitives, untyped } from '@tweedie/core'
import { cpu } from '@tweedie/core/cpu'
import { autodiff } from '@tweedie/nn'
import type { Declared, Tolerance, Tolerances } from '@tweedie/testing'
import { wasm } from '@tweedie/wasm'
import { leastWeight, wasmFloat32, wasmFloat64 } from './wasm-tolerances.js'

const ulp = (units: number): Tolerance => ({ ulp: units })

/** What only moves or compares numbers. */
const exact = Object.fromEntries(
  ['tensor', 'full', 'normal', 'reshape', 'transpose', 'broadcastTo', 'slice', 'concat', 'takeRows', 'max', 'min']
    .concat(['maximum', 'minimum', 'greater', 'equal', 'where', 'neg', 'abs'])
    .map((name) => [name, ulp(0)]),
) as Partial<Tolerances>

/**
 * float64 with the functions of `Math`: elementwise results are those of the definition to the last bit. The rest is a few roundings of
 * its own, in units of the scale:
 *   erf       e^(−x²) of a rounded square, whose error x² magnifies: up to 6 at the end of the series, and the rounding of its 40 terms
 *   activate  gelu by 1 + erf, where both are rounded
 *   activationGradient  the slope of gelu likewise, and products of rounded factors
 *   sum       blocks of 64 from left to right, then pairwise; matMul and affine from left to right
 *   clouds    softmax weights: exp, their sum and the products, one after the other; squares of rounded differences
 */
const float64: Tolerances = {
  default: ulp(0),
  erf: ulp(10),
  activate: ulp(4),
  activationGradient: ulp(4),
  sum: ulp(10),
  scatterRows: ulp(2),
  matMul: ulp(4),
  affine: ulp(3),
  logSumExp: ulp(2),
  squaredDistances: ulp(4),
  softmaxExpectation: ulp(6),
  posteriorMean: ulp(5),
  posteriorMoments: ulp(2),
  'posteriorMoments.mean': ulp(5),
  'posteriorMoments.effectiveSampleSize': ulp(3),
  adamUpdate: ulp(3),
}

/**
 * float32 computed in float64 and rounded: half a unit, and 2⁻²⁹ of one more for what float64 itself rounds. A chain of operations rounds
 * once for each.
 */
const float32: Tolerances = {
  ...exact,
  default: ulp(0.501),
  scatterRows: ulp(2),
  affine: ulp(1),
  activate: ulp(1.5),
  activationGradient: ulp(3),
  logSumExp: ulp(1.5),
  squaredDistances: ulp(3),
  softmaxExpectation: ulp(2),
  adamUpdate: ulp(2),
  'adamUpdate.parameter': ulp(5),
}

/** The kernels in float32 primitives: their logits are rounded to float32 too. */
const derivedFloat32: Tolerances = { ...float32, posteriorMean: ulp(2), posteriorMoments: ulp(1.5), 'posteriorMoments.mean': ulp(2) }

const kernels = [
  'squaredDistances',
  'logSumExp',
  'softmaxExpectation',
  'posteriorMean',
  'posteriorMoments',
  'activate',
  'activationGradient',
  'affine',
  'adamUpdate',
]

/** A backend's primitives alone: every kernel is the one that `makeBackend` derives. */
export const derivedOver = <N>(B: Backend<N>): Backend<N> => {
  const P = untyped(B)
  const primitives = Object.fromEntries(Object.entries(P).filter(([name]) => !kernels.includes(name) && name !== 'normal'))
  return makeBackend({ ...primitives, name: `${P.name}, primitives alone` } as unknown as Primitives<N>)
}

/** Without `allFinite`, as where numbers lie on a device: faults come out of the next `read`. */
const fromAfar = () => {
  const { allFinite: _, ...rest } = untyped(cpu())
  return rest as unknown as ReturnType<typeof cpu>
}

/** A backend and what is declared of it. */
export interface Conforming {
  readonly name: string
  readonly make: () => Backend<never>
  readonly declared: Declared
}

/** The native tensor does not matter to who looks at all backends alike. */
const entry = <N>(name: string, make: () => Backend<N>, declared: Declared): Conforming => ({
  name,
  make: make as unknown as () => Backend<never>,
  declared,
})

export const conforming: readonly Conforming[] = [
  entry('cpu()', cpu, { tolerances: float64 }),
  entry("cpu({ dtype: 'float32' })", () => cpu({ dtype: 'float32' }), { tolerances: float32 }),
  entry('makeBackend(primitives of cpu())', () => derivedOver(cpu()), { tolerances: float64 }),
  entry("makeBackend(primitives of cpu({ dtype: 'float32' }))", () => derivedOver(cpu({ dtype: 'float32' })), {
    tolerances: derivedFloat32,
  }),
  entry('autodiff(cpu())', () => autodiff(cpu()), { tolerances: float64 }),
  entry('counted(cpu())', () => counted(cpu()), { tolerances: float64 }),
  entry('checked(cpu())', () => checked(cpu()), { tolerances: float64, nonFinite: 'refused' }),
  entry('checked(cpu() without allFinite)', () => checked(fromAfar()), { tolerances: float64, nonFinite: 'refused' }),
  entry('checked(autodiff(cpu()))', () => checked(autodiff(cpu())), { tolerances: float64, nonFinite: 'refused' }),
  entry('autodiff(checked(counted(cpu())))', () => autodiff(checked(counted(cpu()))), {
    tolerances: float64,
    nonFinite: 'refused within',
  }),
  entry("autodiff(autodiff(cpu({ dtype: 'float32' })))", () => autodiff(autodiff(cpu({ dtype: 'float32' }))), { tolerances: float32 }),
  entry('wasm()', wasm, { leastWeight, tolerances: wasmFloat32 }),
  entry("wasm({ dtype: 'float64' })", () => wasm({ dtype: 'float64' }), { tolerances: wasmFloat64 }),
  entry('checked(wasm())', () => checked(wasm()), { leastWeight, tolerances: wasmFloat32, nonFinite: 'refused' }),
  entry('autodiff(wasm())', () => autodiff(wasm()), { leastWeight, tolerances: wasmFloat32 }),
  entry('counted(autodiff(wasm()))', () => counted(autodiff(wasm())), { leastWeight, tolerances: wasmFloat32 }),
]
