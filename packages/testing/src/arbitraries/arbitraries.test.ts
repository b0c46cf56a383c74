import { edm, type HostMatrix, sizeOf, vanishingLinear } from '@tweedie/core'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { covariances } from './covariances.js'
import { gaussians, mixtures } from './gaussians.js'
import { timeGrids } from './grids.js'
import { logWeights } from './log-weights.js'
import { noiseLevels } from './noise-levels.js'
import { evenly, numbers } from './numbers.js'
import { pointClouds } from './point-clouds.js'
import { forwardProcesses } from './processes.js'
import { rotations } from './rotations.js'
import { keys, seeds } from './seeds.js'
import { finiteTensors, specialNumbers, tensors } from './tensors.js'
import { times, timesByLogSnr } from './times.js'

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

  test('numbers spread evenly, with both ends, and some tiny', () => {
    for (const [min, max] of [
      [-1, 1],
      [0, 1],
      [2, 30],
      [-4, -3],
      [-1, 3],
    ] as const) {
      const all = sample(evenly(min, max), 2000)
      expect(all.every((x) => x >= min && x <= max)).toBe(true)
      expect(all).toEqual(expect.arrayContaining([min, max]))
      // A fifth of 2,000 is 400 ± 18, and fast-check puts up to a few in a hundred near the ends and zero.
      for (let k = 0; k < 5; k++) {
        const inPart = all.filter((x) => x >= min + ((max - min) * k) / 5 && x <= min + ((max - min) * (k + 1)) / 5).length
        expect(inPart).toBeGreaterThan(200)
      }
    }
    const mixed = sample(numbers(-1, 1), 1000)
    expect(mixed.some((x) => x !== 0 && Math.abs(x) < 1e-100)).toBe(true)
    expect(mixed.filter((x) => Math.abs(x) > 0.5).length).toBeGreaterThan(250)
  })

  test('log-weights: −Infinity for some but never for all, one of them included', () => {
    for (const count of [1, 2, 5]) {
      const all = sample(logWeights(count))
      expect(all.every((weights) => weights.length === count && weights.some(Number.isFinite))).toBe(true)
      expect(all.every((weights) => weights.every((weight) => weight <= 25))).toBe(true)
      expect(all.some((weights) => weights.includes(Number.NEGATIVE_INFINITY))).toBe(count > 1)
      expect(all.some((weights) => Math.max(...weights) - Math.min(...weights.filter(Number.isFinite)) > 20)).toBe(count > 1)
    }
  })

  test('rotations are orthogonal, turns and reflections, the identity and swaps of axes', () => {
    for (const dimension of [1, 2, 3]) {
      const all = sample(rotations(dimension))
      for (const q of all.map(rowsOf))
        for (const [i, a] of q.entries())
          for (const [j, b] of q.entries()) {
            const dot = a.reduce((sum, value, k) => sum + value * (b[k] as number), 0)
            // Up to four reflections, each rounding by a few 2⁻⁵².
            expect(Math.abs(dot - (i === j ? 1 : 0))).toBeLessThan(2e-14)
          }
      expect(all.some(({ data }) => data.every((value, k) => value === (k % (dimension + 1) === 0 ? 1 : 0)))).toBe(true)
    }
    const determinants = sample(rotations(2)).map(({ data: [a = 0, b = 0, c = 0, d = 0] }) => a * d - b * c)
    expect(determinants.some((value) => value > 0.99)).toBe(true)
    expect(determinants.some((value) => value < -0.99)).toBe(true)
    expect(sample(rotations(2)).some(({ data: [a = 0, b = 0] }) => a === 0 && b === 1)).toBe(true)
    expect(sample(rotations(2)).filter(({ data: [a = 0, b = 0] }) => Math.min(Math.abs(a), Math.abs(b)) > 0.1).length).toBeGreaterThan(50)
  })

  test('Gaussians and mixtures: singular, points, repeated, weights of very different size', () => {
    const single = sample(gaussians(2))
    expect(single.every(({ mean, covariance: { rows } }) => mean.length === 2 && rows === 2)).toBe(true)
    expect(single.every(({ mean }) => mean.every((value) => Math.abs(value) <= 2))).toBe(true)
    expect(single.some(({ covariance: { data } }) => data.every((value) => value === 0))).toBe(true)
    const all = sample(mixtures(2))
    expect(all.every((parts) => parts.length >= 1 && parts.length <= 4 && parts.every(({ weight }) => weight > 0 && weight <= 10))).toBe(
      true,
    )
    expect(all.some((parts) => parts.length === 1)).toBe(true)
    expect(all.some((parts) => parts.some(({ weight }, k) => k > 0 && weight < 1e-12 * (parts[0]?.weight as number)))).toBe(true)
    expect(all.some((parts) => parts.length === 2 && parts[0]?.mean === parts[1]?.mean)).toBe(true)
    expect(sample(mixtures(1, { components: 1 })).every((parts) => parts.length === 1)).toBe(true)
  })

  test('noise levels have σ > 0: variance-preserving, exploding, straight, and pure noise', () => {
    const all = sample(noiseLevels())
    expect(all.every(({ alpha, sigma }) => alpha >= 0 && alpha <= 1 && sigma > 0 && sigma <= 1e4)).toBe(true)
    expect(all.some(({ alpha, sigma }) => alpha !== 1 && Math.abs(alpha ** 2 + sigma ** 2 - 1) < 1e-14)).toBe(true)
    expect(all.some(({ alpha, sigma }) => alpha === 1 && sigma > 10)).toBe(true)
    expect(all.some(({ alpha, sigma }) => sigma < 0.9 && alpha < 0.9 && Math.abs(alpha + sigma - 1) < 1e-15)).toBe(true)
    expect(all.some(({ alpha }) => alpha === 0)).toBe(true)
    expect(all.some(({ alpha, sigma }) => alpha > 0 && sigma / alpha < 1e-3)).toBe(true)
  })

  test('tensors hold every special number', () => {
    const all = sample(tensors())
    expect(all.every(({ data, shape }) => data.length === sizeOf(shape))).toBe(true)
    const seen = all.flatMap(({ data }) => data)
    expect(specialNumbers.filter((special) => !seen.some((value) => Object.is(value, special)))).toEqual([])
    expect(seen.some((value) => value !== 0 && Math.abs(value) < 2 ** -1022)).toBe(true)
    expect(seen.filter((value) => Math.abs(value) > 1 && Math.abs(value) <= 100).length).toBeGreaterThan(seen.length / 4)
  })

  test('times by log-SNR are even in it; point clouds are not all near 0', () => {
    const process = vanishingLinear()
    const values = sample(timesByLogSnr(process, -4, 4)).map(process.logSnr)
    for (const part of [-4, -2, 0, 2]) expect(values.filter((value) => value >= part && value <= part + 2).length).toBeGreaterThan(50)
    const coordinates = sample(pointClouds({ dimension: 1 })).flatMap(({ data }) => [...data])
    expect(coordinates.filter((value) => Math.abs(value) > 0.5 && Math.abs(value) <= 2).length).toBeGreaterThan(coordinates.length / 4)
  })

  test('time grids of every family', () => {
    const process = edm()
    const all = sample(timeGrids(process), 300).filter((grid) => grid.length > 4)
    const even = (of: (t: number) => number) => (grid: readonly number[]) => {
      const steps = grid.slice(1).map((t, k) => of(t) - of(grid[k] as number))
      return steps.every((step) => Math.abs(step / (steps[0] as number) - 1) < 1e-6)
    }
    expect(all.some(even((t) => t))).toBe(true)
    expect(all.some(even(process.logSnr))).toBe(true)
    // Shifted to its stop, a quadratic grid is even in the root, and an exponential one in the logarithm but for its last step.
    const shifted = (grid: readonly number[]) => grid.map((t) => t - (grid.at(-1) as number))
    expect(all.some((grid) => even(Math.sqrt)(shifted(grid)))).toBe(true)
    expect(all.some((grid) => even(Math.log)(shifted(grid).slice(0, -1)))).toBe(true)
    expect(all.some((grid) => [even((t) => t), even(process.logSnr)].every((is) => !is(grid)))).toBe(true)
  })
})
