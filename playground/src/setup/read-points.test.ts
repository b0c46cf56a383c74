import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { readPoints } from './read-points.js'

const pointsOf = (text: string): readonly (readonly [number, number])[] => {
  const read = readPoints(text)
  if (read._tag === 'Left') throw read.left
  return read.right
}
const refusal = (text: string): string => {
  const read = readPoints(text)
  return read._tag === 'Left' ? `${read.left._tag} ${read.left.message}` : 'no refusal'
}

describe('readPoints', () => {
  it('reads commas, semicolons, tabs and spaces, with and without names, with any line ends', () => {
    const expected = [
      [-3, -1.5],
      [3, 1.5],
      [0, 0],
    ]
    for (const [separator, end] of [
      [',', '\n'],
      [';', '\r\n'],
      ['\t', '\r'],
      ['  ', '\n'],
      [', ', '\n\n'],
    ] as const) {
      const lines = [`0${separator}1`, `+4${separator}3.`, `"2"${separator}20e-1`].join(end)
      expect(pointsOf(lines)).toEqual(expected)
      expect(pointsOf(`\uFEFF"x"${separator}y${end}${lines}${end}`)).toEqual(expected)
    }
  })

  it('moves and scales by one factor into [−3, 3]², the longer side from edge to edge', () => {
    const number = fc.double({ min: -1e300, max: 1e300, noNaN: true })
    fc.assert(
      fc.property(fc.array(fc.tuple(number, number), { minLength: 2, maxLength: 20 }), (rows) => {
        const points = pointsOf(rows.map(([x, y]) => `${x},${y}`).join('\n'))
        const side = (axis: 0 | 1): number => Math.max(...points.map((p) => p[axis])) - Math.min(...points.map((p) => p[axis]))
        for (const x of points.flat()) expect(Math.abs(x)).toBeLessThanOrEqual(3)
        const distinct = new Set(rows.map(([x, y]) => `${x + 0},${y + 0}`)).size
        if (distinct > 1) expect(Math.max(side(0), side(1))).toBe(6)
        else expect(points.flat().every((x) => x === 0)).toBe(true)
      }),
    )
  })

  it.each([
    ['', /^InvalidTable points: the table has no rows/],
    ['x,y', /no rows/],
    ['1,2\n3', /points, line 2: 1 column\. /],
    ['1,2\n\n3,4,5', /line 3: 3 columns/],
    ['1,2\nx,3', /line 2: 'x' is no finite number/],
    ['1,2\n3,', /line 2: '' is no finite number/],
    ['1,NaN', /line 1: 'NaN' is no/],
    ['1,1e999', /line 1: '1e999' is no/],
    ['1,0x10', /'0x10'/],
    ['x,1', /line 1: 'x'/],
    ['1,2\n'.repeat(20_001), /20001 rows. Give at most 20000/],
    [' '.repeat(2_000_001), /2000001 characters/],
  ])('refuses %#', (text, expected) => {
    expect(refusal(text)).toMatch(expected)
  })
})
