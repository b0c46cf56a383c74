import { type Declared, type MeasuredName, showTolerance, type Tolerance, toleranceOf } from './declared.js'

/** The worst that a result has been off by, in all the cases that its laws have looked at. */
export interface WorstError {
  readonly name: MeasuredName
  readonly cases: number
  /** Units in the last place of the scale. */
  readonly ulp: number
  readonly tolerance: Tolerance
  /** Shapes of the operands at the worst; [] when every result was exact. */
  readonly shapes: readonly (readonly number[])[]
}

/** Keeps the worst error per result. */
export const worstErrors = ({ tolerances }: Pick<Declared, 'tolerances'>) => {
  const seen = new Map<MeasuredName, WorstError>()
  return {
    note: (name: MeasuredName, ulp: number, shapes: WorstError['shapes']): void => {
      const before = seen.get(name) ?? { name, cases: 0, ulp: 0, tolerance: toleranceOf(tolerances, name), shapes: [] }
      seen.set(name, { ...before, cases: before.cases + 1, ...(ulp > before.ulp ? { ulp, shapes } : {}) })
    },
    all: (): readonly WorstError[] => [...seen.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
  }
}

const showShapes = (shapes: WorstError['shapes']): string => shapes.map((shape) => `[${shape.join(', ')}]`).join(' ')

/** A Markdown table. */
export const tableOf = (worst: readonly WorstError[]): string =>
  [
    '| operation | cases | worst error, ulp | declared | operands there |',
    '|---|---|---|---|---|',
    ...worst.map(
      ({ name, cases, ulp, tolerance, shapes }) =>
        `| ${name} | ${cases} | ${ulp === 0 ? '0' : ulp.toPrecision(2)} | ${showTolerance(tolerance)} | ${showShapes(shapes)} |`,
    ),
  ].join('\n')
