import type { Points } from '@tweedie/cem'

/** The most points drawn of one mark. */
export const mostPoints = 2_500

/** At most `mostPoints` of the points, evenly spaced, the first and the last among them. */
export const thin = (points: Points): Points =>
  points.length <= mostPoints
    ? points
    : Array.from({ length: mostPoints }, (_, k) => points[Math.round((k * (points.length - 1)) / (mostPoints - 1))] as Points[number])
