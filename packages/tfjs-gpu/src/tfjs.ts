import { type Backend, eachOperation, type Kernels, makeBackend, type Primitives, untyped } from '@tweedie/core'
import type { TfjsDescription } from './description.js'
import { watchDevice } from './device/watch-device.js'
import { roomFor, withoutRoom } from './memory/room.js'
import { memoryOf } from './memory/scope.js'
import { stillOn, usableBy } from './memory/usable.js'
import { constructors } from './operations/constructors.js'
import { elementwise } from './operations/elementwise.js'
import { indexing } from './operations/indexing.js'
import type { Arithmetic } from './operations/names.js'
import { overridden } from './operations/overridden.js'
import { layer, product } from './operations/products.js'
import { reductions } from './operations/reductions.js'
import { runOn } from './operations/run.js'
import { ways } from './operations/ways.js'
import { posteriorKernels } from './posterior/posterior-kernels.js'
import { describeDevice } from './probe/describe.js'
import { largestTensor } from './probe/limits.js'
import { probe } from './probe/probe.js'
import { gpuOperations } from './programs/gpu-operations.js'
import type { Tf, TfTensor } from './tf.js'

export interface TfjsBackend extends Backend<TfTensor> {
  /** What was found of the device, and what is done about it. */
  readonly describe: () => TfjsDescription
  /** Resolves with a `DeviceLost` once the device is gone; stays pending as long as it is there. */
  readonly lost: Promise<Error>
}

/**
 * The backend over TensorFlow.js 4.22, on whichever of its backends is set: `webgpu`, `webgl`, `wasm`, `cpu`, or another. Its tensors are those of `tf`,
 * of float32. The device is tried first: what its kernels get wrong is computed another way, and `describe()` says which and how exact the rest is.
 *
 * Besides the errors of each operation: `InvalidArgument` for a tensor that is freed, of another type or of another copy of TensorFlow.js, and where
 * `tf` has been set to another of its backends; `OutOfMemory` for a tensor that the device cannot hold; `DeviceLost` once it is gone.
 */
export const tfjs = async (tf: Tf): Promise<TfjsBackend> => {
  await tf.ready()
  const name = `tfjs(${tf.getBackend()})`
  const run = runOn(tf)
  const programs = gpuOperations(tf)
  // Filled by the probe. What the device refuses there is one way of several, and no failure; that it is lost is.
  const O = {} as Arithmetic
  const trying = watchDevice(tf)
  const lostWhileTrying = trying.lost.then((error) => Promise.reject(error))
  const probed = await Promise.race([probe(run, ways(run, O, programs), O), lostWhileTrying]).finally(trying.stop)
  const watch = watchDevice(tf)
  const largest = largestTensor(tf)
  const room = roomFor(largest)

  const memory = memoryOf(tf)
  const made = constructors(run, room)
  const arithmetic = { ...elementwise(run, O, room), ...reductions(run, O, made), matMul: product(run, O, made, room) }
  const primitives: Primitives<TfTensor> = {
    name,
    dtype: 'float32',
    cloudsInOnePass: true,
    shape: (x) => x.shape,
    read: async (x) => Float64Array.from(x.size === 0 ? [] : await x.data()),
    ...memory,
    ...made,
    ...arithmetic,
    ...indexing(run, arithmetic.sum, room),
  }
  const { posteriorMean, posteriorMoments, fused } = posteriorKernels(tf, primitives)
  const derived = untyped(makeBackend(primitives))
  const own: Partial<Kernels<TfTensor>> = {
    affine: layer(run, probed.fused, derived, room),
    ...overridden(derived, programs),
    posteriorMean,
    posteriorMoments,
  }

  const [requireBackend, requireUsable] = [stillOn(tf), usableBy(tf, name)]
  const ready = (operation: string, operands: readonly unknown[]): void => {
    watch.check(operation)
    requireBackend(operation)
    for (const x of operands) requireUsable(operation, x)
  }
  const B = makeBackend(primitives, own)
  return eachOperation(
    B,
    ({ name: operation, row, args, run: compute }) => {
      ready(operation, row.operands(args))
      try {
        return compute()
      } catch (thrown) {
        throw withoutRoom(operation, thrown)
      }
    },
    {
      shape: (x: TfTensor) => {
        requireUsable('shape', x)
        return x.shape
      },
      read: async (x: TfTensor): Promise<Float64Array> => {
        ready('read', [x])
        return watch.race('read', primitives.read(x))
      },
      describe: describeDevice(tf, probed, largest, fused),
      lost: watch.lost,
    },
  ) as TfjsBackend
}
