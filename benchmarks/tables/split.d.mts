import type { HostMatrix } from '@tweedie/core'
export interface Split {
  readonly train: HostMatrix
  readonly test: HostMatrix
}
export const split: (table: HostMatrix, seed: number, most?: number) => Split
export const splitIn: (
  folder: string,
  seed: number,
  most: number,
  read: () => HostMatrix | undefined,
) => (Split & { readonly trainPath: string; readonly testPath: string }) | undefined
