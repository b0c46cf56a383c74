import type { Role } from '@tweedie/cem'

/**
 * A colour for each role, the same in every figure. They keep apart with normal sight and without red or green cones, and stand out on light and
 * dark paper; the reference has the colour of the text.
 */
export const roleColours: Readonly<Record<Role, string>> = {
  data: '#999ea6',
  cem: '#2d70ad',
  ddpm: '#903c2b',
  sgm: '#44c214',
  reference: 'currentColor',
  first: '#8501e4',
  second: '#c8097b',
  third: '#947f06',
  fourth: '#0196f1',
}
