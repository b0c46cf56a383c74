import type { Tolerance, Tolerances } from '@tweedie/testing'

const ulp = (units: number): Tolerance => ({ ulp: units })

/** Weights of points are cut off at 2⁻⁶⁰ of a point that weighs 2⁻¹⁰ of all, so that none is denormal. */
export const leastWeight = 2 ** -50

/**
 * float32 throughout. In units of the scale:
 *   +, −, ×, ÷, √      rounded once
 *   exp, log, tanh     a polynomial within 6e-9, a tenth of a unit, and two or three roundings around it
 *   sigmoid            a quotient of a rounded sum with a rounded exponential
 *   erf                a polynomial likewise; 1 − e^(−Q) above 0.84
 *   sin, cos, sum      computed in float64 and rounded once
 *   matMul, affine     sums in float32, of up to 40 products here: the error grows with the root of their number
 *   activate           the function and one product; gelu rounds 1 + erf beside 1
 *   clouds             differences, their squares and the logits in float32: a rounding for each
 */
export const wasmFloat32: Tolerances = {
  default: ulp(0.501),
  ...Object.fromEntries(
    ['tensor', 'full', 'normal', 'reshape', 'transpose', 'broadcastTo', 'slice', 'concat', 'takeRows', 'max', 'min']
      .concat(['maximum', 'minimum', 'greater', 'equal', 'where', 'neg', 'abs'])
      .map((name) => [name, ulp(0)]),
  ),
  exp: ulp(1),
  log: ulp(1),
  tanh: ulp(1),
  erf: ulp(1),
  sigmoid: ulp(2),
  scatterRows: ulp(2),
  matMul: ulp(3),
  affine: ulp(3),
  activate: ulp(2),
  activationGradient: ulp(3),
  logSumExp: ulp(2),
  squaredDistances: ulp(3),
  softmaxExpectation: ulp(3),
  posteriorMean: ulp(4),
  posteriorMoments: ulp(3),
  'posteriorMoments.mean': ulp(4),
  adamUpdate: ulp(2),
  'adamUpdate.parameter': ulp(5),
}

/**
 * float64: the functions of C's mathematical library, which differ from those of `Math` by a unit; sums in several lanes. The rest as on the cpu:
 *   erf        e^(−x²) of a rounded square, whose error x² magnifies
 *   activate, activationGradient   gelu by 1 + erf, where both are rounded
 *   clouds     softmax weights: exp, their sum and the products, one after the other; squares of rounded differences
 */
export const wasmFloat64: Tolerances = {
  ...wasmFloat32,
  default: ulp(0),
  exp: ulp(2),
  log: ulp(2),
  tanh: ulp(2),
  sin: ulp(2),
  cos: ulp(2),
  erf: ulp(10),
  sum: ulp(2),
  matMul: ulp(4),
  activate: ulp(4),
  activationGradient: ulp(4),
  squaredDistances: ulp(4),
  softmaxExpectation: ulp(6),
  posteriorMean: ulp(5),
  'posteriorMoments.mean': ulp(5),
  adamUpdate: ulp(3),
}
