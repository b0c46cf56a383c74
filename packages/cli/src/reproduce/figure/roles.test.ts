import { expect, test } from 'vitest'
import { roleColours } from './roles.js'

/** Linear red, green and blue as an eye without green or red cones sees them (Machado, Oliveira & Fernandes 2009, severity 1). */
const sights: Readonly<Record<string, readonly (readonly number[])[]>> = {
  usual: [
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ],
  'no green': [
    [0.367322, 0.860646, -0.227968],
    [0.280085, 0.672501, 0.047413],
    [-0.01182, 0.04294, 0.968881],
  ],
  'no red': [
    [0.152286, 1.052583, -0.204868],
    [0.114503, 0.786281, 0.099216],
    [-0.003882, -0.048116, 1.051998],
  ],
}

/** Linear sRGB to Oklab (Ottosson 2020). */
const cones = [
  [0.4122214708, 0.5363325363, 0.0514459929],
  [0.2119034982, 0.6806995451, 0.1073969566],
  [0.0883024619, 0.2817188376, 0.6299787005],
]
const oklab = [
  [0.2104542553, 0.793617785, -0.0040720468],
  [1.9779984951, -2.428592205, 0.4505937099],
  [0.0259040371, 0.7827717662, -0.808675766],
]

const times = (matrix: readonly (readonly number[])[], vector: readonly number[]): number[] =>
  matrix.map((row) => row.reduce((sum, value, k) => sum + value * (vector[k] as number), 0))
const linear = (hex: string): number[] =>
  [1, 3, 5].map((k) => {
    const value = Number.parseInt(hex.slice(k, k + 2), 16) / 255
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4
  })
const seen = (hex: string, sight: readonly (readonly number[])[]): number[] =>
  times(
    oklab,
    times(
      cones,
      times(sight, linear(hex)).map((value) => Math.min(1, Math.max(0, value))),
    ).map(Math.cbrt),
  )
const luminance = (hex: string): number => times([[0.2126, 0.7152, 0.0722]], linear(hex))[0] as number

const colours = Object.entries(roleColours).filter(([, colour]) => colour !== 'currentColor')

test.each(Object.entries(sights))('the roles keep apart: %s', (_, sight) => {
  for (const [k, [role, colour]] of colours.entries())
    for (const [other, another] of colours.slice(k + 1)) {
      const [a, b] = [seen(colour, sight), seen(another, sight)]
      // Neighbouring hues of Okabe and Ito's palette are 0.1 apart.
      expect(Math.hypot(...a.map((value, c) => value - (b[c] as number))), `${role} and ${other}`).toBeGreaterThan(0.095)
    }
})

test('every colour stands out on white and on the dark page', () => {
  for (const [role, colour] of colours)
    for (const paper of ['#ffffff', '#14161a']) {
      const [low, high] = [luminance(colour), luminance(paper)].sort((a, b) => a - b) as [number, number]
      expect((high + 0.05) / (low + 0.05), `${role} on ${paper}`).toBeGreaterThan(2.2)
    }
})
