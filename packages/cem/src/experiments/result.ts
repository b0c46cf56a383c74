/**
 * What an experiment hands back: numbers, verdicts and figures as plain data, the same bytes for the same settings and seeds. Measures in seconds are of the
 * machine.
 */

export type Scale = 'paper' | 'quick'

/** A number that was measured. */
export interface Measure {
  /** What: 'standard deviation of x₂'. */
  readonly quantity: string
  /** Of which variant: 'CEM', 'DDPM, log-uniform times'. */
  readonly variant: string
  readonly unit?: string
  /** Of the first seed. */
  readonly ours: number
  /** Of every seed, where there are several, in their order. */
  readonly perSeed?: readonly number[]
  /** The paper's number, where it gives one or its published files do. */
  readonly paper?: number
}

export type Verdict = 'reproduced' | 'not reproduced' | 'reproduced under a condition'

/** A statement of the paper, and what became of it. */
export interface Claim {
  readonly statement: string
  readonly verdict: Verdict
  /** For 'reproduced under a condition'. */
  readonly condition?: string
  /** The numbers that decide, in words. */
  readonly evidence: string
}

export interface Axis {
  readonly label: string
  readonly scale?: 'linear' | 'log'
  readonly domain?: readonly [number, number]
}

/** What a mark shows decides its colour: data are grey, models have one colour each throughout. */
export type Role = 'data' | 'cem' | 'ddpm' | 'sgm' | 'reference' | 'first' | 'second' | 'third' | 'fourth'

export type Points = readonly (readonly [x: number, y: number])[]

/** A function on an even grid of points: `values` row by row, the first row at the lower end of y, ends included. */
export interface Grid {
  readonly columns: number
  readonly rows: number
  readonly x: readonly [from: number, to: number]
  readonly y: readonly [from: number, to: number]
  readonly values: readonly number[]
}

export type Mark =
  | { readonly kind: 'dots'; readonly role: Role; readonly label?: string; readonly points: Points; readonly size?: number }
  | { readonly kind: 'crosses'; readonly role: Role; readonly label?: string; readonly points: Points }
  | { readonly kind: 'line'; readonly role: Role; readonly label?: string; readonly points: Points; readonly dashed?: boolean }
  | { readonly kind: 'bars'; readonly role: Role; readonly label?: string; readonly points: Points }
  | { readonly kind: 'level'; readonly role: Role; readonly label?: string; readonly y: number }
  | { readonly kind: 'contours'; readonly role: Role; readonly label?: string; readonly grid: Grid; readonly thresholds: readonly number[] }

export interface Panel {
  readonly title: string
  readonly x: Axis
  readonly y: Axis
  /** One unit is as long on both axes. */
  readonly square?: boolean
  readonly marks: readonly Mark[]
}

/** One picture of panels side by side (wrapped where there are more than four). */
export interface Figure {
  /** A file name without its end: 'fig-4'. */
  readonly id: string
  readonly title: string
  readonly caption: string
  readonly panels: readonly Panel[]
}

/** What an experiment is asked to report about itself. */
export interface ExperimentResult {
  readonly name: string
  readonly title: string
  /** The figures and tables of the paper that it stands for: 'Figures 1 to 3'. */
  readonly source: string
  readonly scale: string
  readonly seeds: readonly number[]
  /** Every setting, as JSON. */
  readonly settings: Readonly<Record<string, unknown>>
  readonly measures: readonly Measure[]
  readonly claims: readonly Claim[]
  readonly figures: readonly Figure[]
  /** Remarks for a reader of the report, a paragraph each. */
  readonly remarks: readonly string[]
}
