import type { DeclaredPrecision, Tolerance } from '../description.js'
import type { TriedName } from '../operations/names.js'
import type { Choices } from './choose.js'
import type { DeviceNumbers } from './device.js'
import { LEAST_NORMAL } from './judge.js'

/** What only moves, compares or changes the sign of numbers is exact. */
const exact = ['tensor', 'full', 'normal', 'reshape', 'transpose', 'broadcastTo', 'slice', 'concat', 'takeRows', 'max', 'min'].concat([
  'maximum',
  'minimum',
  'greater',
  'equal',
  'where',
  'neg',
  'abs',
])

/**
 * The tolerances of what was measured. A try sees a hundred numbers, and the worst of all may be further off: an operation whose tries were
 * rounded once is declared as rounded once, any other as twice what was measured and a unit. Kernels are sums of the operations that they are made
 * of, in units of the scales that the conformance suite measures them in:
 *   scatterRows    a sum
 *   matMul         4 at least: hundreds of products of one sign, added one after another, were met 2.4 off beside the probe's less
 *   logSumExp      the exponentials' errors go through the logarithm as they are, and the shift is added
 *   activate       the function, and a product; gelu rounds 1 + erf and two products
 *   activationGradient   three products of factors that are rounded sums
 *   affine         a product, a sum, and the activation through its steepest slope
 *   squaredDistances   a difference counts twice, a square, and a sum of the columns
 *   softmaxExpectation   exponentials in two sums, a quotient, a product
 *   posterior…     the same with the logits' own roundings; the moments have weights squared
 *   adamUpdate     two products and a sum; the parameter a root, two quotients and a product besides
 */
export const declare = (choices: Choices, numbers: DeviceNumbers, largestAngle: number): DeclaredPrecision => {
  const of = (name: TriedName): number => {
    const { ulp } = choices[name].verdict
    // What could not be made finite stays a large number, which says what it is.
    return ulp <= 0.5 ? 0.501 : Number.isFinite(ulp) ? Math.ceil(2 * ulp + 1) : 1e9
  }
  const [exp, log, div, mul, sum, add] = [of('exp'), of('log'), of('div'), of('mul'), of('sum') + 1, of('add')]
  const matMul = Math.max(4, of('matMul') + 1)
  const activate = Math.max(of('tanh'), of('sigmoid') + mul + 0.5, of('erf') + 2)
  const softmax = 2 * exp + sum + div + matMul + 1
  const posterior = 2 * exp + sum + div + 4
  const measured: Record<string, number> = {
    ...Object.fromEntries(exact.map((name) => [name, 0])),
    ...{ add, sub: of('sub'), mul, div, square: of('square'), sqrt: of('sqrt') },
    ...{ exp, log, sin: of('sin'), cos: of('cos'), tanh: of('tanh'), sigmoid: of('sigmoid'), erf: of('erf') },
    ...{ sum, matMul, scatterRows: sum + 1 },
    logSumExp: exp + log + sum + add,
    activate,
    activationGradient: 3 * mul + 2 * Math.max(of('sigmoid'), of('erf')) + exp,
    affine: matMul + add + activate,
    squaredDistances: 2 * of('sub') + of('square') + 2 * add,
    softmaxExpectation: softmax,
    posteriorMean: posterior,
    posteriorMoments: posterior + sum + log,
    adamUpdate: 2 * mul + add + of('square'),
    'adamUpdate.parameter': 4 * mul + 2 * div + of('sqrt') + 2 * add,
  }
  const coarse = numbers.significandBits < 24
  // With fewer bits a number is rounded when it is kept, whatever is done with it.
  const tolerance = (ulp: number): Tolerance =>
    coarse ? { relative: ulp * 2 ** -23 + 2 ** (1 - numbers.significandBits) } : { ulp: Number(ulp.toFixed(3)) }
  return {
    tolerances: { default: tolerance(1), ...Object.fromEntries(Object.entries(measured).map(([name, ulp]) => [name, tolerance(ulp)])) },
    nonFinite: 'propagates',
    denormals: numbers.denormals,
    signedZeros: numbers.signedZeros,
    // A point's weight that underflows is 0 where denormals are flushed.
    leastWeight: LEAST_NORMAL * 2 ** 6,
    largestAngle,
  }
}
