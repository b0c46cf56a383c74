import type { Fault } from './faults/index.mjs'

export interface Result {
  readonly fault: Fault
  readonly outcome: 'killed' | 'example' | 'survived' | 'broken'
  readonly by?: { readonly file: string; readonly test: string }
}

export const page: (results: readonly Result[], seed: number) => string
