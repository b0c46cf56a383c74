/** Numbers as text, the same in every locale. */

const minus = (text: string): string => text.replace(/-/g, '−')

const superscripts = '⁰¹²³⁴⁵⁶⁷⁸⁹'

const raised = (exponent: number): string =>
  String(exponent)
    .split('')
    .map((character) => (character === '-' ? '⁻' : (superscripts[Number(character)] as string)))
    .join('')

/** Groups the digits before the point by three. */
export const grouped = (text: string): string => {
  const [whole = '', fraction] = text.split('.')
  const separated = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ',')
  return fraction === undefined ? separated : `${separated}.${fraction}`
}

/** `mantissa × 10^exponent`. */
export const scientific = (value: number, digits: number): string => {
  const [mantissa = '', exponent = '0'] = value.toExponential(Math.max(0, digits - 1)).split('e')
  return minus(`${mantissa}×10${raised(Number(exponent))}`)
}

/** `value` to `digits` significant digits. What is not a number says so. */
export const showNumber = (value: number, digits = 3): string => {
  if (Number.isNaN(value)) return 'not a number'
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞'
  if (value === 0) return '0'
  const size = Math.abs(value)
  if (size >= 1e6 || size < 1e-4) return scientific(value, digits)
  const decimals = Math.max(0, digits - 1 - Math.floor(Math.log10(size)))
  return minus(grouped(value.toFixed(decimals)))
}

/** A whole number with its digits grouped. */
export const showCount = (count: number): string => (Number.isFinite(count) ? minus(grouped(String(Math.round(count)))) : showNumber(count))

/** `count` and what it counts: `1 row`, `2 rows`. */
export const counted = (count: number, one: string, many = `${one}s`): string => `${showCount(count)} ${count === 1 ? one : many}`

/** A unit stays with its number. */
const space = '\u00a0'

/** A share from 0 to 1 in percent. */
export const showPercent = (share: number): string =>
  `${share === 0 ? '0' : share < 0.0995 ? showNumber(share * 100, 2) : (share * 100).toFixed(0)}${space}%`

/** A duration in the unit that suits it. */
export const showSeconds = (seconds: number): string => {
  if (!Number.isFinite(seconds)) return showNumber(seconds)
  if (seconds < 0.9995) return `${showNumber(seconds * 1000, seconds < 0.0995 ? 2 : 3)}${space}ms`
  if (seconds < 99.95) return `${showNumber(seconds)}${space}s`
  const total = Math.round(seconds)
  const hours = Math.floor(total / 3600)
  const minutes = Math.floor((total % 3600) / 60)
  return hours > 0 ? `${showCount(hours)}${space}h ${minutes}${space}min` : `${minutes}${space}min ${total % 60}${space}s`
}
