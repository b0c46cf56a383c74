import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { blocksOf, checkPages, moduleOf, pages, partsOf, readBlocks, runPage } from './snippets.js'

/** Every `ts` block of the documentation runs and type-checks. A page's blocks run in order, as one module. */

const contents = pages()
  .map((page) => [page, readBlocks(page)] as const)
  .filter(([, blocks]) => blocks.length > 0)

beforeEach(() => {
  vi.spyOn(console, 'log').mockImplementation(() => undefined)
})
afterEach(() => {
  vi.restoreAllMocks()
})

describe('the documentation', () => {
  for (const [page, blocks] of contents.filter(([, all]) => all.some(({ run }) => run)))
    test(`${page} runs`, { timeout: 180_000 }, () => runPage(page, blocks))

  test('every block type-checks', { timeout: 180_000 }, () => {
    expect(checkPages(contents)).toEqual([])
  })
})

describe('the check itself', () => {
  const page = (...lines: string[]) => blocksOf(lines.join('\n'))

  test('finds the blocks, and leaves other languages alone', () => {
    const blocks = page(
      '# Title',
      '```sh',
      'npm i',
      '```',
      '```ts',
      'a',
      '```',
      '* item',
      '',
      '  ```ts no-run',
      '  b',
      '  ```',
      '````md',
      '```ts',
      'c',
      '```',
      '````',
    )
    expect(blocks).toEqual([
      { fence: 4, code: 'a', run: true },
      { fence: 9, code: 'b', run: false },
    ])
  })

  test('keeps the lines of the page and imports a name once', () => {
    const text = moduleOf(
      page('', '```ts', "import { a, b } from 'x'", 'a()', '```', '', '```ts', "import { b, c } from 'x'", '', 'c()', '```'),
      { all: false },
    )
    const lines = text.split('\n')
    expect(lines.indexOf('a()')).toBe(3)
    expect(lines.indexOf('c()')).toBe(9)
    expect(text.match(/import .*/g)).toEqual(["import { a, b } from 'x';", "import { c } from 'x';"])
  })

  test('a block joins the module before it unless it declares a name of that module anew', () => {
    const blocks = page(
      '```ts',
      "import { a } from 'x'",
      'const b = a',
      '```',
      '```ts',
      "import { a } from 'x'",
      'a(b)',
      '```',
      '```ts',
      'const [{ b }] = c',
      '```',
    )
    expect(partsOf(blocks).map((part) => part.map(({ fence }) => fence))).toEqual([[0, 4], [8]])
    const other = page('```ts', "import { a } from 'x'", '```', '```ts', "import { a } from 'y'", '```')
    expect(partsOf(other)).toHaveLength(2)
  })

  test('a block that throws fails, with its page and line', async () => {
    const blocks = page(
      'Text.',
      '',
      '```ts',
      "import assert from 'node:assert/strict'",
      'const one: number = 1',
      '```',
      '',
      '```ts',
      '// wrong',
      'assert.equal(one, 2)',
      '```',
    )
    await expect(runPage('docs/made-up-throws.md', blocks)).rejects.toThrow(/^docs\/made-up-throws\.md:10: /)
  })

  test('a rejected promise fails too', async () => {
    const blocks = page('```ts', 'await Promise.resolve()', "await Promise.reject(new Error('late'))", '```')
    await expect(runPage('docs/made-up-rejects.md', blocks)).rejects.toThrow(/^docs\/made-up-rejects\.md:3: late/)
  })

  test('a block marked no-run does not run but must type-check, and the packages are found by name', async () => {
    const blocks = page(
      '```ts',
      'const one: number = 1',
      '```',
      '```ts no-run',
      "import { readFileSync } from 'node:fs'",
      'const two: string = one',
      "throw new Error('ran')",
      '```',
    )
    const named = page(
      '```ts',
      "import assert from 'node:assert/strict'",
      "import { tweedieError } from '@tweedie/core'",
      "import { cpu } from '@tweedie/core/cpu'",
      "assert.equal(tweedieError('Usage', 'a', 'b', 'c')._tag, 'Usage')",
      "assert.equal(typeof cpu, 'function')",
      '```',
    )
    await runPage('docs/made-up-no-run.md', blocks)
    await runPage('docs/made-up-names.md', named)
    const errors = checkPages([
      ['docs/made-up-no-run.md', blocks],
      ['docs/made-up-names.md', named],
    ])
    expect(errors).toEqual([expect.stringMatching(/^docs\/made-up-no-run\.md:6:7 TS2322: /)])
  })
})
