import ndarray from 'ndarray'
import ops from 'ndarray-ops'
import { type Backend, makeBackend } from '../backend/backend.js'
import { deriveKernels, pairSizes, requireNoise, requirePoints } from '../backend/derive-kernels.js'
import type { Cloud, Kernels, NoiseLevel } from '../backend/kernels.js'
import type { Primitives } from '../backend/primitives.js'
import { scopeTracker } from '../backend/scope.js'
import { broadcastShapes, reducedShape, requireRank, requireShape, resolveAxis, sameShape, showShape, sizeOf } from '../backend/shape.js'
import { tweedieError } from '../errors.js'
import type { Shape } from '../tensor.js'
import { erf } from './erf.js'
import { matMul } from './mat-mul.js'
import { posteriorOverCloud } from './posterior.js'
import { type Fold, foldAxis, maxFold, minFold, pairwiseSum } from './reduce.js'
import { type CpuTensor, type Floats, flat, rowMajor, stretch } from './strided.js'

/** Options of the cpu backend. */
export interface CpuOptions {
  /** float64 (the oracle) or float32 (to see what a float32 backend can and cannot do). */
  readonly dtype?: 'float64' | 'float32'
}

/**
 * The reference backend: ndarray views and ndarray-ops loops in float64. It is the oracle that the others are
 * checked against. Its libraries generate code at run time, so it cannot run under a content security policy without
 * `unsafe-eval`; the other backends can.
 */
export const cpu = ({ dtype = 'float64' }: CpuOptions = {}): Backend<CpuTensor> => {
  const allocate = (size: number): Floats => (dtype === 'float64' ? new Float64Array(size) : new Float32Array(size))
  const isTensor = (value: unknown): value is CpuTensor =>
    typeof value === 'object' && value !== null && 'stride' in value && 'offset' in value && 'pick' in value && 'data' in value
  const { track, scope, free, liveTensors } = scopeTracker<CpuTensor>(isTensor)

  const make = (data: Floats, shape: Shape): CpuTensor => track(ndarray(data, [...shape], rowMajor(shape), 0))
  const view = (data: Floats, shape: Shape, stride: number[], offset: number): CpuTensor => track(ndarray(data, [...shape], stride, offset))
  const store = (numbers: ArrayLike<number>, shape: Shape): CpuTensor => {
    const data = allocate(numbers.length)
    data.set(numbers)
    return make(data, shape)
  }
  const operand = (x: CpuTensor | number): CpuTensor => {
    if (typeof x !== 'number') return x
    const data = allocate(1)
    data[0] = x
    return ndarray(data, [], [], 0)
  }

  // ndarray-ops works on views of one shape; rank 0 is looped over as [1].
  type Loop1 = (out: CpuTensor, x: CpuTensor) => void
  type Loop2 = (out: CpuTensor, a: CpuTensor, b: CpuTensor) => void
  const loopShape = (shape: Shape): Shape => (shape.length === 0 ? [1] : shape)
  const unary =
    (loop: Loop1) =>
    (x: CpuTensor): CpuTensor => {
      const out = make(allocate(sizeOf(x.shape)), x.shape)
      loop(stretch(out, loopShape(x.shape)), stretch(x, loopShape(x.shape)))
      return out
    }
  const map =
    (f: (value: number) => number) =>
    (x: CpuTensor): CpuTensor => {
      const from = flat(x)
      const out = allocate(from.length)
      for (let i = 0; i < from.length; i++) out[i] = f(from[i] as number)
      return make(out, x.shape)
    }
  const binary =
    (name: string, loop: Loop2) =>
    (a: CpuTensor | number, b: CpuTensor | number): CpuTensor => {
      const [left, right] = [operand(a), operand(b)]
      const shape = broadcastShapes(name, left.shape, right.shape)
      const out = make(allocate(sizeOf(shape)), shape)
      const loops = loopShape(shape)
      loop(stretch(out, loops), stretch(left, loops), stretch(right, loops))
      return out
    }
  const reduction =
    (name: string, fold: Fold) =>
    (x: CpuTensor, axis?: number, keepDims = false): CpuTensor => {
      const data = flat(x)
      if (axis === undefined) return store([fold(data, 0, 1, data.length)], [])
      const at = resolveAxis(name, x.shape, axis)
      const shape = reducedShape(x.shape, at, keepDims)
      const out = allocate(sizeOf(shape))
      foldAxis(fold, data, sizeOf(x.shape.slice(0, at)), x.shape[at] as number, sizeOf(x.shape.slice(at + 1)), out)
      return make(out, shape)
    }

  const primitives: Primitives<CpuTensor> = {
    name: dtype === 'float64' ? 'cpu' : 'cpu(float32)',
    dtype,
    tensor: (data, shape) => {
      requireShape('tensor', shape)
      if (data.length !== sizeOf(shape))
        throw tweedieError(
          'ShapeMismatch',
          'tensor',
          `${data.length} numbers for shape ${showShape(shape)}`,
          'Pass as many numbers as the shape holds',
        )
      return store(data, shape)
    },
    full: (shape, value) => {
      requireShape('full', shape)
      return make(allocate(sizeOf(shape)).fill(value), shape)
    },
    shape: (x) => x.shape,
    read: async (x) => Float64Array.from(flat(x)),
    isTensor,
    scope,
    free,
    liveTensors,

    neg: unary(ops.neg),
    abs: unary(ops.abs),
    exp: unary(ops.exp),
    log: unary(ops.log),
    sqrt: unary(ops.sqrt),
    square: unary((out, x) => ops.mul(out, x, x)),
    sin: unary(ops.sin),
    cos: unary(ops.cos),
    tanh: map(Math.tanh),
    sigmoid: map((x) => 1 / (1 + Math.exp(-x))),
    erf: map(erf),

    add: binary('add', ops.add),
    sub: binary('sub', ops.sub),
    mul: binary('mul', ops.mul),
    div: binary('div', ops.div),
    maximum: binary('maximum', ops.max),
    minimum: binary('minimum', ops.min),
    greater: binary('greater', ops.gt),
    equal: binary('equal', ops.eq),
    where: (condition, a, b) => {
      const [left, right] = [operand(a), operand(b)]
      const shape = broadcastShapes('where', condition.shape, broadcastShapes('where', left.shape, right.shape))
      const [test, yes, no] = [condition, left, right].map((x) => flat(stretch(x, shape))) as [Floats, Floats, Floats]
      const out = allocate(test.length)
      for (let i = 0; i < out.length; i++) out[i] = (test[i] !== 0 ? yes[i] : no[i]) as number
      return make(out, shape)
    },

    sum: reduction('sum', pairwiseSum),
    max: reduction('max', maxFold),
    min: reduction('min', minFold),

    matMul: (a, b) => {
      requireRank('matMul', a.shape, 2)
      requireRank('matMul', b.shape, 2)
      const [[m, k], [k2, p]] = [a.shape, b.shape] as [[number, number], [number, number]]
      if (k !== k2)
        throw tweedieError(
          'ShapeMismatch',
          'matMul',
          `${showShape(a.shape)} · ${showShape(b.shape)}: inner sizes ${k} and ${k2} differ`,
          'Transpose or reshape one operand',
        )
      if (m * k * p === 0) return make(allocate(m * p), [m, p])
      const product = matMul(a, b)
      return dtype === 'float64' ? make(product, [m, p]) : store(product, [m, p])
    },

    reshape: (x, shape) => {
      requireShape('reshape', shape)
      if (sizeOf(shape) !== sizeOf(x.shape))
        throw tweedieError('ShapeMismatch', 'reshape', `${showShape(x.shape)} to ${showShape(shape)}`, 'Keep the number of elements')
      return make(flat(x), shape)
    },
    transpose: (x) => view(x.data, [...x.shape].reverse(), [...x.stride].reverse(), x.offset),
    broadcastTo: (x, shape) => {
      if (!sameShape(broadcastShapes('broadcastTo', x.shape, shape), shape))
        throw tweedieError('ShapeMismatch', 'broadcastTo', `${showShape(x.shape)} to ${showShape(shape)}`, 'Only axes of size 1 stretch')
      return track(stretch(x, shape))
    },
    slice: (x, axis, from, to) => {
      const at = resolveAxis('slice', x.shape, axis)
      const size = x.shape[at] as number
      if (!(Number.isInteger(from) && Number.isInteger(to) && from >= 0 && from <= to && to <= size))
        throw tweedieError(
          'InvalidArgument',
          'slice',
          `elements ${from} to ${to} along axis ${axis} of ${showShape(x.shape)}`,
          'Use whole numbers 0 ≤ from ≤ to ≤ size',
        )
      const shape = x.shape.map((length, k) => (k === at ? to - from : length))
      return view(x.data, shape, [...x.stride], x.offset + from * (x.stride[at] as number))
    },
    concat: (xs, axis) => {
      const first = xs[0]
      if (first === undefined) throw tweedieError('InvalidArgument', 'concat', 'no tensors', 'Pass at least one')
      const at = resolveAxis('concat', first.shape, axis)
      const total = xs.reduce((sum, x) => sum + (x.shape[at] ?? 0), 0)
      const shape = first.shape.map((size, k) => (k === at ? total : size))
      for (const x of xs)
        if (x.shape.length !== shape.length || x.shape.some((size, k) => k !== at && size !== shape[k]))
          throw tweedieError(
            'ShapeMismatch',
            'concat',
            `${xs.map((each) => showShape(each.shape)).join(', ')} along axis ${axis}`,
            'All sizes but the joined one must agree',
          )
      const out = allocate(sizeOf(shape))
      const inner = sizeOf(shape.slice(at + 1))
      let start = 0
      for (const x of xs) {
        const run = (x.shape[at] as number) * inner
        const data = flat(x)
        for (let o = 0; o * run < data.length; o++) out.set(data.subarray(o * run, (o + 1) * run), o * total * inner + start)
        start += run
      }
      return make(out, shape)
    },
    takeRows: (x, indices) => {
      const rows = requireRows('takeRows', x)
      const width = sizeOf(x.shape.slice(1))
      const from = flat(x)
      const out = allocate(indices.length * width)
      for (let k = 0; k < indices.length; k++) {
        const i = requireIndex('takeRows', indices[k] as number, rows)
        out.set(from.subarray(i * width, (i + 1) * width), k * width)
      }
      return make(out, [indices.length, ...x.shape.slice(1)])
    },
    scatterRows: (x, indices, rows) => {
      if (requireRows('scatterRows', x) !== indices.length)
        throw tweedieError('ShapeMismatch', 'scatterRows', `${indices.length} indices for ${showShape(x.shape)}`, 'Give one index per row')
      const width = sizeOf(x.shape.slice(1))
      const from = flat(x)
      const out = allocate(rows * width)
      for (let k = 0; k < indices.length; k++) {
        const i = requireIndex('scatterRows', indices[k] as number, rows)
        for (let j = 0; j < width; j++) out[i * width + j] = (out[i * width + j] as number) + (from[k * width + j] as number)
      }
      return make(out, [rows, ...x.shape.slice(1)])
    },
  }

  const posterior = (operation: string, x: CpuTensor, cloud: Cloud<CpuTensor>, level: NoiseLevel, withMoments: boolean) => {
    const [m, d, n] = pairSizes(primitives, operation, x, cloud.points)
    requireNoise(operation, level.sigma)
    requirePoints(operation, n)
    const weights = cloud.logWeights
    if (weights !== undefined && !sameShape(weights.shape, [n]))
      throw tweedieError(
        'ShapeMismatch',
        operation,
        `log-weights of shape ${showShape(weights.shape)} for ${n} points`,
        'Give one log-weight per point',
      )
    return { m, d, ...posteriorOverCloud(flat(x), m, flat(cloud.points), n, d, weights && flat(weights), level, withMoments) }
  }

  const derived = deriveKernels(primitives)

  /** The derived kernel's operations in its order, so the same bits, without its ten arrays. Shapes that broadcast are left to it. */
  const adamInOnePass: Kernels<CpuTensor>['adamUpdate'] = (state, gradient, settings) => {
    const { rate, beta1, beta2, epsilon, step } = settings
    const shape = state.parameter.shape
    if (![state.first, state.second, gradient].every((x) => sameShape(x.shape, shape))) return derived.adamUpdate(state, gradient, settings)
    const [from, first, second, g] = [state.parameter, state.first, state.second, gradient].map(flat) as [Floats, Floats, Floats, Floats]
    const [parameter, m, v] = [allocate(g.length), allocate(g.length), allocate(g.length)]
    const [scaled, spread] = [rate / (1 - beta1 ** step), 1 - beta2 ** step]
    for (let i = 0; i < g.length; i++) {
      const slope = g[i] as number
      const mean = (first[i] as number) * beta1 + slope * (1 - beta1)
      const square = (second[i] as number) * beta2 + slope * slope * (1 - beta2)
      m[i] = mean
      v[i] = square
      parameter[i] = (from[i] as number) - (mean * scaled) / (Math.sqrt(square / spread) + epsilon)
    }
    return { parameter: make(parameter, shape), first: make(m, shape), second: make(v, shape) }
  }

  const overrides: Partial<Kernels<CpuTensor>> = {
    // Bias and activation are applied in place, to the product that nobody else has seen.
    affine: (x, weight, bias, activation) => {
      const columns = weight.shape[1]
      if (bias.shape.length !== 1 || bias.shape[0] !== columns) return derived.affine(x, weight, bias, activation)
      return scope(() => {
        const out = primitives.matMul(x, weight)
        addRow(out.data, flat(bias))
        if (activation !== 'tanh') return derived.activate(out, activation)
        for (let i = 0; i < out.data.length; i++) out.data[i] = Math.tanh(out.data[i] as number)
        return out
      })
    },
    ...(dtype === 'float64' ? { adamUpdate: adamInOnePass } : {}),
    posteriorMean: (x, cloud, level) => {
      const { m, d, mean } = posterior('posteriorMean', x, cloud, level, false)
      return store(mean, [m, d])
    },
    posteriorMoments: (x, cloud, level) => {
      const { m, d, ...arrays } = posterior('posteriorMoments', x, cloud, level, true)
      return {
        mean: store(arrays.mean, [m, d]),
        logDensity: store(arrays.logDensity, [m]),
        covarianceTrace: store(arrays.covarianceTrace, [m]),
        effectiveSampleSize: store(arrays.effectiveSampleSize, [m]),
      }
    },
  }

  return makeBackend(primitives, overrides)
}

/** data[i, j] += row[j]. */
const addRow = (data: Floats, row: Floats): void => {
  for (let i = 0; i < data.length; i += row.length)
    for (let j = 0; j < row.length; j++) data[i + j] = (data[i + j] as number) + (row[j] as number)
}

const requireRows = (operation: string, x: CpuTensor): number => {
  const rows = x.shape[0]
  if (rows === undefined) throw tweedieError('ShapeMismatch', operation, 'a scalar has no rows', 'Reshape it first')
  return rows
}

const requireIndex = (operation: string, index: number, rows: number): number => {
  if (!Number.isInteger(index) || index < 0 || index >= rows)
    throw tweedieError('InvalidArgument', operation, `row ${index} of ${rows}`, 'Use whole numbers from 0 to rows − 1')
  return index
}
