import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { cpu } from '@tweedie/core/cpu'
import { expect, test } from 'vitest'
import { flows, methods, reference, type WorkPrecision, workPrecision } from './work-precision.js'
import { workPrecisionPlot } from './work-precision-plot.js'

// A plain run measures the cloud around an error of 1e-2; `npm run certificate` measures everything and draws the plot.
// biome-ignore lint/suspicious/noUndeclaredEnvVars: turbo runs no tests.
const updating = process.env['UPDATE_DOCS'] === '1'
const picture = fileURLToPath(new URL('../../docs/images/work-precision.svg', import.meta.url))
const B = cpu()

test('a relative error of 1e-2 on the flow of a cloud takes ten evaluations of one method and over ten times as many of Euler’s', async () => {
  const [cloud] = flows(B)
  const exact = await reference(B, cloud as NonNullable<typeof cloud>)
  const errorOf = async (name: string, steps: number): Promise<WorkPrecision> => {
    const method = methods.find((each) => each.name === name)
    return workPrecision(B, cloud as NonNullable<typeof cloud>, exact, method as NonNullable<typeof method>, steps)
  }
  const best = await errorOf('uniPC(2), quadratic', 9)
  expect(best.error).toBeLessThan(1e-2)
  expect(best.evaluations).toBeLessThanOrEqual(20)
  expect((await errorOf('dpmSolver2M', 17)).error).toBeLessThan(1e-2)
  expect((await errorOf('euler, equal times', 10 * best.evaluations)).error).toBeGreaterThan(1e-2)
})

test.runIf(updating)(
  'the plot is drawn',
  async () => {
    const points: WorkPrecision[] = []
    for (const flow of flows(B)) {
      const exact = await reference(B, flow)
      for (const method of methods)
        for (const steps of [5, 6, 7, 8, 9, 10, 12, 14, 17, 20, 28, 40, 57, 80, 113, 160, 226, 320]) {
          const point = await workPrecision(B, flow, exact, method, steps)
          if (point.evaluations <= 640) points.push(point)
        }
    }
    for (const { error } of points) expect(Number.isFinite(error)).toBe(true)
    writeFileSync(picture, workPrecisionPlot(points))
  },
  300_000,
)
