import { type HostMatrix, sizeOf, vanishingLinear } from '@tweedie/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { covariances } from './covariances.js'
import { pointClouds } from './point-clouds.js'
import { forwardProcesses } from './processes.js'
import { keys, seeds } from './seeds.js'
import { finiteTensors } from './tensors.js'
import { timeGrids, times, timesByLogSnr } from './times.js'

const sample = <A>(arbitrary: fc.Arbitrary<A>, count = 400): A[] => fc.sample(arbitrary, { seed: 7, numRuns: count })
const rowsOf = ({ data, rows, columns }: HostMatrix): number[][] =>
  Array.from({ length: rows }, (_, i) => [...data.subarray(i * columns, (i + 1) * columns)])

describe('arbitraries', () => {
  test('seeds and keys', () => {
    expect(sample(seeds()).every((seed) => Number.isSafeInteger(seed) && seed >= 0)).toBe(true)
    expect(new Set(sample(keys()).map(({ high, low }) => `${high} ${low}`)).size).toBeGreaterThan(100)
  })

  test('finite tensors have as many finite numbers as their shape says, scalars and empty ones among them', () => {
    const all = sample(finiteTensors())
    expect(all.every(({ data, shape }) => data.length === sizeOf(shape) && data.every((x) => Math.abs(x) <= 100))).toBe(true)
    expect(all.some(({ shape }) => shape.length === 0)).toBe(true)
    expect(all.some(({ data }) => data.length === 0)).toBe(true)
    expect(sample(finiteTensors({ rank: [2, 2] })).every(({ shape }) => shape.length === 2)).toBe(true)
  })

  test('point clouds of every kind: one point, repeated, on a line, far apart', () => {
    const all = sample(pointClouds({ dimension: 2 }))
    expect(all.every(({ rows, columns }) => rows >= 1 && rows <= 12 && columns === 2)).toBe(true)
    expect(all.some(({ rows }) => rows === 1)).toBe(true)
    expect(all.some((cloud) => new Set(rowsOf(cloud).map(String)).size < cloud.rows)).toBe(true)
    expect(all.some(({ data }) => Math.max(...data) - Math.min(...data) > 900)).toBe(true)
    const onLine = (cloud: HostMatrix): boolean => {
      const [[x0 = 0, y0 = 0] = [], [x1 = 0, y1 = 0] = [], ...rest] = rowsOf(cloud)
      return (
        rest.length > 2 &&
        rest.every(([x = 0, y = 0]) => Math.abs((x1 - x0) * (y - y0) - (y1 - y0) * (x - x0)) < 1e-12) &&
        Math.abs(x1 - x0) > 1e-3
      )
    }
    expect(all.some(onLine)).toBe(true)
    expect(all.some((cloud) => cloud.rows > 3 && !onLine(cloud))).toBe(true)
    expect(new Set(sample(pointClouds()).map(({ columns }) => columns))).toEqual(new Set([1, 2, 3]))
  })

  test('covariances are symmetric and positive semidefinite, singular and zero ones among them', () => {
    const all = sample(covariances(2))
    const determinant = ([a, b, c, d]: Float64Array): number => (a as number) * (d as number) - (b as number) * (c as number)
    for (const { data } of all) {
      expect(data[1]).toBe(data[2])
      expect(Math.min(data[0] as number, data[3] as number)).toBeGreaterThanOrEqual(0)
      // Entries are at most 8, so the determinant is rounded to 64 · 2e-16 · a few.
      expect(determinant(data)).toBeGreaterThan(-1e-13)
    }
    expect(all.some(({ data }) => data.every((x) => x === 0))).toBe(true)
    expect(all.some(({ data }) => determinant(data) < 1e-13 && (data[0] as number) > 0.1)).toBe(true)
    expect(all.some(({ data }) => determinant(data) > 0.1)).toBe(true)
  })

  test('forward processes of all eight kinds', () => {
    expect(new Set(sample(forwardProcesses()).map(({ name }) => name)).size).toBe(8)
  })

  test('times lie inside the range with finite log-SNR; grids decrease inside it', () => {
    for (const process of sample(forwardProcesses(), 60)) {
      const [start, end] = process.timeRange
      for (const t of sample(times(process), 20)) {
        expect(t > start && t < end).toBe(true)
        expect(Number.isFinite(process.logSnr(t))).toBe(true)
      }
      for (const grid of sample(timeGrids(process), 10)) {
        expect(grid.length).toBeGreaterThanOrEqual(2)
        expect(grid.every((t, k) => t > start && t < end && (k === 0 || t < (grid[k - 1] as number)))).toBe(true)
      }
    }
  })

  test('times by log-SNR have it, and a process without any is refused', () => {
    const process = vanishingLinear()
    for (const t of sample(timesByLogSnr(process, -2, 3))) {
      expect(process.logSnr(t)).toBeGreaterThan(-2 - 1e-12)
      expect(process.logSnr(t)).toBeLessThan(3 + 1e-12)
    }
    expect(() => timesByLogSnr(vanishingLinear({ floor: 0.01 }), 6, 7)).toThrow(
      expect.objectContaining({ _tag: 'InvalidArgument', where: 'timesByLogSnr' }),
    )
  })
})
