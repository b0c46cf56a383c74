import type { TweedieError } from '@tweedie/core'
import type { Tf } from '../tf.js'
import type { Listen } from './device-events.js'
import { deviceLost, type Failure, failureError } from './failure.js'
import { type WatchedContext, webglEvents } from './webgl-events.js'
import { type WatchedDevice, webgpuEvents } from './webgpu-events.js'

/** What is known of the device that TensorFlow.js computes on. */
export interface DeviceWatch {
  /** Resolves with a `DeviceLost` once the device is gone; stays pending as long as it is there. */
  readonly lost: Promise<TweedieError<'DeviceLost'>>
  /**
   * Throws what went wrong on the device since the watch began, as an error of `where`: `DeviceLost`, `OutOfMemory`, or `Unsupported` for a command that it
   * refused. It throws ever after, since nothing computed since can be trusted.
   */
  readonly check: (where: string) => void
  /**
   * The value of a promise that waits for the device, such as a read. Rejects with what `check` throws where that comes before the promise settles or has
   * come by then: a read of a lost device may never settle. Other rejections are passed on.
   */
  readonly race: <T>(where: string, promise: Promise<T>) => Promise<T>
  /** Ends the watch. */
  readonly stop: () => void
}

/** How long the word that a device is lost may take after a read has failed by it, in ms. */
const LAST_WORD = 100

/** Watches the device of the backend that is set: WebGPU's device, WebGL's context; nothing can go wrong with the others. */
export const watchDevice = (tf: Tf): DeviceWatch => {
  const name = tf.getBackend()
  const listen = listenTo(tf)
  let failure: Failure | undefined
  const waiting = new Set<() => void>()
  let loseNow: (error: TweedieError<'DeviceLost'>) => void = () => {}
  const lost = new Promise<TweedieError<'DeviceLost'>>((resolve) => {
    loseNow = resolve
  })

  const fail = (next: Failure): void => {
    if (failure === undefined || (failure.kind !== 'lost' && next.kind === 'lost')) failure = next
    if (next.kind === 'lost') loseNow(deviceLost(`tfjs(${name})`, next.said))
    for (const wake of [...waiting]) wake()
  }
  const { poll, stop } = listen(fail)

  const check = (where: string): void => {
    poll(false)
    if (failure !== undefined) throw failureError(where, failure)
  }
  const race = <T>(where: string, promise: Promise<T>): Promise<T> =>
    new Promise<T>((resolve, reject) => {
      const settle = (otherwise: () => void): void => {
        waiting.delete(wake)
        if (failure === undefined) otherwise()
        else reject(failureError(where, failure))
      }
      const wake = (): void => settle(() => {})
      waiting.add(wake)
      promise.then(
        (value) => {
          poll(true)
          settle(() => resolve(value))
        },
        (thrown: unknown) => {
          poll(true)
          if (failure !== undefined) wake()
          else setTimeout(() => settle(() => reject(thrown)), listen === silent ? 0 : LAST_WORD)
        },
      )
      poll(false)
      if (failure !== undefined) wake()
    })
  return { lost, check, race, stop }
}

/** What the backends of TensorFlow.js hold: `device` on webgpu, `gpgpu.gl` on webgl. */
const listenTo = (tf: Tf): Listen => {
  const { device, gpgpu } = tf.backend() as unknown as {
    readonly device?: WatchedDevice
    readonly gpgpu?: { readonly gl?: WatchedContext }
  }
  if (tf.getBackend() === 'webgpu' && device !== undefined) return webgpuEvents(device)
  if (tf.getBackend() === 'webgl' && gpgpu?.gl !== undefined) return webglEvents(gpgpu.gl)
  return silent
}

/** Of a backend without a device. */
const silent: Listen = () => ({ poll: () => {}, stop: () => {} })
