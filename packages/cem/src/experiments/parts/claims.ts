import { tweedieError } from '@tweedie/core'
import type { Claim } from '../result.js'

/** Whether numbers are as a statement has them, and the numbers in words. */
export interface Check {
  readonly holds: boolean
  readonly evidence: string
}

/** A number with three digits, as evidence and captions say it. */
export const show = (value: number): string => {
  const short = Number(value.toPrecision(3))
  return short !== 0 && Math.abs(short) < 1e-3 ? short.toExponential() : `${short}`
}

const showAll = (values: readonly number[]): string => values.map(show).join(', ')

const requireNumbers = (what: string, values: readonly number[]): void => {
  if (values.length === 0 || values.some(Number.isNaN))
    throw tweedieError('NotFinite', `check of ${what}`, `[${values.join(', ')}]`, 'Check numbers that were measured, at least one')
}

/** Every value is in [low, high]; an infinite end is none. */
export const within = (what: string, values: readonly number[], [low, high]: readonly [low: number, high: number]): Check => {
  requireNumbers(what, values)
  const bound =
    low === Number.NEGATIVE_INFINITY
      ? `at most ${show(high)}`
      : high === Number.POSITIVE_INFINITY
        ? `at least ${show(low)}`
        : `from ${show(low)} to ${show(high)}`
  return { holds: values.every((value) => value >= low && value <= high), evidence: `${what}: ${showAll(values)} (to be ${bound})` }
}

/** Every value is at most the bound. */
export const atMost = (what: string, values: readonly number[], bound: number): Check =>
  within(what, values, [Number.NEGATIVE_INFINITY, bound])

/** Every value is at least the bound. */
export const atLeast = (what: string, values: readonly number[], bound: number): Check =>
  within(what, values, [bound, Number.POSITIVE_INFINITY])

/**
 * At every seed the variants are in increasing order, each below `margin` times the next (1 when left out). The values of a variant are those of
 * the seeds. Throws `ShapeMismatch` unless there are as many of each.
 */
export const ordered = (what: string, variants: readonly (readonly [name: string, values: readonly number[]])[], margin = 1): Check => {
  const seeds = variants[0]?.[1].length ?? 0
  for (const [name, values] of variants) {
    requireNumbers(`${what} of ${name}`, values)
    if (values.length !== seeds)
      throw tweedieError('ShapeMismatch', `order of ${what}`, `${values.length} values of ${name} for ${seeds} seeds`, 'Give one per seed')
  }
  const holds = variants.every(
    ([, values], k) => k === 0 || values.every((value, i) => (variants[k - 1]?.[1][i] as number) < margin * value),
  )
  return { holds, evidence: `${what}: ${variants.map(([name, values]) => `${name} ${showAll(values)}`).join('; ')}` }
}

/** All of them hold. */
export const all = (...checks: readonly Check[]): Check => ({
  holds: checks.every(({ holds }) => holds),
  evidence: checks.map(({ evidence }) => evidence).join('. '),
})

/**
 * The verdict on a statement: reproduced where the check holds; under the condition where only the check of the condition does; not reproduced
 * otherwise.
 */
export const claim = (statement: string, check: Check, otherwise?: { readonly condition: string; readonly check: Check }): Claim => {
  const evidence = otherwise === undefined ? check.evidence : all(check, otherwise.check).evidence
  if (check.holds) return { statement, verdict: 'reproduced', evidence }
  if (otherwise?.check.holds) return { statement, verdict: 'reproduced under a condition', condition: otherwise.condition, evidence }
  return { statement, verdict: 'not reproduced', evidence }
}
