/** Paper A's Figure 1: where the reverse ODE and the reverse SDE take the same noise, and how smooth each map is. */

import { type Backend, fold, type HostMatrix, type Key, linear, normalArray, readAndFree, vanishingLinear } from '@tweedie/core'
import { paperSettings } from '@tweedie/density'
import { euler, eulerMaruyama, probabilityFlow, reverseSde, solve } from '@tweedie/ode-sde'
import { miniBatch } from '@tweedie/score'
import type { TableSettings } from './settings.js'

export interface NoiseMap {
  /** Initial states [points, 2]. */
  readonly noise: HostMatrix
  /** Where each ends [points, 2]. */
  readonly ode: HostMatrix
  readonly sde: HostMatrix
}

/** The maps of a cloud of two columns [rows, 2], by one mini-batch and uniform steps. */
export const noiseMap = async <N>(
  B: Backend<N>,
  cloud: HostMatrix,
  { mapPoints, miniBatch: size, steps }: Pick<TableSettings, 'mapPoints' | 'miniBatch' | 'steps'>,
  key: Key,
  signal?: AbortSignal,
): Promise<NoiseMap> => {
  const process = vanishingLinear({ floor: paperSettings.floor })
  const grid = linear(process, steps)
  const noise = normalArray(fold(key, 0), 2 * mapPoints)
  const field = miniBatch(B, cloud, { size, key: fold(key, 1) })(process)
  const initial = B.tensor(noise, [mapPoints, 2])
  const shared = { initial, grid, ...(signal && { signal }) }
  try {
    const ode = await solve(B, probabilityFlow(B, process, field), { ...shared, solver: euler })
    const odeEnds = await readAndFree(B, ode.x)
    const sde = await solve(B, reverseSde(B, process, field), { ...shared, solver: eulerMaruyama, key: fold(key, 2) })
    const matrix = (data: Float64Array): HostMatrix => ({ data, rows: mapPoints, columns: 2 })
    return { noise: matrix(noise), ode: matrix(odeEnds), sde: matrix(await readAndFree(B, sde.x)) }
  } finally {
    B.free(initial)
    field.free()
  }
}

/**
 * How rough a map is: E|X_i − X_j|²/2 over the total variance of X, with j the nearest neighbour of i among the noise. 0 for a smooth map and points
 * close together, 1 where the noise says nothing of the end.
 */
export const roughness = ({ data: noise, rows }: HostMatrix, { data: ends }: HostMatrix): number => {
  const squared = (data: Float64Array, i: number, j: number): number =>
    ((data[2 * i] as number) - (data[2 * j] as number)) ** 2 + ((data[2 * i + 1] as number) - (data[2 * j + 1] as number)) ** 2
  let [between, total] = [0, 0]
  const mean = [0, 1].map((c) => ends.reduce((sum, value, k) => (k % 2 === c ? sum + value : sum), 0) / rows)
  for (let i = 0; i < rows; i++) {
    let [nearest, least] = [-1, Number.POSITIVE_INFINITY]
    for (let j = 0; j < rows; j++) {
      const distance = i === j ? Number.POSITIVE_INFINITY : squared(noise, i, j)
      if (distance < least) [nearest, least] = [j, distance]
    }
    between += squared(ends, i, nearest) / 2
    total += ((ends[2 * i] as number) - (mean[0] as number)) ** 2 + ((ends[2 * i + 1] as number) - (mean[1] as number)) ** 2
  }
  return between / total
}
