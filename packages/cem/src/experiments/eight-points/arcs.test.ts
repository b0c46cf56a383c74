import { fromRows } from '@tweedie/core'
import { evenly } from '@tweedie/testing'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { eightPoints } from '../../support/points.js'
import { arcCount, arcsOf, NEAR } from './arcs.js'

const support = eightPoints()
/** The angles of the points in degrees, anticlockwise from −π, where gap k is from the k-th to the next. */
const THREE_FOUR_FIVE = (Math.atan2(4, 3) * 180) / Math.PI
const angles = [THREE_FOUR_FIVE - 180, -90, -THREE_FOUR_FIVE, 0, THREE_FOUR_FIVE, 90, 180 - THREE_FOUR_FIVE, 180]
const at = (degrees: number, radius: number): [number, number] => [
  radius * Math.cos((degrees * Math.PI) / 180),
  radius * Math.sin((degrees * Math.PI) / 180),
]

describe('arcs', () => {
  it('the points themselves are on points, and the middles of chords and arcs in their gaps', () => {
    expect(arcsOf(support, support.points)).toEqual({ between: 0, elsewhere: 0, gaps: new Array(8).fill(0) })
    angles.forEach((from, k) => {
      const to = k === 7 ? (angles[0] as number) + 360 : (angles[k + 1] as number)
      const chord = 2 * Math.cos(((to - from) * Math.PI) / 360)
      const gap = Array.from({ length: 8 }, (_, j) => (j === k ? 1 : 0))
      for (const radius of [chord - 0.99 * NEAR, chord, 2, 2 + 0.99 * NEAR])
        expect(arcsOf(support, fromRows([at((from + to) / 2, radius)]))).toEqual({ between: 1, elsewhere: 0, gaps: gap })
      for (const radius of [0, chord - 1.01 * NEAR, 2 + 1.01 * NEAR])
        expect(arcsOf(support, fromRows([at((from + to) / 2, radius)]))).toMatchObject({ between: 0, elsewhere: 1 })
    })
  })

  it('what lies on the segment between two neighbours is between them or near a point', () => {
    fc.assert(
      fc.property(fc.nat(7), evenly(0, 1), (k, share) => {
        const [a, b] = [at(angles[k] as number, 2), at(angles[(k + 1) % 8] as number, 2)]
        const x = [0, 1].map((j) => (1 - share) * (a[j] as number) + share * (b[j] as number))
        const { between, elsewhere, gaps } = arcsOf(support, fromRows([x]))
        const length = Math.hypot(a[0] - b[0], a[1] - b[1])
        expect(elsewhere).toBe(0)
        if (Math.abs(Math.min(share, 1 - share) * length - NEAR) > 1e-9)
          expect(between).toBe(Math.min(share, 1 - share) * length > NEAR ? 1 : 0)
        expect(gaps[k]).toBe(between)
      }),
    )
  })

  it('arcs are runs of joined gaps on the ring', () => {
    const count = (joined: string): number => arcCount([...joined].map(Number), 1)
    expect(['00000000', '11111111', '11101110', '01111111', '10000001', '10101010', '11000011'].map(count)).toEqual([0, 1, 2, 1, 1, 4, 1])
  })
})
