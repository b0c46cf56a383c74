import { existsSync, lstatSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { afterEach, describe, expect, test } from 'vitest'
import { left, right, temporaryFolder } from '../tables/testing.js'
import { type StageOptions, type Staging, stageDirectory } from './stage-directory.js'

const at = temporaryFolder()
const never = { owns: () => false }
const always = { owns: () => true }
const leftovers = (): readonly string[] => readdirSync(at('')).filter((name) => name.includes('.tweedie-'))
afterEach(() => expect(leftovers()).toEqual([]))

const staged = async (name: string, options: StageOptions = never): Promise<Staging> => {
  const staging = right(await stageDirectory(at(name), options)())
  writeFileSync(staging.file('new.txt'), 'new')
  mkdirSync(staging.file('inner'))
  writeFileSync(staging.file('inner/deep.txt'), 'deep')
  return staging
}
const holds = (name: string, ...files: readonly string[]): void => {
  mkdirSync(at(name))
  for (const file of files) writeFileSync(at(`${name}/${file}`), file)
}

describe('commit', () => {
  test('to a folder that is not there', async () => {
    const staging = await staged('fresh')
    expect(existsSync(at('fresh'))).toBe(false)
    expect(staging.path).toMatch(/\/\.fresh\.tweedie-\d+-[0-9a-f]{12}$/)
    expect(dirname(staging.path)).toBe(dirname(staging.target))
    right(await staging.commit()())
    expect(readdirSync(at('fresh')).sort()).toEqual(['inner', 'new.txt'])
    expect(readFileSync(at('fresh/inner/deep.txt'), 'utf8')).toBe('deep')
    mkdirSync(at('usual'))
    expect(statSync(at('fresh')).mode).toBe(statSync(at('usual')).mode)
  })
  test('to an empty folder, without asking', async () => {
    holds('empty')
    right(await (await staged('empty')).commit()())
    expect(readdirSync(at('empty'))).toHaveLength(2)
  })
  test('over a folder the caller owns, of which nothing stays', async () => {
    holds('owned', 'model.bin', 'old.txt')
    const asked: (readonly string[])[] = []
    const owns = (entries: readonly string[]): boolean => asked.push([...entries].sort()) > 0
    right(await (await staged('owned', { owns })).commit()())
    expect(asked).toEqual([
      ['model.bin', 'old.txt'],
      ['model.bin', 'old.txt'],
    ])
    expect(readdirSync(at('owned')).sort()).toEqual(['inner', 'new.txt'])
  })
  test('through a symbolic link, which stays one', async () => {
    holds('aim', 'old.txt')
    symlinkSync('aim', at('link'))
    right(await (await staged('link', always)).commit()())
    expect(lstatSync(at('link')).isSymbolicLink()).toBe(true)
    expect(readdirSync(at('aim')).sort()).toEqual(['inner', 'new.txt'])
  })
  test('a second time is an error, and a rollback after it does nothing', async () => {
    const staging = await staged('twice')
    right(await staging.commit()())
    expect(left(await staging.commit()())._tag).toBe('InvalidArgument')
    right(await staging.rollback()())
    expect(readdirSync(at('twice'))).toHaveLength(2)
  })
  test('fails, and the folder stays as it is, when someone else filled it meanwhile', async () => {
    const staging = await staged('taken')
    holds('taken', 'theirs.txt')
    expect(left(await staging.commit()()).what).toBe('the folder holds other files ("theirs.txt")')
    expect(readdirSync(at('taken'))).toEqual(['theirs.txt'])
    right(await staging.rollback()())
  })
})

test('rollback leaves nothing, twice over', async () => {
  const staging = await staged('undone')
  right(await staging.rollback()())
  right(await staging.rollback()())
  expect(existsSync(at('undone'))).toBe(false)
  expect(left(await staging.commit()())._tag).toBe('InvalidArgument')
})

test('no listeners stay behind', async () => {
  const count = () => ['exit', 'SIGINT', 'SIGTERM', 'SIGHUP'].map((name) => process.listenerCount(name))
  const before = count()
  const [first, second] = [await staged('one'), await staged('two')]
  expect(count()).toEqual(before.map((n) => n + 1))
  right(await first.commit()())
  right(await second.rollback()())
  expect(count()).toEqual(before)
})

describe('refuses at once', () => {
  const refusal = async (path: string, options: StageOptions = never) => {
    const { _tag, what, mend } = left(await stageDirectory(path, options)())
    expect(mend.length).toBeGreaterThan(5)
    return [_tag, what]
  }
  test('a folder that holds other files', async () => {
    holds('others', 'a', 'b', 'c', 'd')
    const [tag, what] = await refusal(at('others'))
    expect(tag).toBe('FileError')
    expect(what).toMatch(/^the folder holds other files \("\w", "\w", "\w", …\)$/)
    expect(readdirSync(at('others'))).toHaveLength(4)
  })
  test('a file', async () => {
    writeFileSync(at('file'), '')
    expect(await refusal(at('file'), always)).toEqual(['FileError', 'it is a file, not a folder'])
  })
  test('a missing parent', async () => {
    expect(await refusal(at('none/out'))).toEqual(['FileError', `the folder "${at('none')}" does not exist`])
    expect(left(await stageDirectory(at('none/out'), never)()).mend).toBe(`Create it first: mkdir -p "${at('none')}"`)
  })
  test('a parent that is a file', async () => {
    writeFileSync(at('plain'), '')
    expect((await refusal(`${at('plain')}/out`))[0]).toBe('FileError')
  })
  test('a parent the system keeps to itself', async ({ skip }) => {
    skip(!existsSync('/proc/self'), 'there is no /proc')
    expect((await refusal('/proc/out'))[0]).toBe('FileError')
  })
  test('the current folder and those around it', async () => {
    for (const path of ['.', '..', '/', process.cwd()])
      expect((await refusal(path, always))[1]).toBe('the current folder is this folder or inside it')
  })
})
