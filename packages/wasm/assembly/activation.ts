// The activations of a layer and their slopes. Every number goes through the same vector arithmetic, those that fill no vector too, so that a
// result does not depend on where ranges are cut.
import { lanes, madd } from './lanes'
import { erf_lanes } from './math/erf'
import { exp_lanes } from './math/exp'
import { sigmoid_lanes } from './math/sigmoid'
import { tanh_lanes } from './math/tanh'
import { loadPart, storePart } from './partial'

/** The numbers that the host calls them by: their places in `activationNames` of @tweedie/core. */
// @ts-ignore: decorator
@inline
const TANH: i32 = 1
// @ts-ignore: decorator
@inline
const RELU: i32 = 2
// @ts-ignore: decorator
@inline
const SILU: i32 = 3
// @ts-ignore: decorator
@inline
const GELU: i32 = 4

/** √½, ½, 1, 1/√(2π), −½. */
const table = memory.data<f64>([0.7071067811865476, 0.5, 1, 0.3989422804014327, -0.5])

// @ts-ignore: decorator
@inline
function constant<T>(index: usize): v128 {
  return v128.splat<T>(load<f64>(table + (index << 3)) as T)
}

/** tanh x, max(x, 0), x · sigmoid(x), ½ x (1 + erf(x/√2)). */
// @ts-ignore: decorator
@inline
function activated<T>(x: v128, activation: i32, rootHalf: v128, half: v128, one: v128): v128 {
  if (activation == TANH) return tanh_lanes<T>(x)
  if (activation == RELU) return v128.max<T>(x, v128.splat<T>(0 as T))
  if (activation == SILU) return v128.mul<T>(x, sigmoid_lanes<T>(x))
  return v128.mul<T>(v128.mul<T>(x, half), v128.add<T>(erf_lanes<T>(v128.mul<T>(x, rootHalf)), one))
}

// @ts-ignore: decorator
@inline
function through<T>(x: usize, out: usize, activation: i32, count: i32): void {
  const rootHalf = constant<T>(0)
  const half = constant<T>(1)
  const one = constant<T>(2)
  let left = count
  for (; left >= lanes<T>(); left -= lanes<T>(), x += 16, out += 16) v128.store(out, activated<T>(v128.load(x), activation, rootHalf, half, one))
  if (left > 0) storePart<T>(out, activated<T>(loadPart<T>(x, left), activation, rootHalf, half, one), left)
}

/** out = activation(x), for `count` numbers; out may be x. */
export function activateSpan<T>(x: usize, out: usize, activation: i32, count: i32): void {
  switch (activation) {
    case TANH: through<T>(x, out, TANH, count); break
    case RELU: through<T>(x, out, RELU, count); break
    case SILU: through<T>(x, out, SILU, count); break
    case GELU: through<T>(x, out, GELU, count); break
    default: memory.copy(out, x, (count as usize) * sizeof<T>())
  }
}

/**
 * v · activation′, from the output y for tanh, 1 − y², and relu, [y > 0]; from the input x for silu, s (1 + x (1 − s)), and gelu,
 * ½ (1 + erf(x/√2)) + x e^(−x²/2)/√(2π).
 */
// @ts-ignore: decorator
@inline
function slope<T>(v: v128, kept: v128, activation: i32, rootHalf: v128, half: v128, one: v128, density: v128, minusHalf: v128): v128 {
  if (activation == TANH) return v128.mul<T>(v, v128.sub<T>(one, v128.mul<T>(kept, kept)))
  if (activation == RELU) return v128.and(v, v128.gt<T>(kept, v128.splat<T>(0 as T)))
  if (activation == SILU) {
    const s = sigmoid_lanes<T>(kept)
    return v128.mul<T>(v, v128.mul<T>(s, madd<T>(kept, v128.sub<T>(one, s), one)))
  }
  const below = v128.mul<T>(v128.add<T>(erf_lanes<T>(v128.mul<T>(kept, rootHalf)), one), half)
  const bell = v128.mul<T>(exp_lanes<T>(v128.mul<T>(v128.mul<T>(kept, kept), minusHalf)), density)
  return v128.mul<T>(v, madd<T>(kept, bell, below))
}

// @ts-ignore: decorator
@inline
function slopes<T>(v: usize, kept: usize, out: usize, activation: i32, count: i32): void {
  const rootHalf = constant<T>(0)
  const half = constant<T>(1)
  const one = constant<T>(2)
  const density = constant<T>(3)
  const minusHalf = constant<T>(4)
  let left = count
  for (; left >= lanes<T>(); left -= lanes<T>(), v += 16, kept += 16, out += 16)
    v128.store(out, slope<T>(v128.load(v), v128.load(kept), activation, rootHalf, half, one, density, minusHalf))
  if (left > 0)
    storePart<T>(out, slope<T>(loadPart<T>(v, left), loadPart<T>(kept, left), activation, rootHalf, half, one, density, minusHalf), left)
}

// @ts-ignore: decorator
@inline
function slopeSpan<T>(v: usize, kept: usize, out: usize, activation: i32, count: i32): void {
  switch (activation) {
    case TANH: slopes<T>(v, kept, out, TANH, count); break
    case RELU: slopes<T>(v, kept, out, RELU, count); break
    case SILU: slopes<T>(v, kept, out, SILU, count); break
    case GELU: slopes<T>(v, kept, out, GELU, count); break
    default: memory.copy(out, v, (count as usize) * sizeof<T>())
  }
}

/** Numbers from … to of activation(x). */
export function activate_f32(x: usize, out: usize, activation: i32, from: i32, to: i32, scratch: usize): void {
  const shift = (from as usize) << 2
  activateSpan<f32>(x + shift, out + shift, activation, to - from)
}
export function activate_f64(x: usize, out: usize, activation: i32, from: i32, to: i32, scratch: usize): void {
  const shift = (from as usize) << 3
  activateSpan<f64>(x + shift, out + shift, activation, to - from)
}

/** Numbers from … to of v · activation′. */
export function activationGradient_f32(v: usize, kept: usize, out: usize, activation: i32, from: i32, to: i32, scratch: usize): void {
  const shift = (from as usize) << 2
  slopeSpan<f32>(v + shift, kept + shift, out + shift, activation, to - from)
}
export function activationGradient_f64(v: usize, kept: usize, out: usize, activation: i32, from: i32, to: i32, scratch: usize): void {
  const shift = (from as usize) << 3
  slopeSpan<f64>(v + shift, kept + shift, out + shift, activation, to - from)
}
