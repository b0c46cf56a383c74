import type { HostMatrix } from '@tweedie/core'
export interface Source {
  readonly name: string
  readonly title: string
  readonly continuous?: boolean
  readonly path: (data: string) => string
  readonly read: (path: string, seed: number) => HostMatrix
}
export const sources: readonly Source[]
export const readSource: (source: Source, data: string, seed: number) => HostMatrix | undefined
