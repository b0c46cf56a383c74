import type { Operations } from '../backend/operations.js'

/** Faults of a backend that cannot be asked at once: remembered in one scalar of its own, read when anything is read. */
export interface DeferredFaults<N> {
  /** `fault` is a scalar, 0 or 1. What is made here is freed but for the one scalar that is kept. */
  readonly note: (fault: () => N, description: string) => void
  /** The scalar, if there is one: a scope must spare it. */
  readonly kept: () => readonly N[]
  /** How many tensors of the backend are this record's. */
  readonly liveTensors: () => number
  /** Asks for the scalar at once and lets it go: for a scope, not ours, that is about to free it. */
  readonly settle: () => void
  /** The description of the first fault since the last call, if there was one. */
  readonly take: () => Promise<string | undefined>
}

/**
 * The scalar is 0, or the number of the first fault's description: first ← first where it is not 0, else fault · number. So however long
 * nothing is read, there is one scalar on the device and, on the host, each description once. Exact in float32 up to 2²⁴ descriptions.
 */
export const deferredFaults = <N>(P: Operations<N>): DeferredFaults<N> => {
  const descriptions: string[] = []
  const numbers = new Map<string, number>()
  let first: N | undefined
  let reading = 0
  let answer: Promise<number> | undefined

  const numberOf = (description: string): number => {
    const known = numbers.get(description)
    if (known !== undefined) return known
    numbers.set(description, descriptions.push(description))
    return descriptions.length
  }

  const settle = (): void => {
    if (first === undefined) return
    const asked = first
    first = undefined
    reading++
    const earlier = answer
    const numbersRead = P.read(asked).finally(() => {
      reading--
      P.free(asked)
    })
    answer = Promise.all([earlier ?? 0, numbersRead]).then(([before, [now = 0]]) => before || now)
    // Whoever takes the answer sees a failure to read; until then it is nobody's rejection.
    answer.catch(() => {})
  }

  return {
    note: (fault, description) => {
      const before = first
      first = P.scope(() => {
        const numbered = P.mul(fault(), numberOf(description))
        return before === undefined ? numbered : P.where(before, before, numbered)
      })
      if (before !== undefined) P.free(before)
    },
    kept: () => (first === undefined ? [] : [first]),
    liveTensors: () => (first === undefined ? 0 : 1) + reading,
    settle,
    take: async () => {
      settle()
      const asked = answer
      answer = undefined
      const number = (await asked) ?? 0
      return number === 0 ? undefined : descriptions[number - 1]
    },
  }
}
