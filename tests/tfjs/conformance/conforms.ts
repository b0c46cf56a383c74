import { operationRows } from '@tweedie/core'
import { describe, expect, test } from 'vitest'
import { readPage, updating, writeSections } from '../../conformance/page.js'
import type { BackendName, Session } from '../session/session.js'
import { lawNames, type Over } from './program.js'

/** The heading of a backend's section on the page of worst errors. */
export const headingOf = (name: BackendName): string => `\`tfjs(tf)\`: ${name}`

const seed = 20260731

/** Every law of the suite as a test. */
const testLaws = (session: Session, over: Over, runs: number): void => {
  lawNames.forEach((name, law) => {
    test(name, () => session.run('check law', { over, law, parameters: { seed, runs } }))
  })
}

/** The suite on a backend, which declares what its probe has found; with UPDATE_DOCS=1 it writes the table. */
export const conforms = (session: Session, name: BackendName): void => {
  testLaws(session, 'itself', 16)

  test('every result was looked at, and is within what is declared', async () => {
    const { worst, table, adapter } = await session.run('worst errors', 'itself')
    expect(worst.map((each) => each.name.split('.')[0])).toEqual(expect.arrayContaining(operationRows().map(([each]) => each)))
    for (const { ulp, tolerance } of worst) expect(ulp).toBeLessThanOrEqual('ulp' in tolerance ? tolerance.ulp : Number.POSITIVE_INFINITY)
    if (updating) writeSections([{ heading: headingOf(name), note: `On ${adapter}.`, table, worst }])
  })

  test.skipIf(updating)('the page of worst errors has a table', () => expect(readPage()).toContain(`\n### ${headingOf(name)}\n`))
}

/** The suite on a GPU, and a few cases of each law with small tensors on the CPU, as TensorFlow.js is set from the start. */
export const conformsOnGpu = (session: Session, name: BackendName): void => {
  conforms(session, name)
  conformsOver('small tensors on the CPU', 3)(session)
}

/** The laws under a transformer, or as TensorFlow.js is set otherwise. */
export const conformsOver = (over: Over, runs: number) => (session: Session) => describe(over, () => testLaws(session, over, runs))
