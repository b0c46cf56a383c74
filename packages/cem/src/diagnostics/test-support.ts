/** What the tests of paper B's formulas share. Not part of the package's face. */
import { type ForwardProcess, fromRows, type HostMatrix, ornsteinUhlenbeck } from '@tweedie/core'
import { type CpuTensor, cpu } from '@tweedie/core/cpu'
import { as, densityField, type Field, type Kind } from '@tweedie/score'
import { evenly } from '@tweedie/testing'
import { expect } from 'vitest'
import type { Support } from '../support/support.js'
import { evaluate } from './noised-sample.js'

export const B = cpu()
export const ou = ornsteinUhlenbeck()
export const times = evenly(Math.log(1e-6), Math.log(9)).map(Math.exp)
export const value = evenly(-3, 3)

export const rowsOf = ({ data, rows, columns }: HostMatrix): number[][] =>
  Array.from({ length: rows }, (_, i) => Array.from(data.subarray(i * columns, (i + 1) * columns)))
export const at = async (f: Field<Kind, CpuTensor>, x: readonly (readonly number[])[], t: number): Promise<number[][]> =>
  rowsOf(await evaluate(B, 'test', f, fromRows(x), t))
/** The fields of a support as score, noise and denoiser. */
export const views = (support: Support, process: ForwardProcess = ou) => {
  const denoiser = densityField(B, support.law(B))(process)
  return { denoiser, score: as('score', process)(denoiser), noise: as('noise', process)(denoiser) }
}
/** Close to rounding: relative to the numbers, plus what the subtraction of numbers of that size loses. */
export const expectClose = (a: readonly number[], b: readonly number[], relative: number, absolute = 0): void =>
  a.forEach((v, j) => {
    expect(Math.abs(v - (b[j] as number))).toBeLessThanOrEqual(relative * Math.abs(b[j] as number) + absolute)
  })
export const norm = (x: readonly number[]): number => Math.hypot(...x)
export const minus = (a: readonly number[], b: readonly number[]): number[] => a.map((v, j) => v - (b[j] as number))
