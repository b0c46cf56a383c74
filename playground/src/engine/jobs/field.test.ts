import { describe, expect, it } from 'vitest'
import { backendNames, processNames } from '../../setup.js'
import { processOf, timeEnds } from '../equation/process-of.js'
import { heard, smallSetup } from '../testing.js'

const point = [0.7, -1.2] as const

describe.each(backendNames.filter((name) => name === 'wasm' || name === 'cpu'))('field on %s', (backend) => {
  it.each(processNames)('of one point is that of N(α a, σ² I): %s', async (process) => {
    const { alpha, sigma, timeRange } = processOf(process)
    const { start, stop } = timeEnds(processOf(process))
    for (const time of [stop, 0.3 * start, timeRange[1]]) {
      const setup = { ...smallSetup, backend, process, points: [point] }
      const { last, of } = await heard({ kind: 'field', id: 1, setup, time, size: 8 })
      expect(last.kind).toBe('done')
      const [answer] = of('field')
      expect(answer).toMatchObject({ time, size: 8, bounds: [-4, -4, 4, 4] })
      const [a, s] = [alpha(time), sigma(time)]
      answer?.logDensity.forEach((found, cell) => {
        const at = [-3.5 + (cell % 8), -3.5 + Math.floor(cell / 8)] as const
        const differences = [at[0] - a * point[0], at[1] - a * point[1]] as const
        const square = differences[0] ** 2 + differences[1] ** 2
        const exact = -square / (2 * s * s) - Math.log(2 * Math.PI * s * s)
        // float32: a few units of 2⁻²⁴ of the differences, which the square doubles.
        expect(Math.abs(found - exact)).toBeLessThan(4e-6 * (1 + square / (2 * s * s)) + 4e-6 * Math.abs(exact))
        differences.forEach((difference, axis) => {
          const score = answer.score[2 * cell + axis] as number
          // x and α m, below 4 each, lose 2⁻²⁴ of their size before they are subtracted.
          expect(Math.abs(score + difference / (s * s))).toBeLessThan((2e-6 * (1 + Math.abs(difference))) / (s * s))
        })
      })
    }
  })

  it('has a density of integral 1', async () => {
    const setup = { ...smallSetup, backend }
    const time = 0.35
    const { of } = await heard({ kind: 'field', id: 1, setup, time, size: 60 })
    const { sigma } = processOf(setup.process)
    // A Gaussian of σ = 0.75 within ±4 at least 2 from the edge on one side: what lies beyond is below 2 %, the sum over cells of 0.13 exact.
    const integral = (of('field')[0]?.logDensity ?? new Float32Array()).reduce((sum, l) => sum + Math.exp(l), 0) * (8 / 60) ** 2
    expect(sigma(time)).toBeLessThan(0.9)
    expect(Math.abs(integral - 1)).toBeLessThan(0.02)
  })
})
