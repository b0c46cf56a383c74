/**
 * Colours that keep apart for colour-blind readers and on light and dark paper alike. Blue is data and orange is samples, everywhere;
 * violet and green are the signs of a correlation.
 */
export const palette = {
  data: '#4a76dd',
  samples: '#ee6a3b',
  negative: '#9467c7',
  positive: '#3da36a',
  neutral: '#7d8794',
} as const

/** From dark to bright, even in lightness: which path is which. */
export const pathColours = ['#6a4fb3', '#3f74b8', '#2b949b', '#3fae72', '#9dbb3c'] as const
