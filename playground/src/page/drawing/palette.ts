/** Colours of the picture, from the style sheet's custom properties: each `#rrggbb`. */
export interface Palette {
  readonly paper: string
  readonly grid: string
  readonly point: string
  readonly particle: string
  readonly polluted: string
  /** From little density to much. */
  readonly densityLow: string
  readonly densityHigh: string
  readonly stroke: string
  readonly cursor: string
  readonly dark: boolean
}

export const paletteOf = (element: Element): Palette => {
  const style = getComputedStyle(element)
  const colour = (name: string): string => style.getPropertyValue(`--${name}`).trim()
  return {
    paper: colour('paper'),
    grid: colour('grid'),
    point: colour('point'),
    particle: colour('particle'),
    polluted: colour('polluted'),
    densityLow: colour('density-low'),
    densityHigh: colour('density-high'),
    stroke: colour('stroke'),
    cursor: colour('cursor'),
    dark: matchMedia('(prefers-color-scheme: dark)').matches,
  }
}

/** Red, green and blue of `#rrggbb`, 0 to 255. */
export const channels = (colour: string): readonly [number, number, number] => [
  Number.parseInt(colour.slice(1, 3), 16),
  Number.parseInt(colour.slice(3, 5), 16),
  Number.parseInt(colour.slice(5, 7), 16),
]
