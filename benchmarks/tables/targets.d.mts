export interface Target {
  readonly text: string
  readonly met: (value: number) => boolean
  readonly by: (value: number) => number
}
export interface Judged {
  readonly name: string
  readonly text: string
  readonly state: 'met' | 'missed' | 'not measured'
  readonly value?: number
  readonly by?: number
}
export const targetsOf: (
  table: string,
  rows: number,
  floor?: { readonly meanKl?: number; readonly energy?: number },
) => Record<string, Target>
export const judged: (targets: Record<string, Target>, values: Record<string, number | undefined>) => readonly Judged[]
