import { describe, expect, test } from 'vitest'
import { aborted, isTweedieError, TweedieError, throwIfAborted, toTweedieError, tweedieError } from './errors.js'

describe('TweedieError', () => {
  test('is a tagged Error that says where, what and the mend', () => {
    const cause = new Error('below')
    const error = tweedieError('InvalidArgument', 'key', 'seed −1', 'Use a whole number', cause)
    expect(error).toBeInstanceOf(TweedieError)
    expect(error).toBeInstanceOf(Error)
    expect(error).toMatchObject({
      name: 'TweedieError',
      _tag: 'InvalidArgument',
      where: 'key',
      what: 'seed −1',
      mend: 'Use a whole number',
      cause,
    })
    expect(error.message).toBe('key: seed −1. Use a whole number')
    expect('cause' in tweedieError('Usage', 'a', 'b', 'c')).toBe(false)
    const tag: 'InvalidArgument' = error._tag
    expect(tag).toBe('InvalidArgument')
  })

  test('is recognised by its name and tag, so that another copy of the package counts', () => {
    const foreign = Object.assign(new Error('x'), { name: 'TweedieError', _tag: 'Usage' })
    expect([foreign, tweedieError('Usage', 'a', 'b', 'c')].every(isTweedieError)).toBe(true)
    expect([new Error('x'), { name: 'TweedieError', _tag: 'Usage' }, null, 'TweedieError'].some(isTweedieError)).toBe(false)
  })

  test('anything thrown becomes one; its own are kept and an AbortError is an abort', () => {
    const fallback = { tag: 'FileError', where: 'read', what: 'cannot read', mend: 'Check the path' } as const
    const own = tweedieError('Usage', 'a', 'b', 'c')
    expect(toTweedieError(own, fallback)).toBe(own)
    const wrapped = toTweedieError(new Error('ENOENT'), fallback)
    expect(wrapped).toMatchObject({ _tag: 'FileError', where: 'read', what: 'cannot read: ENOENT', mend: 'Check the path' })
    expect(wrapped.cause).toBeInstanceOf(Error)
    expect(toTweedieError('text', fallback).what).toBe('cannot read: text')
    expect(toTweedieError(undefined, fallback).what).toBe('cannot read: undefined')
    const abort = new DOMException('stop', 'AbortError')
    expect(toTweedieError(abort, fallback)).toMatchObject({ _tag: 'Aborted', where: 'read', cause: abort })
  })

  test('throwIfAborted throws once the signal has fired', () => {
    const controller = new AbortController()
    throwIfAborted(undefined, 'solve')
    throwIfAborted(controller.signal, 'solve')
    const reason = new Error('enough')
    controller.abort(reason)
    expect(() => throwIfAborted(controller.signal, 'solve')).toThrow(
      expect.objectContaining({ _tag: 'Aborted', where: 'solve', cause: reason }),
    )
    expect(aborted('solve')).toMatchObject({ _tag: 'Aborted', where: 'solve' })
  })
})
