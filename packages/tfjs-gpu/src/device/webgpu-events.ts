import type { Listen } from './device-events.js'
import type { Failure } from './failure.js'

/** What is used of a GPUDevice. */
export interface WatchedDevice {
  readonly lost: Promise<{ readonly reason: string; readonly message: string }>
  readonly addEventListener: (type: 'uncapturederror', listener: (event: UncapturedError) => void) => void
  readonly removeEventListener: (type: 'uncapturederror', listener: (event: UncapturedError) => void) => void
}

/** GPUUncapturedErrorEvent: its error is a GPUOutOfMemoryError, GPUValidationError or GPUInternalError. */
interface UncapturedError {
  readonly error: { readonly message: string; readonly constructor: { readonly name: string } }
}

/** A WebGPU device says all by itself (WebGPU, §22 Errors & Debugging). */
export const webgpuEvents =
  (device: WatchedDevice): Listen =>
  (fail) => {
    const onError = ({ error }: UncapturedError): void => fail(uncaptured(error))
    device.addEventListener('uncapturederror', onError)
    void device.lost.then(({ message }) => fail({ kind: 'lost', said: message }))
    return { poll: () => {}, stop: () => device.removeEventListener('uncapturederror', onError) }
  }

const uncaptured = (error: UncapturedError['error']): Failure => ({
  kind: error.constructor.name === 'GPUOutOfMemoryError' ? 'memory' : 'refused',
  said: error.message,
})
