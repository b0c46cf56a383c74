import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core'
import type { Cloud, NoiseLevel, Primitives } from '@tweedie/core'
import { isSoftwareArchitecture } from '../device/software.js'
import { runWebgpuProgram, type WebgpuProgram } from '../programs/webgpu-program.js'
import { registerOnce } from '../register.js'
import type { Tf, TfBackend, TfTensor } from '../tf.js'
import { type FusedSums, fromSummary, inBatches, scaleOf } from './fused.js'
import { type Plan, planOf } from './plan.js'
import { meanProgram, summaryProgram, traceProgram } from './wgsl-combine.js'
import { type Pass, threads } from './wgsl-pass.js'
import { spreadProgram } from './wgsl-spread.js'
import { blocksOf, sumsProgram } from './wgsl-sums.js'

const kernelName = 'TweedieCloudPosterior'

/**
 * From as many queries on, each invocation has one, and shares tiles of the cloud with its workgroup; fewer have a workgroup each. Where a processor plays the
 * GPU a few invocations keep it busy, and what workgroups leave to be put together costs more than they save.
 */
const manyQueries = { hardware: 1024, software: threads } as const
/** Invocations that keep the adapter busy. */
const wanted = { hardware: 32_768, software: 1024 } as const
type Adapter = keyof typeof wanted

const lanesOf = (queries: number, adapter: Adapter): number => (queries >= manyQueries[adapter] ? 1 : threads)
const planFor = (x: TensorInfo, points: TensorInfo, adapter: Adapter): Plan => {
  const [queries, dimension] = x.shape as [number, number]
  return planOf(queries, points.shape[0] as number, 4 + dimension, lanesOf(queries, adapter), { wanted: wanted[adapter] })
}

const adapterOf = (backend: unknown): Adapter => {
  const { architecture = '' } = (backend as { adapterInfo?: { architecture?: string } }).adapterInfo ?? {}
  return isSoftwareArchitecture(architecture) ? 'software' : 'hardware'
}

interface Call {
  readonly alpha: number
  readonly scale: number
  readonly moments: boolean
  readonly adapter: Adapter
}

/** x [M, D], points [N, D], log-weights [N] → the mean [M, D], and with moments the summary [3, M] and the trace [M]. */
const kernel: KernelFunc = ({ inputs, attrs, backend }) => {
  const { alpha, scale, moments, adapter } = attrs as unknown as Call
  const { x, points, logWeights } = inputs as { x: TensorInfo; points: TensorInfo; logWeights?: TensorInfo }
  const [[queries, dimension], count] = [x.shape as [number, number], points.shape[0] as number]
  const { sliceLength, slices } = planFor(x, points, adapter)
  const device = backend as TfBackend
  const cloud = logWeights === undefined ? [x, points] : [x, points, logWeights]
  const lanes = lanesOf(queries, adapter)
  const way = lanes > 1 ? 'together' : adapter === 'hardware' ? 'tile' : 'alone'
  const pass: Pass = { dimension, weighted: logWeights !== undefined, way }
  const rows = slices * lanes
  const groups = lanes > 1 ? queries : Math.ceil(queries / threads)

  const overCloud = (program: WebgpuProgram, operands: readonly TensorInfo[], size: number, blocks: number): TensorInfo =>
    runWebgpuProgram(device, program, operands, [alpha, scale, queries, count, sliceLength, slices], size, groups * slices * blocks)
  const combine = (program: WebgpuProgram, operands: readonly TensorInfo[], shape: number[], invocations: number): TensorInfo => {
    const size = shape.reduce((product, extent) => product * extent, 1)
    const values = [queries, rows, lanes, sliceLength].slice(0, program.uniforms.length)
    return { ...runWebgpuProgram(device, program, operands, values, size, Math.ceil(invocations / 64)), shape }
  }

  const sums = overCloud(sumsProgram(pass), cloud, rows * queries * (4 + dimension), blocksOf(dimension))
  const mean = combine(meanProgram(dimension), [sums, points], [queries, dimension], queries * dimension)
  if (!moments) {
    device.disposeData(sums.dataId)
    return [mean]
  }
  const summary = combine(summaryProgram(dimension), [sums], [3, queries], queries)
  device.disposeData(sums.dataId)
  const spread = overCloud(spreadProgram(pass), [...cloud, mean, summary], rows * queries, 1)
  const trace = combine(traceProgram, [spread, summary], [queries], queries)
  device.disposeData(spread.dataId)
  return [mean, summary, trace]
}

/** The sums over a cloud by compute shaders; `adapter` says what the work is cut for. */
export const webgpuSums = (tf: Tf, P: Primitives<TfTensor>, adapter = adapterOf(tf.backend())): FusedSums => {
  registerOnce(tf, kernelName, 'webgpu', kernel)
  const run = (x: TfTensor, { points, logWeights }: Cloud<TfTensor>, { alpha, sigma }: NoiseLevel, moments: boolean): TfTensor[] => {
    const inputs = logWeights === undefined ? { x, points } : { x, points, logWeights }
    return tf.engine().runKernel(kernelName, inputs as never, { alpha, scale: scaleOf(sigma), moments, adapter } as never) as TfTensor[]
  }
  return {
    mean: (x, cloud, level) =>
      inBatches(P, x, planFor(x, cloud.points, adapter).batch, (some) => ({ mean: run(some, cloud, level, false)[0] as TfTensor })).mean,
    sums: (x, cloud, level) =>
      inBatches(P, x, planFor(x, cloud.points, adapter).batch, (some) => {
        const [mean, summary, trace] = run(some, cloud, level, true) as [TfTensor, TfTensor, TfTensor]
        return fromSummary(P, mean, summary, trace)
      }),
  }
}
