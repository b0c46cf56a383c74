import { type Backend, counted, edm, fromRows, hostMatrix, key, makeBackend, normalArray, untyped, vanishingLinear } from '@tweedie/core'
import type { CpuTensor } from '@tweedie/core/cpu'
import { describe, expect, it } from 'vitest'
import { pointCloud } from '../index.js'
import { B, matrix, tagOf } from '../test-support.js'
import { ratioOfRung } from './calibration/ladder.js'
import { drawProbes } from './calibration/probes.js'
import { probesOfRung } from './calibration/verified-check.js'
import { cloudTree } from './cloud-tree.js'

const n = 3000
const data = hostMatrix(normalArray(key(11), 2 * n), n, 2)
const logWeights = normalArray(key(12), n)
const process = edm({ sigmaMin: 1e-4, sigmaMax: 100 })
const tree = cloudTree(data)
const numbers = (x: CpuTensor): Float64Array => B.readNow?.(x) ?? new Float64Array()

/** |Δm| per row, in units of √2 · min(σ, spread). */
const errors = (found: Float64Array, wanted: Float64Array, sigma: number): number[] => {
  const spread = ratioOfRung(tree, 0)
  return Array.from({ length: found.length / 2 }, (_, q) => {
    const [a, b] = [2 * q, 2 * q + 1].map((e) => (found[e] as number) - (wanted[e] as number)) as [number, number]
    return Math.hypot(a, b) / (Math.SQRT2 * Math.min(sigma, spread))
  })
}
/** Queries of the law of X_t at α = 1. */
const fresh = (count: number, sigma: number, seed: number): CpuTensor => B.tensor(drawProbes(tree)(key(seed), count, sigma), [count, 2])
const exact = pointCloud(B, data)(process)

describe('an index of a point cloud', () => {
  it('keeps a certified tolerance at every noise, for weighted clouds too', () => {
    for (const choose of ['always', 'fastest'] as const)
      for (const weights of [undefined, logWeights]) {
        const cloud = weights === undefined ? {} : { logWeights: weights }
        const field = pointCloud(B, data, { ...cloud, index: 'certified', tol: 1e-2, choose })(process)
        const full = pointCloud(B, data, cloud)(process)
        for (const sigma of [1e-3, 0.03, 0.2, 3]) {
          const x = fresh(10, sigma, 5)
          for (const error of errors(numbers(field(x, sigma)), numbers(full(x, sigma)), sigma))
            expect(error).toBeLessThanOrEqual(1e-2 + 1e-10)
        }
      }
  })

  it('measures by probes that anyone can draw again, and finds the same errors', () => {
    const field = pointCloud(B, data, { index: 'verified', choose: 'always', tol: 1e-3 })(process)
    for (const sigma of [0.2, 4]) field(fresh(1, sigma, 1), sigma)
    const { levels, tol } = field.indexReport()
    expect(tol).toBe(1e-3)
    expect(levels.length).toBeGreaterThanOrEqual(3)
    for (const { method, noiseRatio, errorUnit, verified, milliseconds } of levels) {
      expect(method).toBe('verified')
      expect(milliseconds).toEqual({})
      if (verified === undefined) throw new Error('no opening passed')
      const place = Math.round(2 * Math.log(noiseRatio / ratioOfRung(tree, 0)))
      expect(errorUnit / (Math.SQRT2 * Math.min(noiseRatio, ratioOfRung(tree, 0)))).toBeCloseTo(1, 12)
      // The attempt that passed is the one its exceedance names: 1 − (0.05 · 2^−a)^(1/k).
      const attempt = Math.round(-Math.log2((1 - verified.exceedance) ** verified.probes / 0.05))
      const probes = probesOfRung(tree)(place, attempt, noiseRatio)
      const found = numbers(field(B.tensor(probes, [verified.probes, 2]), noiseRatio))
      const wanted = numbers(exact(B.tensor(probes, [verified.probes, 2]), noiseRatio))
      const own = errors(found, wanted, noiseRatio)
      expect(Math.max(...own)).toBeLessThanOrEqual(1e-3)
      // Between the sums lies rounding alone; the time that edm finds for a ratio is the ratio.
      expect(Math.abs(Math.max(...own) - verified.largestError)).toBeLessThan(1e-9)
      expect(Math.abs(Math.sqrt(own.reduce((sum, e) => sum + e * e, 0) / own.length) - verified.rootMeanSquareError)).toBeLessThan(1e-9)
    }
  })

  it('keeps its word on fresh queries, on rungs and between them', () => {
    const field = pointCloud(B, data, { index: 'verified', choose: 'always' })(process)
    for (const sigma of [0.05, 0.3, 0.7, 5]) {
      const x = fresh(200, sigma, 77)
      const worse = errors(numbers(field(x, sigma)), numbers(exact(x, sigma)), sigma).filter((error) => error > 1e-3).length
      // At most 6 % of queries exceed the tolerance where the check's word holds: above 24 of 200 with chance 5e-4, over four levels 2e-3.
      expect(worse).toBeLessThanOrEqual(24)
    }
    for (const { verified } of field.indexReport().levels) expect(verified?.exceedance).toBeLessThan(0.06)
  })

  it('answers moments within the tolerance of their own units', () => {
    const field = pointCloud(B, data, { index: 'verified', choose: 'always' })(process)
    for (const sigma of [0.05, 1]) {
      const x = fresh(40, sigma, 8)
      const [found, wanted] = [field.moments(x, sigma), exact.moments(x, sigma)]
      const unit = Math.SQRT2 * Math.min(sigma, ratioOfRung(tree, 0))
      const difference = (of: 'logDensity' | 'covarianceTrace' | 'effectiveSampleSize', relative: boolean): number[] => {
        const [a, b] = [numbers(found[of]), numbers(wanted[of])]
        return Array.from(a, (value, q) => Math.abs(relative ? value / (b[q] as number) - 1 : value - (b[q] as number)))
      }
      const worst = [
        ...errors(numbers(found.mean), numbers(wanted.mean), sigma),
        ...difference('logDensity', false),
        ...difference('covarianceTrace', false).map((value) => value / unit ** 2),
        ...difference('effectiveSampleSize', true),
      ]
      // Of 40 queries 9 exceed with chance 2e-4 where at most 5 % do.
      expect(worst.filter((error) => error > 1e-3).length).toBeLessThanOrEqual(8)
      expect(numbers(field.logDensity(x, sigma))).toEqual(numbers(found.logDensity))
    }
    expect(field.indexReport().levels.every(({ asked }) => asked === 'moments')).toBe(true)
  })

  it('gives the same numbers again where the clock has no say', () => {
    const x = fresh(20, 0.4, 9)
    const [a, b] = [0, 1].map(() => pointCloud(B, data, { index: 'verified', choose: 'always' })(process))
    b?.(fresh(1, 2, 1), 2)
    expect(a && numbers(a(x, 0.4))).toEqual(b && numbers(b(x, 0.4)))
  })

  it('measures a noise level once, for every process', () => {
    const { backend, counter } = counting()
    const cloud = pointCloud(backend, data, { index: 'verified', choose: 'always' })
    const field = cloud(process)
    field(fresh(3, 0.4, 1), 0.4)
    const calls = counter()
    expect(calls).toBeGreaterThan(0)
    field(fresh(3, 0.4, 2), 0.4)
    field(fresh(3, 0.39, 2), 0.39)
    // The same ratio σ/α of another process.
    const other = vanishingLinear()
    const t = other.timeOfLogSnr(-2 * Math.log(0.395))
    cloud(other)(fresh(3, 0.4, 3), t)
    expect(counter()).toBe(calls)
  })

  it('chooses the fastest way that was measured', () => {
    const field = pointCloud(B, data, { index: 'verified' })(process)
    for (const sigma of [1e-3, 0.3, 50]) field(fresh(2, sigma, 1), sigma)
    const { levels } = field.indexReport()
    for (const { method, milliseconds, visits, noiseRatio } of levels) {
      // A level's own rung alone decides at its own ratio.
      const times = {
        none: milliseconds.none ?? Infinity,
        certified: milliseconds.certified ?? Infinity,
        verified: milliseconds.verified ?? Infinity,
      }
      if (method === 'verified') expect(times.verified).toBeLessThanOrEqual(Math.min(times.none, times.certified))
      else expect(times[method]).toBeLessThanOrEqual(Math.min(times.none, times.certified))
      if (noiseRatio < 0.01) expect(visits.certified?.points).toBeLessThan(0.1 * n)
    }
    expect(levels.map(({ noiseRatio }) => noiseRatio)).toEqual(levels.map(({ noiseRatio }) => noiseRatio).sort((a, b) => a - b))
  })

  it('serves one point, equal points, and α = 0', () => {
    for (const index of ['certified', 'verified'] as const)
      for (const rows of [[[2, -1]], Array.from({ length: 130 }, () => [2, -1])]) {
        const field = pointCloud(B, fromRows(rows), { index, choose: 'always' })(vanishingLinear())
        for (const t of [0.01, 0.5, 1]) {
          const found = numbers(field(matrix(B, [[0.3, 0.4]]), t))
          expect(Math.hypot((found[0] as number) - 2, (found[1] as number) + 1)).toBeLessThan(1e-12)
        }
      }
    const field = pointCloud(B, data, { index: 'verified', choose: 'always' })(vanishingLinear())
    const plain = pointCloud(B, data)(vanishingLinear())
    const x = matrix(B, [[0.3, -2]])
    for (const error of errors(numbers(field(x, 1)), numbers(plain(x, 1)), 1)) expect(error).toBeLessThan(1e-3)
  })

  it('leaves no tensors behind, and gives its own back', () => {
    const before = B.liveTensors()
    const field = pointCloud(B, data, { index: 'verified', choose: 'always' })(process)
    const x = fresh(2, 0.3, 1)
    const mean = field(x, 0.3)
    B.free(mean)
    B.free(x)
    field.free()
    expect(B.liveTensors()).toBe(before)
  })

  it('has nothing to report where there is none', () => {
    expect(exact.indexReport()).toEqual({ tol: 0, levels: [] })
  })

  it('refuses options that are none, σ = 0, and backends that keep their numbers', () => {
    for (const options of [{ tol: 0 }, { tol: Number.NaN }, { index: 'tree' }, { choose: 'slowest' }])
      expect(tagOf(() => pointCloud(B, data, { index: 'verified', ...options } as never))).toBe('InvalidArgument')
    const field = pointCloud(B, data, { index: 'verified' })(vanishingLinear())
    expect(tagOf(() => field(matrix(B, [[0, 0]]), 0))).toBe('InvalidArgument')
    const { readNow, cloudTree: _, ...rest } = untyped(B)
    expect(readNow).toBeDefined()
    const away: Backend<CpuTensor> = makeBackend<CpuTensor>(rest)
    expect(tagOf(() => pointCloud(away, data, { index: 'certified' }))).toBe('Unsupported')
    expect(pointCloud(away, data)(process).size).toBe(n)
  })
})

/** The backend, and how many exact evaluations it was asked for. */
const counting = (): { readonly backend: typeof B; readonly counter: () => number } => {
  const backend = counted(B)
  return { backend, counter: () => backend.counts().posteriorMean?.calls ?? 0 }
}
