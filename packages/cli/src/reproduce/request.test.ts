import { describe, expect, test } from 'vitest'
import { left, right } from '../tables/testing.js'
import { parseReproduce } from './request.js'

const known = ['line-normal', 'curve']
const given = { out: 'out', scale: 'quick', backend: 'wasm' }

describe('parseReproduce', () => {
  test('one name, all names, and the seeds of each scale', () => {
    expect(right(parseReproduce('curve', given, known))).toEqual({
      names: ['curve'],
      out: 'out',
      scale: 'quick',
      seeds: [0, 1, 2],
      force: false,
      backend: 'wasm',
    })
    expect(right(parseReproduce('all', { ...given, scale: 'paper', force: true, threads: '3' }, known))).toMatchObject({
      names: known,
      seeds: [0],
      force: true,
      threads: 3,
    })
    expect(right(parseReproduce('all', { ...given, seeds: ' 7, 0 ' }, known)).seeds).toEqual([7, 0])
  })

  test.each([
    ['', /--seeds: the list is empty/],
    ['1,', /"" is not a whole number/],
    ['1,,2', /"" is not a whole number/],
    ['one', /"one" is not a whole number/],
    ['1.5', /"1\.5" is not a whole number/],
    ['NaN', /"NaN" is not a whole number/],
    ['1e400', /"1e400" is not a whole number/],
    ['0,-2', /seed -2 is negative/],
    ['3,1,3', /seed 3 is there twice/],
    ['0,-0', /seed 0 is there twice/],
  ])('seeds "%s" are refused', (seeds, message) => {
    const error = left(parseReproduce('all', { ...given, seeds }, known))
    expect(error._tag).toBe('Usage')
    expect(error.message).toMatch(message)
  })

  test('an unknown name lists the names; scale, backend and threads are checked', () => {
    expect(left(parseReproduce('curv', given, known)).message).toMatch(/"curv" is not one of all, line-normal, curve/)
    expect(left(parseReproduce('all', { ...given, scale: 'huge' }, known)).message).toMatch(/--scale: "huge" is not one of quick, paper/)
    expect(left(parseReproduce('all', { ...given, backend: 'abacus' }, known)).message).toMatch(/--backend/)
    expect(left(parseReproduce('all', { ...given, threads: '0' }, known)).message).toMatch(/--threads/)
    expect(right(parseReproduce('all', { ...given, backend: 'webgpu' }, known))).toMatchObject({ backend: 'webgpu' })
    expect(left(parseReproduce('all', { ...given, backend: 'webgpu', threads: '2' }, known)).message).toMatch(/--threads: it means nothing/)
  })

  test('a file is for one experiment that needs it; all leaves those out', () => {
    const needs = new Map([['power', 'Give the path of the file']])
    const all = [...known, 'power']
    expect(right(parseReproduce('all', given, all, needs))).toMatchObject({ names: known, leftOut: ['power'] })
    expect(right(parseReproduce('power', { ...given, data: 'a.txt' }, all, needs))).toMatchObject({ names: ['power'], data: 'a.txt' })
    expect(right(parseReproduce('curve', given, all, needs))).not.toHaveProperty('data')
    expect(left(parseReproduce('power', given, all, needs)).message).toBe('--data: power needs a file. Give the path of the file')
    expect(left(parseReproduce('curve', { ...given, data: 'a' }, all, needs)).message).toMatch(/curve needs no file.*one of power/)
    expect(left(parseReproduce('all', { ...given, data: 'a' }, all, needs)).message).toMatch(/a file is for one experiment/)
    expect(left(parseReproduce('all', { ...given, data: 'a' }, known)).message).toMatch(/Leave it out/)
  })
})
