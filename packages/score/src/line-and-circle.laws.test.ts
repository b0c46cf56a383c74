import { fold, hostMatrix, type Key, normalArray, uniformArray } from '@tweedie/core'
import { checkLaws, fieldLaws } from '@tweedie/testing'
import { describe, it } from 'vitest'
import { circle, line } from './index.js'
import { B, processes } from './test-support.js'

const sampleLine = (count: number, key: Key) => {
  const z = normalArray(fold(key, 3), count)
  return hostMatrix(
    Array.from({ length: 2 * count }, (_, e) => (e % 2 === 0 ? 0.3 + 0.7 * (z[e / 2] as number) : 0)),
    count,
    2,
  )
}
const sampleCircle = (count: number, key: Key) => {
  const angles = uniformArray(fold(key, 3), count).map((u) => 2 * Math.PI * u)
  return hostMatrix(
    Array.from(angles).flatMap((angle) => [1.5 * Math.cos(angle), 1.5 * Math.sin(angle)]),
    count,
    2,
  )
}

describe('line and circle keep the laws', () => {
  for (const [k, process] of processes.entries())
    it(`a line under ${process.name} (${k})`, () =>
      checkLaws(
        fieldLaws(line(B, { mean: 0.3, standardDeviation: 0.7 })(process), process, {
          dimension: 2,
          support: 4.9,
          mean: [0.3, 0],
          covarianceTrace: 0.49,
          sample: sampleLine,
        }),
        { runs: 2, seed: 3 },
      ))

  for (const [k, process] of processes.entries())
    it(`a circle under ${process.name} (${k})`, () => {
      const circular = circle(B, { radius: 1.5 })(process)
      const pointwise = { dimension: 2, radius: 1.5 }
      // Bessel functions on thousands of nodes take their time: one process of them is enough.
      const known = { support: 1.5, mean: [0, 0], covarianceTrace: 2.25, sample: sampleCircle }
      return checkLaws(fieldLaws(circular, process, k === 0 ? { ...pointwise, ...known } : pointwise), { runs: 3, seed: 3 })
    })
})
