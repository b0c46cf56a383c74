import * as E from 'fp-ts/lib/Either.js'
import type { ResultFile } from './result-file.js'

/** Reads the text of a result.json; the left side says what is wrong with it. */
export const parseResultFile = (text: string): E.Either<string, ResultFile> => {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    return E.left('it is not JSON')
  }
  if (!isRecord(value) || value.format !== 'tweedie-reproduction') return E.left('it is not the result of an experiment')
  if (value.version !== 1) return E.left(`its version is ${String(value.version)}, and this tweedie reads version 1`)
  return isSound(value) ? E.right(value as unknown as ResultFile) : E.left('parts of it are missing')
}

type Check = (value: unknown) => boolean

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null && !Array.isArray(value)
const isText: Check = (value) => typeof value === 'string'
const isNumber: Check = (value) => typeof value === 'number' && Number.isFinite(value)
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check)
const optional =
  (check: Check): Check =>
  (value) =>
    value === undefined || check(value)
const record =
  (members: Readonly<Record<string, Check>>): Check =>
  (value) =>
    isRecord(value) && Object.entries(members).every(([name, check]) => check(value[name]))

const isSound = record({
  tweedie: isText,
  name: isText,
  title: isText,
  source: isText,
  scale: (value) => value === 'quick' || value === 'paper',
  seeds: listOf(Number.isSafeInteger),
  settingsSha256: isText,
  settings: isRecord,
  measures: listOf(
    record({
      quantity: isText,
      variant: isText,
      unit: optional(isText),
      ours: isNumber,
      perSeed: optional(listOf(isNumber)),
      paper: optional(isNumber),
    }),
  ),
  claims: listOf(
    record({
      statement: isText,
      verdict: (value) => value === 'reproduced' || value === 'not reproduced' || value === 'reproduced under a condition',
      condition: optional(isText),
      evidence: isText,
    }),
  ),
  remarks: listOf(isText),
  figures: listOf(record({ file: isText, title: isText, caption: isText, sha256: isText })),
  timings: record({
    seconds: isNumber,
    stages: listOf(record({ stage: isText, seconds: isNumber })),
    found: isNumber,
    backend: isText,
    threads: optional(isNumber),
    machine: record({ node: isText, platform: isText, processors: isNumber }),
    date: isText,
  }),
})
