import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { law } from '@tweedie/testing'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readSources } from './copy.mjs'
import { type Fault, faults } from './faults/index.mjs'
import { page } from './page.mjs'
import { importGraph, importsOf, propertyTests, sampleOf, testsFor, withFault } from './plan.mjs'
import { isBroken, isProperty } from './test-run.mjs'

/** The pure parts of `npm run mutations`, and that its list of faults fits the present sources. */

const root = fileURLToPath(new URL('../..', import.meta.url))
const sources = readSources(root)

describe('faults', () => {
  test.each(faults.map((fault): [string, Fault] => [fault.id, fault]))('%s occurs once in the present sources', (_, fault) => {
    const source = sources[fault.file]
    expect(source, fault.file).toBeDefined()
    expect(withFault(fault, source as string)).not.toBe(source)
  })

  test('have ids of their own, and say what is wrong', () => {
    expect(new Set(faults.map(({ id }) => id)).size).toBe(faults.length)
    for (const { id, wrong } of faults) {
      expect(id).toMatch(/^[a-z0-9-]+$/)
      expect(wrong).toMatch(/\.$/)
    }
  })

  test('are at least 48, in every package that computes', () => {
    expect(faults.length).toBeGreaterThanOrEqual(48)
    expect(new Set(faults.map(({ file }) => file.split('/')[1]))).toEqual(
      new Set(['core', 'score', 'ode-sde', 'nn', 'cem', 'density', 'metrics']),
    )
  })

  test.each([
    'sign',
    'transpose',
    'off-by-one',
    'dropped factor',
    'dropped α',
    'dropped argument',
    'wrong derivative',
    'wrong axis',
    'wrong constant',
    'wrong power',
    'missing term',
    'missing clamp',
    'no log-sum-exp',
    'cancellation',
    'swapped arguments',
    'boundary',
    'leak',
  ])('are of the kind: %s', (kind) => {
    expect(faults.some((fault) => fault.kind === kind)).toBe(true)
  })

  test('are all on the page docs/mutations.md', () => {
    const path = `${root}docs/mutations.md`
    expect(existsSync(path), 'npm run mutations -- --write').toBe(true)
    const text = readFileSync(path, 'utf8')
    expect(faults.filter(({ id }) => !text.includes(`| \`${id}\` |`)).map(({ id }) => id)).toEqual([])
  })
})

describe('withFault', () => {
  const fault = { id: 'sign', file: 'a.ts', from: 'x + y', to: 'x - $& y' }

  test('replaces the one place, and takes the replacement as it stands', () => {
    expect(withFault(fault, 'const z = x + y')).toBe('const z = x - $& y')
  })

  test.each(['const z = x + w', 'x + y, x + y'])('refuses a stale fault: %s', (source) => {
    expect(() => withFault(fault, source)).toThrow(/fault sign is stale: its source string occurs [02] times in a.ts/)
  })
})

const workspace = {
  'packages/core/src/index.ts': "export { one } from './deep/one.js'\nexport type { Two } from './two.js'\n",
  'packages/core/src/deep/one.ts': "import {\n  half,\n} from './half.js'\nexport const one = 2 * half",
  'packages/core/src/deep/half.ts': 'export const half = 0.5',
  'packages/core/src/two.ts': 'export type Two = 2',
  'packages/core/src/cpu/index.ts': "export { one } from '../deep/one.js'",
  'packages/core/src/deep/one.test.ts': "import fc from 'fast-check'\nimport { one } from './one.js'",
  'packages/core/src/deep/example.test.ts': "import { one } from './one.js'",
  'packages/core/src/face.test.ts': "import fc from 'fast-check'\nimport { one } from './index.js'",
  'packages/core/src/apart.test.ts': "import fc from 'fast-check'",
  'packages/score/src/index.ts': "import { one } from '@tweedie/core'",
  'packages/score/src/score.test.ts': "import { laws } from '@tweedie/testing'\nimport { one } from './index.js'",
  'packages/score/src/cpu.test.ts': "import fc from 'fast-check'\nconst B = await import('@tweedie/core/cpu')",
  'tests/all.test.ts': "import fc from 'fast-check'\nimport { one } from '@tweedie/score'",
}

describe('the selection of test files', () => {
  const graph = importGraph(workspace)
  const tests = propertyTests(workspace)

  test('finds imports over lines, at run time and for effects, and none of types', () => {
    expect(importsOf("import type { A } from 'a'\nimport {\n  b,\n} from 'b'\nexport * from 'c'\nimport 'd'\nimport('e')\n")).toEqual([
      'b',
      'c',
      'd',
      'e',
    ])
  })

  test('takes the test files that use fast-check or the laws', () => {
    expect(tests).not.toContain('packages/core/src/deep/example.test.ts')
    expect(tests).toHaveLength(6)
  })

  test('is of those that reach the file, the nearest first', () => {
    expect(testsFor('packages/core/src/deep/half.ts', tests, graph)).toEqual([
      'packages/core/src/deep/one.test.ts',
      'packages/core/src/face.test.ts',
      'packages/score/src/cpu.test.ts',
      'packages/score/src/score.test.ts',
      'tests/all.test.ts',
    ])
    expect(testsFor('packages/core/src/two.ts', tests, graph)).toEqual([])
  })

  test('puts the quicker of two equally near files first', () => {
    const seconds = { 'packages/score/src/cpu.test.ts': 2, 'packages/score/src/again.test.ts': 1 }
    const files = { ...workspace, 'packages/score/src/again.test.ts': workspace['packages/score/src/cpu.test.ts'] }
    const order = testsFor('packages/core/src/deep/half.ts', propertyTests(files), importGraph(files), seconds)
    expect(order.filter((file) => file in seconds)).toEqual(['packages/score/src/again.test.ts', 'packages/score/src/cpu.test.ts'])
  })

  test('leaves no fault of the present list without a test', () => {
    const [present, all] = [importGraph(sources), propertyTests(sources)]
    expect(faults.filter(({ file }) => testsFor(file, all, present).length === 0).map(({ id }) => id)).toEqual([])
  })
})

describe('a failure', () => {
  const failure = (thrown: unknown) => {
    const { name, message, cause } = thrown as Error
    return { errors: [{ name, message, ...(cause instanceof Error && { cause: `${cause.name}: ${cause.message}` }) }] }
  }
  const thrownBy = async (act: () => unknown): Promise<unknown> => {
    try {
      await act()
    } catch (thrown) {
      return thrown
    }
    throw new Error('nothing was thrown')
  }
  const never = (message: string) => () => {
    throw new Error(message)
  }

  test('is that of a property where fast-check or a law says so', async () => {
    const ofProperty = await thrownBy(() => fc.assert(fc.property(fc.nat(), never('wrong')), { endOnFailure: true }))
    const ofLaw = await thrownBy(() => law('a law', 'its source', fc.nat(), never('wrong')).check())
    expect([ofProperty, ofLaw].map((thrown) => isProperty(failure(thrown)))).toEqual([true, true])
    expect(isProperty(failure(await thrownBy(() => expect(1).toBe(2))))).toBe(false)
  })

  test('is that of no program where a name is unknown, inside a property or not', async () => {
    const unknown = () => new Function('return thisIsNowhere')()
    const inside = await thrownBy(() => fc.assert(fc.property(fc.nat(), unknown)))
    expect([inside, await thrownBy(unknown)].map((thrown) => isBroken(failure(thrown)))).toEqual([true, true])
    expect(isBroken(failure(await thrownBy(() => fc.assert(fc.property(fc.nat(), never('x is not defined'))))))).toBe(false)
  })
})

describe('sampleOf', () => {
  const items = Array.from({ length: 100 }, (_, k) => k)

  test('draws different items in their order, the same for the same seed', () => {
    const drawn = sampleOf(items, 20, 7)
    expect(new Set(drawn).size).toBe(20)
    expect([...drawn].sort((a, b) => a - b)).toEqual(drawn)
    expect(sampleOf(items, 20, 7)).toEqual(drawn)
    expect(sampleOf(items, 20, 8)).not.toEqual(drawn)
    expect(sampleOf(items, 200, 7)).toEqual(items)
  })
})

describe('the page', () => {
  const [first, second] = faults as readonly [Fault, Fault]

  test('has the rate, every fault, and the survivors with their explanation', () => {
    const text = page(
      [
        { fault: first, outcome: 'killed', by: { file: first.file, test: 'a law' } },
        { fault: { ...second, survives: 'Nothing can see it.' }, outcome: 'survived' },
      ],
      1,
    )
    expect(text).toContain('1 of 2 seeded faults')
    expect(text).toContain('**50.0 %**')
    expect(text).toMatch(new RegExp(`\\| \`${first.id}\` \\|.*a law \\|`))
    expect(text).toMatch(/Nothing can see it\./)
  })
})
