import { operationRows } from '../backend/operation-table.js'
import type { Operations } from '../backend/operations.js'
import { showShape, sizeOf } from '../backend/shape.js'
import { type TweedieError, tweedieError } from '../errors.js'
import { deferredFaults } from './deferred-faults.js'
import type { OperationCall } from './each-operation.js'
import { highest, keepsLevel, type Level, levelOfNumber, levelsAtOnce, levelTensor } from './finiteness.js'

/** What an operation may not make out of finite numbers. */
export type Refused = 'nonFinite' | 'nan' | 'nothing'

/** The part of `checked` that looks at numbers. */
export interface FinitenessCheck<N> {
  /** Refuses NaN among the numbers that the caller gives. */
  readonly before: (call: OperationCall<N>) => void
  /** Refuses NaN and infinities that the operation made, at once or at the next `beforeReading`. */
  readonly after: (call: OperationCall<N>, operands: readonly N[], results: readonly N[]) => void
  readonly beforeReading: () => Promise<void>
  /** Tensors that a scope must spare, and how many of the backend's live tensors are the check's. */
  readonly kept: () => readonly N[]
  readonly liveTensors: () => number
  /** The backend's other members, guarded where they run code of the caller in scopes of their own. */
  readonly guard: <B extends object>(B: B) => B
}

/** The numbers that the caller gives an operation: elements, the value of `full`, and number operands. Settings of kernels are none. */
const givenNumbers = ({ name, row, args }: OperationCall<unknown>): readonly number[] => {
  if (name === 'tensor') return Array.from(args[0] as ArrayLike<number>)
  if (name === 'full') return [args[1] as number]
  return row.group === 'elementwise' ? args.filter((value) => typeof value === 'number') : []
}

const refusal = (operation: string, what: string): TweedieError<'NotFinite'> =>
  tweedieError(
    'NotFinite',
    operation,
    what,
    'Look for a logarithm or root of a negative number, a division by 0 or an overflow; where it is meant, choose refuse in checked(B, { refuse })',
  )

/** The check of a backend: see `checked`. An operation is at fault where its result is further from finite than all it was given. */
export const finitenessCheck = <N>(P: Operations<N>, refuse: Refused): FinitenessCheck<N> => {
  const nothing: FinitenessCheck<N> = {
    before: () => {},
    after: () => {},
    beforeReading: async () => {},
    kept: () => [],
    liveTensors: () => 0,
    guard: (B) => B,
  }
  if (refuse === 'nothing') return nothing

  const before = (call: OperationCall<N>): void => {
    const numbers = givenNumbers(call)
    if (numbers.some(Number.isNaN)) throw refusal(call.name, 'NaN was given as a number')
    if (refuse === 'nonFinite' && (call.name === 'tensor' || call.name === 'full') && P.dtype === 'float32')
      for (const value of numbers)
        if (Number.isFinite(value) && !Number.isFinite(Math.fround(value))) throw refusal(call.name, `${value} overflows in float32`)
  }

  /** The highest level that is let through whatever the operands are: an empty axis has an infinite maximum. */
  const allowed = (operands: readonly N[]): Level => (refuse === 'nan' || operands.some((x) => sizeOf(P.shape(x)) === 0) ? 1 : 0)
  const givenLevel = (call: OperationCall<N>): Level => highest(givenNumbers(call).map(levelOfNumber))
  const shapes = (xs: readonly N[]): string => xs.map((x) => showShape(P.shape(x))).join(', ')
  const numbersIn = (call: OperationCall<N>): string => {
    const numbers = call.row.group === 'elementwise' ? givenNumbers(call) : []
    return numbers.length === 0 ? '' : ` and ${numbers.join(', ')}`
  }

  if (P.allFinite !== undefined) {
    const levelOf = levelsAtOnce(P, P.allFinite)
    return {
      ...nothing,
      before,
      after: (call, operands, results) => {
        const level = highest(results.map(levelOf))
        if (level <= allowed(operands) || level <= highest([givenLevel(call), ...operands.map(levelOf)])) return
        const what = `${level === 2 ? 'NaN' : 'an infinity'} in the result, none in the operands ${shapes(operands)}${numbersIn(call)}`
        for (const x of results) if (!operands.includes(x)) P.free(x)
        throw refusal(call.name, what)
      },
    }
  }

  const faults = deferredFaults(P)
  return {
    before,
    after: (call, operands, results) => {
      if (keepsLevel.has(call.name)) return
      const top = (xs: readonly N[], least: number): N => xs.reduce<N>((a, x) => P.maximum(a, levelTensor(P, x)), P.full([], least))
      faults.note(
        () => P.greater(top(results, 0), top(operands, Math.max(allowed(operands), givenLevel(call)))),
        // The operation's name, up to the first blank, and what happened.
        `${call.name} ${refuse === 'nan' ? 'NaN' : 'NaN or an infinity'} in the result, none in the operands ${shapes(operands)}${numbersIn(call)}`,
      )
    },
    beforeReading: async () => {
      const description = await faults.take()
      if (description === undefined) return
      const end = description.indexOf(' ')
      throw refusal(description.slice(0, end), description.slice(end + 1))
    },
    kept: faults.kept,
    liveTensors: faults.liveTensors,
    guard: (B) => settledCallbacks(B, faults.settle),
  }
}

const backendMembers: ReadonlySet<string> = new Set([
  ...operationRows().map(([name]) => name),
  ...['name', 'dtype', 'shape', 'read', 'isTensor', 'allFinite', 'readNow', 'cloudsInOnePass', 'cloudTree', 'scope', 'free', 'liveTensors'],
])

/**
 * What B has besides a backend's members (`gradient`, say) may run the caller's function in a scope of the backend below, which frees the
 * record of faults with the rest. So after each such function the record is asked for while it is there.
 */
const settledCallbacks = <B extends object>(B: B, settle: () => void): B => {
  type Callback = (...args: readonly unknown[]) => unknown
  const settled =
    (f: Callback): Callback =>
    (...args) => {
      try {
        return f(...args)
      } finally {
        settle()
      }
    }
  const guarded = Object.entries(B).map(([key, member]: [string, unknown]) => [
    key,
    typeof member !== 'function' || backendMembers.has(key)
      ? member
      : (...args: readonly unknown[]) =>
          (member as Callback)(...args.map((value) => (typeof value === 'function' ? settled(value as Callback) : value))),
  ])
  return Object.fromEntries(guarded) as B
}
