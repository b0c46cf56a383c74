import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { broadcastShapes, reducedShape, requireRank, requireShape, resolveAxis, sameShape, showShape, sizeOf } from './shape.js'

const shapes = fc.array(fc.nat(3), { maxLength: 4 })

describe('shapes', () => {
  test('size, text and equality', () => {
    expect([sizeOf([]), sizeOf([3, 2]), sizeOf([3, 0, 2])]).toEqual([1, 6, 0])
    expect([showShape([]), showShape([3, 2])]).toEqual(['[]', '[3, 2]'])
    expect([sameShape([], []), sameShape([1], []), sameShape([2, 3], [2, 3]), sameShape([2, 3], [3, 2])]).toEqual([
      true,
      false,
      true,
      false,
    ])
  })

  test('broadcasting stretches ones, counted from the last axis, and refuses the rest', () => {
    fc.assert(
      fc.property(shapes, shapes, (a, b) => {
        const rank = Math.max(a.length, b.length)
        const pad = (s: number[]): number[] => [...new Array<number>(rank - s.length).fill(1), ...s]
        const pairs = pad(a).map((m, axis) => [m, pad(b)[axis] as number] as const)
        if (pairs.every(([m, n]) => m === n || m === 1 || n === 1)) {
          expect(broadcastShapes('add', a, b)).toEqual(pairs.map(([m, n]) => (m === 1 ? n : m)))
          expect(broadcastShapes('add', b, a)).toEqual(broadcastShapes('add', a, b))
        } else {
          const refusal = expect.objectContaining({
            _tag: 'ShapeMismatch',
            where: 'add',
            what: expect.stringContaining(showShape(a)) as unknown,
          })
          expect(() => broadcastShapes('add', a, b)).toThrow(refusal)
        }
      }),
    )
  })

  test('axes count from both ends', () => {
    expect([
      resolveAxis('sum', [4, 5, 6], 0),
      resolveAxis('sum', [4, 5, 6], 2),
      resolveAxis('sum', [4, 5, 6], -1),
      resolveAxis('sum', [4, 5, 6], -3),
    ]).toEqual([0, 2, 2, 0])
    for (const axis of [3, -4, 0.5, Number.NaN])
      expect(() => resolveAxis('sum', [4, 5, 6], axis)).toThrow(expect.objectContaining({ _tag: 'InvalidArgument', where: 'sum' }))
    expect(() => resolveAxis('sum', [], 0)).toThrow(expect.objectContaining({ _tag: 'InvalidArgument' }))
  })

  test('reduction drops an axis or keeps it as 1; rank is checked', () => {
    expect([reducedShape([4, 5, 6], 1, false), reducedShape([4, 5, 6], 1, true)]).toEqual([
      [4, 6],
      [4, 1, 6],
    ])
    expect(() => requireRank('matMul', [2], 2)).toThrow(expect.objectContaining({ _tag: 'ShapeMismatch', where: 'matMul' }))
    expect(() => requireRank('matMul', [2, 2], 2)).not.toThrow()
    for (const bad of [-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => requireShape('full', [2, bad])).toThrow(expect.objectContaining({ _tag: 'InvalidArgument', where: 'full' }))
    expect(() => requireShape('full', [2, 0])).not.toThrow()
  })
})
