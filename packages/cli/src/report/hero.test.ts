import { parseHTML } from 'linkedom'
import { describe, expect, it } from 'vitest'
import { renderHeroSvg } from './hero.js'
import { table, testInput } from './test-input.js'
import { active, malformed } from './test-markup.js'

const picture = (svg: string): Document => {
  expect(malformed(svg)).toBeUndefined()
  expect(active(svg.replace(' xmlns="http://www.w3.org/2000/svg"', ''))).toEqual([])
  expect(svg).not.toMatch(/NaN|undefined/)
  return parseHTML(`<html><body>${svg}</body></html>`).document as unknown as Document
}

describe('renderHeroSvg', () => {
  it('is one SVG with data beside samples, under 300 kB', () => {
    const svg = renderHeroSvg(testInput(4, { heldOut: table(1, 3000, 4), generated: table(2, 20_000, 4) }))
    expect(Buffer.byteLength(svg)).toBeLessThan(300_000)
    expect(svg.startsWith('<svg xmlns="http://www.w3.org/2000/svg"')).toBe(true)
    const text = picture(svg).querySelector('svg')?.textContent ?? ''
    expect(text).toContain('Data')
    expect(text).toContain('Samples')
    expect(text).toContain('1,500 real rows')
  })

  it('puts longitude along and latitude up', () => {
    const base = testInput(3, { names: ['latitude', 'longitude', 'mag'] })
    const label = picture(renderHeroSvg(base)).querySelector('svg')?.getAttribute('aria-label')
    expect(label).toContain('latitude against longitude')
  })

  it('shows the histogram of a table of one column', () => {
    expect(
      picture(renderHeroSvg(testInput(1)))
        .querySelector('svg')
        ?.getAttribute('aria-label'),
    ).toContain('Histogram of column-1')
  })

  it('escapes names and gives the same bytes for the same input', () => {
    const input = testInput(2, { title: '<&">', names: ['<a>', '"b"'] })
    expect(picture(renderHeroSvg(input)).querySelector('text')?.textContent).toBe('<&">')
    expect(renderHeroSvg(input)).toBe(renderHeroSvg(input))
  })
})
