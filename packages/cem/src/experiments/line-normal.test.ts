import { cpu } from '@tweedie/core/cpu'
import { describe, expect, it } from 'vitest'
import { lineNormal } from './line-normal.js'
import { measured, pointsOf, tinySettings } from './parts/figure-test-support.js'
import { contextOf, faultsOf, interruptedAt, mapStore } from './parts/test-support.js'

const B = cpu()
const run = lineNormal.run
const variants = ['CEM', 'DDPM', 'SGM'].flatMap((name) => [name, `${name}, log-uniform training times`])

describe('line-normal', () => {
  it('gives the same bytes for the same seeds, in the form of a result, and leaves no tensor', async () => {
    const before = B.liveTensors()
    const result = await run(B, tinySettings, 'tiny', contextOf([3, 4]))
    expect(faultsOf(result, lineNormal, tinySettings, [3, 4])).toEqual([])
    expect(JSON.stringify(await run(B, tinySettings, 'tiny', contextOf([3, 4])))).toBe(JSON.stringify(result))
    expect(B.liveTensors()).toBe(before)
    expect(result.figures.map(({ id, panels }) => [id, panels.length])).toEqual([
      ['fig-1', 8],
      ['fig-2-coordinate-1', 3],
      ['fig-2-coordinate-2', 3],
      ['fig-3', 2],
      ['fig-3-control', 2],
    ])
    expect(result.claims.length).toBe(8)
  })

  it('an interrupted run leaves what it finished, goes on from there, and gives the same bytes', async () => {
    const whole = JSON.stringify(await run(B, tinySettings, 'tiny', contextOf([1])))
    const store = mapStore()
    const isDdpm = ({ stage, done }: { readonly stage: string; readonly done: number }): boolean =>
      /training .*ddpm/.test(stage) && done > 5
    await expect(run(B, tinySettings, 'tiny', interruptedAt([1], store, isDdpm))).rejects.toMatchObject({ _tag: 'Aborted' })
    expect([...store.files.keys()]).toEqual(['line-cem-times-uniform-grid-of-12-seed-1.safetensors'])
    const again = interruptedAt([1], store, () => false)
    expect(JSON.stringify(await run(B, tinySettings, 'tiny', again))).toBe(whole)
    expect(store.files.size).toBe(6)
    const trained = again.seen.filter(({ stage, done, total }) => stage.startsWith('training') && done < total).map(({ stage }) => stage)
    expect(new Set(trained).size).toBe(5)
  })

  it('measures are of what the figures show', async () => {
    const result = await run(B, tinySettings, 'tiny', contextOf([2]))
    const { epsilon, samples } = tinySettings
    variants.forEach((variant, k) => {
      const [model, control] = [Math.floor(k / 2), k % 2]
      const second = pointsOf(result, 'fig-1', 4 * control + 1 + model).map(([, y]) => y)
      const centre = second.reduce((sum, y) => sum + y, 0) / samples
      const deviation = Math.sqrt(second.reduce((sum, y) => sum + (y - centre) ** 2, 0) / (samples - 1))
      // Figures have five digits.
      expect(Math.abs(deviation / measured(result, 'standard deviation of x₂', variant) - 1)).toBeLessThan(1e-4)
      const [exact, ours] = [0, 1 + control].map((mark) => pointsOf(result, 'fig-2-coordinate-2', model, mark).at(-1))
      expect(ours?.[0]).toBeCloseTo(epsilon, 12)
      const atPoint = measured(result, 'absolute error of coordinate 2', variant)
      // Eq. (62) in the paper's sign: m₂ = 0, ε₂ = x₂/√v, S₂ = x₂/v.
      const v = -Math.expm1(-epsilon)
      expect(exact?.[1]).toBeCloseTo([0, -0.1 / Math.sqrt(v), -0.1 / v][model] as number, 1)
      expect(Math.abs(Math.abs((ours?.[1] as number) - (exact?.[1] as number)) - atPoint)).toBeLessThan(
        1e-4 * Math.abs(exact?.[1] ?? 0) + 1e-4,
      )
      const meanSquare = pointsOf(result, control === 0 ? 'fig-3' : 'fig-3-control', 1, model).at(-1)?.[1] as number
      expect(Math.abs(meanSquare / measured(result, 'mean-square error of coordinate 2', variant) - 1)).toBeLessThan(1e-4)
    })
  })
})
