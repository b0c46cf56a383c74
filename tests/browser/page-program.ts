// Runs in a page, or in a worker of one: every case that the test asks for by name.
import { wasm } from '@tweedie/wasm'
import { eventually, fillOnce, machineWith } from '../../packages/wasm/src/machine/test-faults.js'
import { programs } from '../threads/programs.js'

/** What a case gives back. */
export interface Outcome {
  readonly numbers?: readonly number[]
  readonly threads: number
  readonly build?: 'plain' | 'relaxed'
  readonly isolated: boolean
}

const program = (name: string, build?: 'plain') => async (): Promise<Outcome> => {
  const B = wasm({ threads: 3, ...(build && { build }) })
  const numbers = [...(await programs[name]!(B))]
  const { threads, build: used } = B.describe()
  await B.dispose()
  return { numbers, threads, build: used, isolated: globalThis.crossOriginIsolated }
}

export const cases: Readonly<Record<string, () => Promise<Outcome>>> = {
  ...Object.fromEntries(
    Object.keys(programs).flatMap((name) => [
      [`${name}, plain`, program(name, 'plain')],
      [name, program(name)],
    ]),
  ),

  /** Workers write another number: how many of the numbers are theirs. */
  shared: async () => {
    const machine = machineWith('fill(out, value + 1, from, to)', { threads: 3, patience: 20_000 })
    const at = machine.allocate(1 << 21)
    let theirs = 0
    await eventually(() => {
      theirs = fillOnce(machine, at).filter((number) => number === 2).length
      return theirs > 0 || machine.threads === 1
    })
    const { threads } = machine
    await machine.dispose()
    return { numbers: [theirs], threads, isolated: globalThis.crossOriginIsolated }
  },

  /** A worker stops for good within a chunk: how many numbers are wrong afterwards. */
  'stuck worker': async () => {
    const machine = machineWith('for (;;) {}')
    const at = machine.allocate(1 << 21)
    let wrong = 0
    await eventually(() => {
      wrong += fillOnce(machine, at).filter((number) => number !== 1).length
      return machine.threads === 1
    })
    const { threads } = machine
    await machine.dispose()
    return { numbers: [wrong], threads, isolated: globalThis.crossOriginIsolated }
  },
}
