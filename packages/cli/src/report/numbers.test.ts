import { describe, expect, it } from 'vitest'
import { escapeHtml, html } from './html.js'
import { listed, shortened, shownNames, textWidth } from './labels.js'
import { counted, showCount, showNumber, showPercent, showSeconds } from './numbers.js'

/** Units stand after a space that does not break. */
const plain = (text: string): string => text.replace(/\u00a0/g, ' ')

describe('numbers as text', () => {
  it('keeps three significant digits', () => {
    expect([0, 1.2345, 0.012345, -12.345, 123456, 1.5e7, 0.00001234].map((value) => showNumber(value))).toEqual([
      '0',
      '1.23',
      '0.0123',
      '−12.3',
      '123,456',
      '1.50×10⁷',
      '1.23×10⁻⁵',
    ])
    expect([Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY].map((value) => showNumber(value))).toEqual([
      'not a number',
      '∞',
      '−∞',
    ])
  })

  it('groups counts and names what is counted', () => {
    expect(showCount(1234567)).toBe('1,234,567')
    expect([counted(1, 'row'), counted(2, 'row'), counted(0, 'loss', 'losses')]).toEqual(['1 row', '2 rows', '0 losses'])
  })

  it('writes durations in the unit that suits them', () => {
    expect([0.0042, 0.083, 0.42, 1.5, 62.34, 99.99, 184, 7384, Number.NaN].map((seconds) => plain(showSeconds(seconds)))).toEqual([
      '4.2 ms',
      '83 ms',
      '420 ms',
      '1.50 s',
      '62.3 s',
      '1 min 40 s',
      '3 min 4 s',
      '2 h 3 min',
      'not a number',
    ])
  })

  it('writes shares in percent', () => {
    expect([0, 0.004, 0.098, 0.0999, 0.5].map((share) => plain(showPercent(share)))).toEqual(['0 %', '0.40 %', '9.8 %', '10 %', '50 %'])
  })
})

describe('names', () => {
  it('are one line each, never empty', () => {
    expect(shownNames(['a\n b', ' ', 'c'])).toEqual(['a b', 'column 2', 'c'])
  })

  it('are cut to their width, wide scripts counting double', () => {
    expect(shortened('residual sugar', 14)).toBe('residual sugar')
    expect(shortened('residual sugar in wine', 14)).toBe('residual suga…')
    expect(shortened('東京都の気温', 7)).toBe('東京都…')
    expect(textWidth('東a')).toBe(3)
  })

  it('are listed with an and', () => {
    expect([listed([]), listed(['a']), listed(['a', 'b']), listed(['a', 'b', 'c'])]).toEqual(['', 'a', 'a and b', 'a, b and c'])
  })
})

describe('html', () => {
  it('escapes what is text and keeps what is markup', () => {
    expect(html`<p title="${'"a" & \'b\''}">${'<b>'}${[html`<i>${1}</i>`, '>']}</p>`.markup).toBe(
      '<p title="&quot;a&quot; &amp; &#39;b&#39;">&lt;b&gt;<i>1</i>&gt;</p>',
    )
  })

  it('replaces what no page may contain', () => {
    expect(escapeHtml('a\u0000b\u0085c\ud800d\uffffe\tf😀')).toBe('a\ufffdb\ufffdc\ufffdd\ufffde\tf😀')
  })
})
