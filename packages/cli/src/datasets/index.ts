/** The tables of paper A, read from their original files and prepared by the recipes of MAF. */

import type { Key } from '@tweedie/core'
import { loadGas } from './gas.js'
import { loadHepmass } from './hepmass.js'
import { loadMiniboone } from './miniboone.js'
import { type Origin, origins } from './origin.js'
import { loadPower } from './power.js'
import type { PreparedData } from './prepared-data.js'

export { type Origin, origins, whereFrom } from './origin.js'
export type { PreparedData } from './prepared-data.js'

/** Reads and prepares a table. The key decides order and noise, where a recipe has any. */
export type LoadData = (path: string, key: Key, signal?: AbortSignal) => Promise<PreparedData>

export const loaders: Readonly<Record<Origin['name'], LoadData>> = {
  power: loadPower,
  gas: loadGas,
  hepmass: loadHepmass,
  miniboone: loadMiniboone,
}

/** Where each comes from. */
export const originOf = (name: Origin['name']): Origin => origins[name]
