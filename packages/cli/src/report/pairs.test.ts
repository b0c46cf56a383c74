import { fromRows, type HostMatrix, key, normalArray } from '@tweedie/core'
import { describe, expect, it } from 'vitest'
import { geographicPair, informativePairs } from './pairs.js'
import { table } from './test-input.js'

const independent = (columns: number): HostMatrix => ({ data: normalArray(key(1), 400 * columns), rows: 400, columns })

describe('informativePairs', () => {
  it('finds a dependence without correlation', () => {
    const rows = independent(5)
    const circle = { ...rows, data: rows.data.map((value, e) => (e % 5 === 4 ? (rows.data[e - 3] as number) ** 2 : value)) }
    expect(informativePairs(['a', 'b', 'c', 'd', 'e'], circle, 1)).toEqual([{ x: 1, y: 4, geographic: false }])
  })

  it('gives each pair once, all of them when there are few', () => {
    const pairs = informativePairs(['a', 'b', 'c'], table(1, 200, 3), 6)
    expect(pairs.map(({ x, y }) => `${x}${y}`).sort()).toEqual(['01', '02', '12'])
    expect(informativePairs(['a'], table(1, 20, 1), 6)).toEqual([])
  })

  it('spreads over the columns', () => {
    const pairs = informativePairs(
      Array.from({ length: 12 }, (_, j) => `${j}`),
      independent(12),
      6,
    )
    expect(new Set(pairs.flatMap(({ x, y }) => [x, y])).size).toBeGreaterThanOrEqual(10)
  })

  it('looks at no more than 64 columns', () => {
    const pairs = informativePairs(
      Array.from({ length: 100 }, (_, j) => `${j}`),
      table(1, 50, 100),
      6,
    )
    expect(Math.max(...pairs.map(({ y }) => y))).toBeLessThan(64)
  })
})

describe('geographicPair', () => {
  const rows = fromRows([
    [1, 50, 10],
    [2, -20, 170],
  ])

  it('knows longitude and latitude by name and range', () => {
    expect(geographicPair(['depth', 'Latitude', 'Longitude'], rows)).toEqual({ x: 2, y: 1, geographic: true })
    expect(geographicPair(['depth', 'pickup_lat', 'pickupLng'], rows)).toEqual({ x: 2, y: 1, geographic: true })
  })

  it('takes no other column for one', () => {
    expect(geographicPair(['depth', 'latency', 'longitude'], rows)).toBeUndefined()
    expect(geographicPair(['depth', 'longitude', 'latitude'], rows)).toBeUndefined()
  })
})
