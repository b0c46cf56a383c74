import type { Figure, Mark, Panel, Points } from '@tweedie/cem'
import { parseHTML } from 'linkedom'
import { describe, expect, test } from 'vitest'
import { active, malformed } from '../../report/test-markup.js'
import { cloud, gallery } from '../testing.js'
import { figureSvg, inlineFigure } from './figure-svg.js'
import { rowLengths, wrapped } from './layout.js'
import { roleColours } from './roles.js'
import { mostPoints } from './thin.js'

const picture = (svg: string): Document => {
  expect(malformed(svg)).toBeUndefined()
  expect(active(svg.replace(' xmlns="http://www.w3.org/2000/svg"', ''))).toEqual([])
  expect(svg).not.toMatch(/NaN|undefined|Infinity/)
  return parseHTML(`<html><body>${svg}</body></html>`).document as unknown as Document
}
const panelOf = (marks: readonly Mark[], more: Partial<Panel> = {}): Panel => ({
  title: 'panel',
  x: { label: 'x' },
  y: { label: 'y' },
  marks,
  ...more,
})
const figureOf = (panels: readonly Panel[]): Figure => ({ id: 'a', title: 'A <figure> & more', caption: 'Caption', panels })
const drawn = (marks: readonly Mark[], more: Partial<Panel> = {}): string => figureSvg(figureOf([panelOf(marks, more)]))
const dots = (points: Points): Mark => ({ kind: 'dots', role: 'cem', label: 'CEM', points })
/** The pixels of the dots of a colour. */
const dotsIn = (svg: string, colour: string = roleColours.cem): [number, number][] =>
  Array.from(picture(svg).querySelectorAll(`g[stroke="${colour}"][stroke-linecap="round"] path`), (path) => {
    const [, x, y] = /^M([-\d.]+),([-\d.]+)h0$/.exec(path.getAttribute('d') ?? '') ?? []
    return [Number(x), Number(y)]
  })

describe('a figure', () => {
  const [samples, error, snapshots] = gallery('curve', [0], 'quick').figures as [Figure, Figure, Figure]

  test('has a title, a legend with each entry once, a title for each panel, and the same bytes each time', () => {
    const svg = figureSvg(samples)
    const text = picture(svg).querySelector('svg')?.textContent ?? ''
    for (const words of ['Samples of four models beside the data', 'SGM', 'CEM with 10 steps', 'x₁']) expect(text).toContain(words)
    expect(text.match(/data/g)).toHaveLength(2)
    expect(figureSvg(samples)).toBe(svg)
    expect(Buffer.byteLength(svg)).toBeLessThan(350_000)
  })

  test('draws every dot, line, cross and bar in the colour of its role', () => {
    const document = picture(figureSvg(error))
    expect(document.querySelectorAll(`path[stroke="${roleColours.cem}"], g[stroke="${roleColours.cem}"] path`).length).toBeGreaterThan(0)
    expect(document.querySelectorAll(`g[fill="${roleColours.ddpm}"] rect`)).toHaveLength(12)
    expect(dotsIn(figureSvg(samples), roleColours.data)).toHaveLength(4 * 300)
    const crosses = picture(figureSvg(snapshots)).querySelectorAll('g[stroke="currentColor"] path[d*="l8,8m-8,0l8,-8"]')
    expect(crosses).toHaveLength(6 * 6)
  })

  test('escapes what it is told', () => {
    expect(picture(drawn([])).querySelector('text')?.textContent).toBe('A <figure> & more')
  })

  test('inside a page has no paper, no colour of its own for text, and is as well formed', () => {
    const inline = inlineFigure(figureSvg(samples))
    picture(inline)
    expect(inline).not.toMatch(/#ffffff|#1c2026|#59616c|xmlns|font-family/)
    expect(inline).toContain('viewBox="20 10 920 ')
  })
})

describe('marks', () => {
  test('many points are thinned to a bound and a note says so; few are all drawn', () => {
    const many = drawn([dots(cloud(1, 9_000))])
    expect(dotsIn(many)).toHaveLength(mostPoints)
    expect(many).toContain('at most 2,500 points')
    expect(Buffer.byteLength(many)).toBeLessThan(80_000)
    const few = drawn([dots(cloud(1, 200))])
    expect(dotsIn(few)).toHaveLength(200)
    expect(few).not.toMatch(/at most|Outside/)
  })

  test('points outside a given range are not drawn, and counted', () => {
    const axes = { x: { label: 'x', domain: [0, 1] as const }, y: { label: 'y', domain: [0, 1] as const } }
    const svg = drawn(
      [
        dots([
          [0.5, 0.5],
          [2, 0.5],
          [0.5, -1],
        ]),
      ],
      axes,
    )
    expect(dotsIn(svg)).toHaveLength(1)
    expect(svg).toContain('Outside the axes: 2 points.')
    expect(drawn([{ kind: 'level', role: 'data', y: 7 }], axes)).toContain('Outside the axes: 1 point.')
  })

  test('a logarithmic axis puts powers at equal distances and says what it has no place for', () => {
    const svg = drawn(
      [
        dots([
          [1, 1e-4],
          [2, 1e-2],
          [3, 1],
          [4, 0],
          [5, -1],
        ]),
      ],
      { y: { label: 'y', scale: 'log' } },
    )
    const [a, b, c] = dotsIn(svg) as [[number, number], [number, number], [number, number]]
    // Pixels are rounded to tenths.
    expect(Math.abs(a[1] - b[1] - (b[1] - c[1]))).toBeLessThan(0.21)
    expect(dotsIn(svg)).toHaveLength(3)
    expect(svg).toContain('At or below 0, where a logarithmic axis has no place: 2 points.')
    expect(svg).toContain('10⁻⁴')
  })

  test('a square panel has one unit as long on both axes', () => {
    const corners: Points = [
      [0, 0],
      [1, 0],
      [0, 3],
    ]
    const [origin, along, up] = dotsIn(drawn([dots(corners)], { square: true })) as [[number, number], [number, number], [number, number]]
    expect((origin[1] - up[1]) / (along[0] - origin[0])).toBeCloseTo(3, 1)
    const [o, a, u] = dotsIn(drawn([dots(corners)])) as [[number, number], [number, number], [number, number]]
    expect((o[1] - u[1]) / (a[0] - o[0])).toBeLessThan(1)
  })

  test('bars of several marks stand side by side on zero', () => {
    const bars = (role: 'cem' | 'ddpm'): Mark => ({
      kind: 'bars',
      role,
      points: [
        [0, 1],
        [1, 2],
        [2, 4],
      ],
    })
    const document = picture(drawn([bars('cem'), bars('ddpm')]))
    const boxes = (role: 'cem' | 'ddpm') =>
      Array.from(document.querySelectorAll(`g[fill="${roleColours[role]}"] rect`), (rect) =>
        ['x', 'y', 'width', 'height'].map((name) => Number(rect.getAttribute(name))),
      ) as [number, number, number, number][]
    const [left, right] = [boxes('cem'), boxes('ddpm')]
    expect(left.map(([, , , height]) => height / (left[0]?.[3] as number)).map((ratio) => Math.round(ratio * 10) / 10)).toEqual([1, 2, 4])
    for (const [k, [x, , width]] of left.entries()) expect(right[k]?.[0]).toBeGreaterThanOrEqual(x + width - 0.2)
    expect(new Set([...left, ...right].map(([, y, , height]) => Math.round(y + height))).size).toBe(1)
  })

  test('no point, one point, equal points, bars of one and bars on logarithmic axes can be drawn', () => {
    const log = { x: { label: 'x', scale: 'log' }, y: { label: 'y', scale: 'log' } } as const
    for (const points of [
      [],
      [[1, 1]],
      [
        [2, 2],
        [2, 2],
      ],
    ] as Points[])
      for (const kind of ['dots', 'crosses', 'line', 'bars'] as const)
        for (const more of [{}, { square: true }, log]) picture(drawn([{ kind, role: 'first', points }], more))
    picture(
      drawn(
        [
          {
            kind: 'bars',
            role: 'second',
            points: [
              [1e-3, 1],
              [1e-2, 5],
              [1e-1, 0.2],
            ],
          },
        ],
        log,
      ),
    )
  })

  test('a number that is not finite is refused', () => {
    expect(() => drawn([dots([[0, Number.NaN]])])).toThrow(expect.objectContaining({ _tag: 'NotFinite' }))
    expect(() => drawn([{ kind: 'level', role: 'cem', y: Number.POSITIVE_INFINITY }])).toThrow(
      expect.objectContaining({ _tag: 'NotFinite' }),
    )
  })
})

describe('layout', () => {
  test('up to four panels in a row, more in rows as even as can be', () => {
    expect([1, 4, 5, 6, 7, 8, 9].map(rowLengths)).toEqual([[1], [4], [3, 2], [3, 3], [4, 3], [4, 4], [3, 3, 3]])
  })

  test('text is broken between words', () => {
    expect(wrapped('one two three', 60)).toEqual(['one two', 'three'])
    expect(wrapped('', 60)).toEqual([])
  })
})
