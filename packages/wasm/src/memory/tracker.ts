import { forEachTensor, requireSynchronous, type ScopeTracker } from '@tweedie/core'
import type { Mutable, Storage, WasmTensor } from './tensor.js'

/** What of a `FinalizationRegistry` is needed: it calls back with a storage some time after a tensor was collected. */
export interface Registry {
  readonly register: (tensor: WasmTensor, storage: Storage, token: WasmTensor) => void
  readonly unregister: (token: WasmTensor) => unknown
}
export type MakeRegistry = (collected: (storage: Storage) => void) => Registry

export const collectorRegistry: MakeRegistry = (collected) => new FinalizationRegistry(collected)

export interface CollectingTracker extends ScopeTracker<WasmTensor> {
  /** Tells that a tensor has another storage. */
  readonly moved: (tensor: WasmTensor) => void
}

/** What an open scope has made. Freed tensors stay in the list until it is full. */
interface OpenScope {
  made: WasmTensor[]
  limit: number
}

/** Tensors in a list before the freed ones are taken out. */
const ROOM = 256

/**
 * A scope tracker for memory that the garbage collector does not see. A tensor that no scope owns, made outside of all scopes or returned
 * from the outermost, is watched: when nothing refers to it any more its storage is given back. Inside scopes nothing is paid for that. A tensor
 * that is collected was not freed, so `liveTensors` goes on counting it: what it says does not depend on when the collector runs.
 *
 * Core's `scopeTracker` keeps sets, since it may not mark its tensors; marks are several times faster. Only new tensors may be tracked.
 */
export const collectingTracker = (
  isTensor: (value: unknown) => value is WasmTensor,
  drop: (storage: Storage) => void,
  makeRegistry: MakeRegistry = collectorRegistry,
): CollectingTracker => {
  const registry = makeRegistry(drop)
  const open: OpenScope[] = []
  let live = 0
  let exits = 0

  const watch = (tensor: Mutable<WasmTensor>): void => {
    tensor.watched = true
    registry.register(tensor, tensor.storage, tensor)
  }
  const forget = (tensor: Mutable<WasmTensor>): void => {
    if (tensor.freed) return
    tensor.freed = true
    live--
    if (tensor.watched) registry.unregister(tensor)
    drop(tensor.storage)
  }
  /** Hands a tensor to a scope, or to the collector where there is none. */
  const give = (tensor: WasmTensor, scope: OpenScope | undefined): void => {
    if (scope === undefined) return watch(tensor)
    if (scope.made.length >= scope.limit) {
      scope.made = scope.made.filter(({ freed }) => !freed)
      scope.limit = Math.max(ROOM, 2 * scope.made.length)
    }
    scope.made.push(tensor)
  }

  return {
    track: (tensor) => {
      live++
      give(tensor, open[open.length - 1])
      return tensor
    },
    scope: (body) => {
      const mine: OpenScope = { made: [], limit: ROOM }
      open.push(mine)
      let exit = Number.NaN
      try {
        const result = requireSynchronous(body())
        exit = ++exits
        forEachTensor(result, isTensor, (tensor: Mutable<WasmTensor>) => {
          tensor.keptAt = exit
        })
        return result
      } finally {
        open.pop()
        const outer = open[open.length - 1]
        for (const tensor of mine.made)
          if (tensor.keptAt !== exit) forget(tensor)
          else if (!tensor.freed) give(tensor, outer)
      }
    },
    free: (tensor) => {
      if (isTensor(tensor)) forget(tensor)
    },
    liveTensors: () => live,
    moved: (tensor) => {
      if (!tensor.watched) return
      registry.unregister(tensor)
      registry.register(tensor, tensor.storage, tensor)
    },
  }
}
