// What a noise level makes of the groups of one level. A group of weight W, mean c and covariance Σ λ_k v_k v_kᵀ stands for
// W · N(x; αc, σ²I + α²C), whose posterior mean is c + Σ_k αλ_k/(σ²+α²λ_k) v_k v_kᵀ (x − αc) and whose trace is Σ_k σ²λ_k/(σ²+α²λ_k)
// (formulas §1, the Gaussian). Weights are in log₂ and leave out the factor (2πσ²)^(−D/2) that all have.

import { madd } from '../lanes'
import { fixedBytes, dimensionOf, fixedOf, preparedBytes, preparedOf, rankOf } from './layout'

const constants = memory.data<f32>([
  -0.14574111561889455, -0.14574111561889455, -0.14574111561889455, -0.14574111561889455,
  0.23688906171890006, 0.23688906171890006, 0.23688906171890006, 0.23688906171890006,
  -0.25006962481216, -0.25006962481216, -0.25006962481216, -0.25006962481216,
  0.2867076565405019, 0.2867076565405019, 0.2867076565405019, 0.2867076565405019,
  -0.3600871809900397, -0.3600871809900397, -0.3600871809900397, -0.3600871809900397,
  0.4809394367195608, 0.4809394367195608, 0.4809394367195608, 0.4809394367195608,
  -0.7213571496504924, -0.7213571496504924, -0.7213571496504924, -0.7213571496504924,
  1.4426947724828403, 1.4426947724828403, 1.4426947724828403, 1.4426947724828403,
], 16)

/** log₂ x for normal x ≥ 1, to 5e-8 of a unit beside its rounding. */
// @ts-ignore: decorator
@inline
function log2(x: v128): v128 {
  // The exponent such that the rest lies in [√½, √2).
  const shifted = i32x4.sub(x, i32x4.splat(0x3f3504f3))
  const exponent = i32x4.shr_s(shifted, 23)
  const z = f32x4.sub(i32x4.add(v128.and(shifted, i32x4.splat(0x7fffff)), i32x4.splat(0x3f3504f3)), f32x4.splat(1))
  let p = v128.load(constants)
  p = madd<f32>(p, z, v128.load(constants, 16))
  p = madd<f32>(p, z, v128.load(constants, 32))
  p = madd<f32>(p, z, v128.load(constants, 48))
  p = madd<f32>(p, z, v128.load(constants, 64))
  p = madd<f32>(p, z, v128.load(constants, 80))
  p = madd<f32>(p, z, v128.load(constants, 96))
  p = madd<f32>(p, z, v128.load(constants, 112))
  return madd<f32>(p, z, f32x4.convert_i32x4_s(exponent))
}

/**
 * How much heavier the tails of a group may be than its Gaussian's: whether it is opened is asked of the weight with this part of its exponent
 * taken away, times s = Σ_k u²/(1 + u)², u = α²λ_k/σ², where that is below 1. Groups that are large against the noise hold points where their
 * Gaussian has next to nothing, and are looked into all the same; in small ones the Gaussian is right. The error of a group is of the size of
 * its share times s, the fourth order in its width against the noise.
 */
const HEAVINESS: f32 = 0.6

/**
 * Packs from … to of a level. `which` 0 is the density at noise σ with the weights; 1 its square: noise σ/√2 and the sums of squared weights.
 */
export function treePrepare_f32(head: usize, level: i32, which: i32, alpha: f64, sigma: f64, from: i32, to: i32, scratch: usize): void {
  const dimension = dimensionOf(head), rank = rankOf(head)
  const noise = which == 0 ? sigma * sigma : 0.5 * sigma * sigma
  const inverse = f32x4.splat((1 / noise) as f32)
  const ratio = f32x4.splat((alpha * alpha / noise) as f32)
  const half = f32x4.splat((-0.5 * 1.4426950408889634 / noise) as f32)
  const gainOf = f32x4.splat((alpha / noise) as f32)
  const one = f32x4.splat(1)
  const others = f32x4.splat((dimension - rank) as f32)
  const minusHalf = f32x4.splat(-0.5), least = f32x4.splat(<f32>1e-30), heaviness = f32x4.splat(HEAVINESS)
  const fixedStep = fixedBytes(dimension, rank), levelStep = preparedBytes(rank)
  const rankBytes = (rank as usize) << 6
  const weightAt: usize = which == 0 ? 64 : 128
  for (let pack = from; pack < to; pack++) {
    for (let v: usize = 0; v < 64; v += 16) {
      let lambda = fixedOf(head, level) + (pack as usize) * fixedStep + (((dimension + rank * dimension) as usize) << 6) + v
      let out = preparedOf(head, level, which) + (pack as usize) * levelStep + v
      // With u = α²λ/σ²: 1/(σ² + α²λ) = (1/σ²)/(1 + u), the gain is (αλ/σ²)/(1 + u) and the trace λ/(1 + u).
      const restVariance = v128.load(lambda + rankBytes)
      const restGrowth = madd<f32>(ratio, restVariance, one)
      const restShrink = f32x4.div(one, restGrowth)
      const restGain = f32x4.mul(f32x4.mul(gainOf, restVariance), restShrink)
      let growth = f32x4.splat(0), trace = f32x4.splat(0), spread = f32x4.splat(0)
      let pRest = half, gRest = f32x4.splat(0)
      if (rank < dimension) {
        pRest = f32x4.mul(half, restShrink)
        gRest = restGain
        growth = f32x4.mul(others, log2(restGrowth))
        trace = f32x4.mul(others, f32x4.mul(restVariance, restShrink))
        const part = f32x4.sub(one, restShrink)
        spread = f32x4.mul(others, f32x4.mul(part, part))
      }
      const subtractP = rank < dimension ? pRest : f32x4.splat(0)
      for (let k = 0; k < rank; k++) {
        const variance = v128.load(lambda)
        const grown = madd<f32>(ratio, variance, one)
        const shrink = f32x4.div(one, grown)
        v128.store(out, f32x4.sub(f32x4.mul(half, shrink), subtractP))
        v128.store(out + rankBytes + 320, f32x4.sub(f32x4.mul(f32x4.mul(gainOf, variance), shrink), gRest))
        growth = f32x4.add(growth, log2(grown))
        trace = madd<f32>(variance, shrink, trace)
        const part = f32x4.sub(one, shrink)
        spread = madd<f32>(part, part, spread)
        lambda += 64
        out += 64
      }
      v128.store(out, pRest)
      const bias = madd<f32>(minusHalf, growth, v128.load(lambda + weightAt))
      const tail = f32x4.mul(heaviness, f32x4.min(spread, one))
      v128.store(out, bias, 64)
      v128.store(out, f32x4.sub(one, tail), 128)
      v128.store(out, madd<f32>(tail, bias, log2(f32x4.max(spread, least))), 192)
      v128.store(out, trace, 256)
      v128.store(out + rankBytes, gRest, 320)
    }
  }
}
