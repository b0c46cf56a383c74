import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { gunzipSync } from 'node:zlib'
import { tweedieError } from '@tweedie/core'
import { afterEach, describe, expect, test } from 'vitest'
import { left, right, temporaryFolder } from '../tables/testing.js'
import { type FileContent, writeFileAtomic } from './write-atomic.js'

const at = temporaryFolder()
const leftovers = (): readonly string[] => readdirSync(at('')).filter((name) => name.includes('.tweedie-'))
afterEach(() => expect(leftovers()).toEqual([]))

describe('writes', () => {
  const bytes = Uint8Array.of(1, 2, 0, 255)
  test.each<[string, FileContent, Uint8Array]>([
    ['text', 'añb', new TextEncoder().encode('añb')],
    ['bytes', bytes, bytes],
    ['no bytes', new Uint8Array(0), new Uint8Array(0)],
    ['pieces', [bytes, bytes], Uint8Array.of(...bytes, ...bytes)],
    [
      'pieces in time',
      (async function* () {
        yield bytes
        await Promise.resolve()
        yield bytes
      })(),
      Uint8Array.of(...bytes, ...bytes),
    ],
  ])('%s', async (name, content, expected) => {
    right(await writeFileAtomic(at(name), content)())
    expect(new Uint8Array(readFileSync(at(name)))).toEqual(expected)
  })
  test('gzip', async () => {
    right(
      await writeFileAtomic(
        at('z.gz'),
        ['a', 'b'].map((text) => Buffer.from(text)),
        { gzip: true },
      )(),
    )
    expect(gunzipSync(readFileSync(at('z.gz'))).toString()).toBe('ab')
  })
  test('many megabytes, in pieces', async () => {
    const piece = Buffer.alloc(1 << 20, 7)
    right(
      await writeFileAtomic(
        at('large'),
        Array.from({ length: 20 }, () => piece),
      )(),
    )
    expect(statSync(at('large')).size).toBe(20 << 20)
  })
  test('over an older file, which keeps its permissions', async () => {
    writeFileSync(at('old'), 'older and longer')
    chmodSync(at('old'), 0o640)
    right(await writeFileAtomic(at('old'), 'new')())
    expect(readFileSync(at('old'), 'utf8')).toBe('new')
    expect(statSync(at('old')).mode & 0o777).toBe(0o640)
  })
  test('a new file has the usual permissions', async () => {
    writeFileSync(at('usual'), '')
    right(await writeFileAtomic(at('fresh'), '')())
    expect(statSync(at('fresh')).mode).toBe(statSync(at('usual')).mode)
  })
  test('through a symbolic link, which stays one', async () => {
    writeFileSync(at('aim'), 'old')
    symlinkSync('aim', at('link'))
    right(await writeFileAtomic(at('link'), 'new')())
    expect([readFileSync(at('aim'), 'utf8'), readlinkSync(at('link'))]).toEqual(['new', 'aim'])
  })
  test('a name as long as a name can be', async () => {
    const name = 'n'.repeat(255)
    right(await writeFileAtomic(at(name), 'x')())
    expect(readFileSync(at(name), 'utf8')).toBe('x')
  })
})

describe('refuses', () => {
  const refusal = async (path: string) => {
    const { _tag, what } = left(await writeFileAtomic(path, 'x')())
    return [_tag, what]
  }
  test('a folder', async () => {
    mkdirSync(at('folder'))
    expect(await refusal(at('folder'))).toEqual(['FileError', 'it is a folder, not a file'])
  })
  test('a missing parent', async () => {
    expect(await refusal(at('none/x'))).toEqual(['FileError', `the folder "${at('none')}" does not exist`])
    expect(existsSync(at('none'))).toBe(false)
  })
  test('a parent that is a file', async () => {
    writeFileSync(at('file'), '')
    expect((await refusal(`${at('file')}/x`))[0]).toBe('FileError')
    expect(await refusal(`${at('file')}/x/y`)).toEqual(['FileError', 'a part of the path is a file, not a folder'])
  })
  test('a place the system keeps to itself', async ({ skip }) => {
    skip(!existsSync('/proc/self'), 'there is no /proc')
    expect((await refusal('/proc/x'))[0]).toBe('FileError')
    expect((await refusal('/proc/self/x'))[0]).toBe('FileError')
  })
  test('a device, which is not replaced', async ({ skip }) => {
    skip(!existsSync('/dev/null'), 'there is no /dev/null')
    expect(await refusal('/dev/null')).toEqual(['FileError', 'it is a device or a pipe, not a file'])
    expect(statSync('/dev/null').isCharacterDevice()).toBe(true)
  })
  test('a folder without permission', async ({ skip }) => {
    skip(process.getuid?.() === 0 || process.platform === 'win32', 'the superuser may write everywhere')
    mkdirSync(at('closed'), { mode: 0o500 })
    expect(await refusal(at('closed/x'))).toEqual(['FileError', 'permission to write there is denied'])
  })
})

describe('writes nothing', () => {
  const failing = async (content: FileContent, signal?: AbortSignal) => {
    writeFileSync(at('kept'), 'old')
    const error = left(await writeFileAtomic(at('kept'), content, { signal })())
    expect(readFileSync(at('kept'), 'utf8')).toBe('old')
    return error
  }
  test('when the content fails halfway', async () => {
    const own = tweedieError('NotFinite', 'row 3', 'NaN', 'look')
    expect(
      await failing(
        (function* () {
          yield Buffer.from('half')
          throw own
        })(),
      ),
    ).toBe(own)
    const other = await failing(
      (function* () {
        yield Buffer.from('half')
        throw new Error('boom')
      })(),
    )
    expect([other._tag, other.what]).toEqual(['FileError', 'the file cannot be written: boom'])
  })
  test('when it was aborted before, or halfway', async () => {
    expect((await failing('new', AbortSignal.abort()))._tag).toBe('Aborted')
    const controller = new AbortController()
    const endless = (async function* () {
      for (let i = 0; ; i++) {
        if (i === 3) controller.abort()
        yield Buffer.alloc(1000)
        await new Promise((resolve) => setImmediate(resolve))
      }
    })()
    expect((await failing(endless, controller.signal))._tag).toBe('Aborted')
  })
})

test('two writers of one file: one of the two is there, whole', async () => {
  const contents = ['a'.repeat(100_000), 'b'.repeat(100_000)]
  const results = await Promise.all(contents.map((content) => writeFileAtomic(at('race'), content)()))
  results.map(right)
  expect(contents).toContain(readFileSync(at('race'), 'utf8'))
})
