import type { Failure } from './failure.js'

/** Tells `fail` what happens to a device; `poll` asks it for what it does not say by itself, after a read if `read` is true. */
export interface DeviceEvents {
  readonly poll: (read: boolean) => void
  readonly stop: () => void
}

export type Listen = (fail: (failure: Failure) => void) => DeviceEvents
