import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core'
import type { Cloud, NoiseLevel, Primitives } from '@tweedie/core'
import { registerOnce } from '../register.js'
import type { Tf, TfBackend, TfTensor } from '../tf.js'
import { type FusedSums, fromSummary, inBatches, scaleOf } from './fused.js'
import {
  largestProgram,
  meanProgram,
  rowsProgram,
  sliceSpreadProgram,
  sliceSumsProgram,
  summaryProgram,
  sumsProgram,
  topProgram,
  traceProgram,
  widths,
} from './glsl-programs.js'
import { runTexelProgram, type TexelProgram } from './glsl-run.js'
import { type Plan, planOf } from './plan.js'

const [cloudKernel, posteriorKernel] = ['TweedieCloudTexels', 'TweedieCloudPosterior']

/** Pairs of a query and a point in one draw: a page is not held up, and a driver's watchdog not met. */
const mostPairs = 2 ** 26

const planFor = (x: TensorInfo, count: number): Plan => {
  const [queries, dimension] = x.shape as [number, number]
  return planOf(queries, count, 4 * widths(dimension).sums, 1, { mostPairs })
}

/** Points [N, D] and log-weights [N], or none, as texels. */
const toTexels: KernelFunc = ({ inputs, backend }) => {
  const { points, logWeights } = inputs as { points: TensorInfo; logWeights?: TensorInfo }
  const [count, dimension] = points.shape as [number, number]
  const program = rowsProgram(dimension, logWeights === undefined ? 'zero' : 'given')
  const operands = logWeights === undefined ? [points] : [points, logWeights]
  return runTexelProgram(backend as TfBackend, program, operands, [count], count * widths(dimension).point)
}

interface Call {
  readonly alpha: number
  readonly scale: number
  readonly count: number
  readonly moments: boolean
}

/** x [M, D] and a cloud of texels → the mean [M, D], and with moments the summary [3, M] and the trace [M]. */
const posterior: KernelFunc = ({ inputs, attrs, backend }) => {
  const { alpha, scale, count, moments } = attrs as unknown as Call
  const { x, cloud } = inputs as { x: TensorInfo; cloud: TensorInfo }
  const [queries, dimension] = x.shape as [number, number]
  const { sliceLength, slices } = planFor(x, count)
  const width = widths(dimension)
  const device = backend as TfBackend
  const made: TensorInfo[] = []
  const run = (program: TexelProgram, operands: readonly TensorInfo[], size: number): TensorInfo =>
    runTexelProgram(device, program, operands, [alpha, scale, queries, count, sliceLength, slices], size)
  const step = (...call: Parameters<typeof run>): TensorInfo => {
    const texels = run(...call)
    made.push(texels)
    return texels
  }

  const query = runTexelProgram(device, rowsProgram(dimension, 'none'), [x], [queries], queries * width.query)
  made.push(query)
  const largest = step(largestProgram(dimension), [query, cloud], slices * queries)
  const tops = step(topProgram, [largest], queries)
  const parts = step(sliceSumsProgram(dimension), [query, cloud, tops], slices * queries * width.sums)
  const sums = step(sumsProgram(width.sums), [parts], queries * width.sums)
  const results = [{ ...run(meanProgram(dimension), [sums, tops, cloud], queries * dimension), shape: [queries, dimension] }]
  if (moments) {
    const spreads = step(sliceSpreadProgram(dimension), [query, cloud, tops, sums], slices * queries)
    const spread = step(sumsProgram(1), [spreads], queries)
    results.push({ ...run(summaryProgram(dimension), [sums, tops], 3 * queries), shape: [3, queries] })
    results.push(run(traceProgram(dimension), [spread, sums], queries) as (typeof results)[number])
  }
  for (const { dataId } of made) device.disposeData(dataId)
  return results
}

/**
 * The sums over a cloud by fragment shaders of WebGL 2. A fragment cannot share what it finds with its neighbours, so the largest logit and its point are
 * found first, by draws that take no exponential, and then sums about that point, four columns a fragment. Undefined where textures do not hold 32 bits.
 */
export const webglSums = (tf: Tf, P: Primitives<TfTensor>): FusedSums | undefined => {
  if (tf.env().getNumber('WEBGL_VERSION') !== 2 || !tf.env().getBool('WEBGL_RENDER_FLOAT32_ENABLED')) return undefined
  registerOnce(tf, cloudKernel, 'webgl', toTexels)
  registerOnce(tf, posteriorKernel, 'webgl', posterior)
  const texelsOf = ({ points, logWeights }: Cloud<TfTensor>): TfTensor =>
    tf.engine().runKernel(cloudKernel, (logWeights === undefined ? { points } : { points, logWeights }) as never) as TfTensor
  const run = (x: TfTensor, cloud: TfTensor, count: number, { alpha, sigma }: NoiseLevel, moments: boolean): TfTensor[] =>
    tf.engine().runKernel(posteriorKernel, { x, cloud } as never, { alpha, scale: scaleOf(sigma), count, moments } as never) as TfTensor[]
  const sizeOf = ({ points }: Cloud<TfTensor>): number => points.shape[0] as number
  return {
    mean: (x, cloud, level) => {
      const [texels, count] = [texelsOf(cloud), sizeOf(cloud)]
      return inBatches(P, x, planFor(x, count).batch, (some) => ({ mean: run(some, texels, count, level, false)[0] as TfTensor })).mean
    },
    sums: (x, cloud, level) => {
      const [texels, count] = [texelsOf(cloud), sizeOf(cloud)]
      return inBatches(P, x, planFor(x, count).batch, (some) => {
        const [mean, summary, trace] = run(some, texels, count, level, true) as [TfTensor, TfTensor, TfTensor]
        return fromSummary(P, mean, summary, trace)
      })
    },
  }
}
