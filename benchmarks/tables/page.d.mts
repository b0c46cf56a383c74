import type { Judged, Target } from './targets.mjs'
export interface MethodRow {
  readonly label: string
  readonly floor?: boolean
  readonly missing?: string
  readonly values?: Record<string, number | undefined>
  readonly settings?: Record<string, number | string>
  readonly judged?: readonly Judged[]
}
export interface Table {
  readonly name: string
  readonly title: string
  readonly sizes: { readonly train: number; readonly test: number; readonly columns: number }
  readonly targets: Record<string, Target>
  readonly rows: readonly MethodRow[]
}
export const reading: string
export const tableOf: (table: Table) => string
export const summaryOf: (tables: readonly Table[]) => string
export const verdictOf: (tables: readonly Table[], label: string) => string
export const page: (
  machine: { readonly processor: string; readonly cores: number; readonly node: string; readonly v8: string },
  versions: readonly string[],
  seed: number,
  tables: readonly Table[],
) => string
