import { fold, type HostMatrix, type Key, permutation, takeRows, throwIfAborted, turns } from '@tweedie/core'
import { localKernels, squaredDistance } from '../spread/local-kernels.js'
import { neighboursFor } from '../spread/local-spread.js'
import { nearestRows } from '../spread/nearest-rows.js'
import type { LogDensity, LogDensityOptions } from './log-density.js'
import { type SpreadSettings, spreadDensity } from './spread-density.js'

/** What is tried, besides `neighboursFor` the columns. */
const NEIGHBOURS = [50, 100, 300]
const RIDGES = [0.01, 0.1]
const SPREADS = [0.3, 0.5, 0.7, 1, 1.4]

/** With fewer rows the held-out ones say nothing. */
const FEWEST_ROWS = 25
const UNTRIED: Required<SpreadSettings> = { neighbours: 10, ridge: 0.1, spread: 0.7 }
const MOST_HELD_OUT = 300

export interface ChooseSpreadOptions extends LogDensityOptions {
  readonly key: Key
}

export interface ChosenSpreadDensity {
  readonly density: LogDensity
  readonly settings: Required<SpreadSettings>
  /** Mean ln p of the held-out rows, in the units of the cloud; undefined where settings were not tried. */
  readonly heldOut: number | undefined
}

/**
 * The spread density of a cloud with the neighbours, ridge and spread under which a fifth of the rows, at most 300, that took no part have the largest mean ln p.
 * Held-out rows, and not each row left out in turn: a row shapes the kernels of its neighbours, and would favour the smallest neighbourhoods. The
 * density itself is of all rows. Clouds of fewer than 25 rows get settings that were not tried. Rejects with `Aborted` and what `spreadDensity` throws.
 */
export const chooseSpreadDensity = async (cloud: HostMatrix, options: ChooseSpreadOptions): Promise<ChosenSpreadDensity> => {
  const { key } = options
  const made = (settings: Required<SpreadSettings>, heldOut: number | undefined): ChosenSpreadDensity => {
    const neighbours = Math.max(1, Math.min(settings.neighbours, cloud.rows - 1))
    return { settings: { ...settings, neighbours }, heldOut, density: spreadDensity(cloud, { ...settings, neighbours, key: fold(key, 0) }) }
  }
  if (cloud.rows < FEWEST_ROWS) return made(UNTRIED, undefined)
  const order = permutation(fold(key, 1), cloud.rows)
  const held = Math.floor(cloud.rows / 5)
  const rows = { heldOut: takeRows(cloud, order.slice(0, Math.min(MOST_HELD_OUT, held))), kept: takeRows(cloud, order.slice(held)) }
  const tried = await heldOutLikelihoods(rows, options)
  const best = tried.reduce((one, other) => (other.heldOut > one.heldOut ? other : one))
  return made(best.settings, best.heldOut)
}

interface Tried {
  readonly settings: Required<SpreadSettings>
  readonly heldOut: number
}

const heldOutLikelihoods = async (
  { heldOut, kept }: { readonly heldOut: HostMatrix; readonly kept: HostMatrix },
  { key, signal, onProgress }: ChooseSpreadOptions,
): Promise<readonly Tried[]> => {
  const d = kept.columns
  const counts = [...new Set([neighboursFor(d), ...NEIGHBOURS].map((k) => Math.min(k, kept.rows - 1)))]
  const count = counts.reduce((a, b) => Math.max(a, b))
  const nearest = { rows: nearestRows(kept, count, fold(key, 2)), count }
  const tried: Tried[] = []
  const turn = turns()
  const away = new Float64Array(d)
  const squares = new Float64Array(kept.rows)
  const total = counts.length * RIDGES.length
  for (const neighbours of counts)
    for (const ridge of RIDGES) {
      const kernels = localKernels(kept, { nearest, neighbours, ridge })
      const sums = new Float64Array(SPREADS.length)
      for (let r = 0; r < heldOut.rows; r++) {
        throwIfAborted(signal, 'chooseSpreadDensity')
        const x = heldOut.data.subarray(r * d, (r + 1) * d)
        for (let i = 0; i < kept.rows; i++) squares[i] = squaredDistance(kernels, i, x, away, Number.POSITIVE_INFINITY)
        SPREADS.forEach((s, m) => {
          sums[m] = (sums[m] as number) + logSumOf(squares, kernels.logDeterminants, s) - d * Math.log(s)
        })
        await turn()
      }
      const constant = -Math.log(kept.rows) - 0.5 * d * Math.log(2 * Math.PI)
      SPREADS.forEach((spread, m) => {
        tried.push({ settings: { neighbours, ridge, spread }, heldOut: (sums[m] as number) / heldOut.rows + constant })
      })
      onProgress?.({ done: tried.length / SPREADS.length, total })
    }
  return tried
}

/** ln Σ e^(h_i − q_i/(2s²)), without the terms below e⁻⁴⁰ of the largest. */
const logSumOf = (squares: Float64Array, heights: Float64Array, s: number): number => {
  const factor = 1 / (2 * s * s)
  let most = Number.NEGATIVE_INFINITY
  for (let i = 0; i < squares.length; i++) most = Math.max(most, (heights[i] as number) - factor * (squares[i] as number))
  let sum = 0
  for (let i = 0; i < squares.length; i++) {
    const term = (heights[i] as number) - factor * (squares[i] as number) - most
    if (term > -40) sum += Math.exp(term)
  }
  return most + Math.log(sum)
}
