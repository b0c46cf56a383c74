import { type Backend, fromRows, key, linear, ornsteinUhlenbeck } from '@tweedie/core'
import { ddim, dpmSolver2M, euler, eulerMaruyama, heun, probabilityFlow, reverseSde, solve } from '@tweedie/ode-sde'
import { circle, gaussian, line, mixture, pointCloud } from '@tweedie/score'
import { describe, expect, test } from 'vitest'
import { everyBackend } from '../every-backend.js'

const process = ornsteinUhlenbeck()
const grid = linear(process, 2, { stop: 1e-2 })
const flat = fromRows([
  [1, 0],
  [0, 0],
])

/** One field of every source, in the plane. */
const fields = <N>(B: Backend<N>) => [
  pointCloud(
    B,
    fromRows([
      [0, 1],
      [2, -1],
      [0, 1],
    ]),
  )(process),
  gaussian(B, { mean: [1, -1], covariance: flat })(process),
  mixture(B, [
    { weight: 1, mean: [0, 0], covariance: flat },
    { weight: 3, mean: [2, 2], covariance: flat },
  ])(process),
  line(B, { mean: 1, standardDeviation: 2 })(process),
  circle(B, { radius: 2 })(process),
]

/** Every solver, and the equation it is for. */
const methods = [
  { solver: euler, equation: probabilityFlow },
  { solver: heun, equation: probabilityFlow },
  { solver: ddim, equation: probabilityFlow },
  { solver: dpmSolver2M, equation: probabilityFlow },
  { solver: eulerMaruyama, equation: reverseSde },
] as const

describe('a thousand solves leave the number of live tensors, and the bytes that they hold, as they were', () => {
  everyBackend((name, make) => {
    test(name, async () => {
      const B = make()
      const sources = fields(B)
      const initial = B.normal(key(1), [3, 2])
      const before = B.liveTensors()
      const bytes = B.bytes?.()
      for (let k = 0; k < 1000; k++) {
        const { solver, equation } = methods[k % methods.length] as (typeof methods)[number]
        const denoise = sources[Math.floor(k / methods.length) % sources.length] as (typeof sources)[number]
        const noise = solver.kind === 'sde' ? { key: key(k) } : {}
        const { x } = await solve(B, equation(B, process, denoise), { initial, grid, solver, ...noise })
        B.free(x)
        if (B.liveTensors() !== before) expect.fail(`${B.liveTensors() - before} tensors are left after solve ${k} with ${solver.name}`)
        if (B.bytes?.() !== bytes) expect.fail(`${bytes} bytes became ${B.bytes?.()} after solve ${k} with ${solver.name}`)
      }
      for (const source of sources) source.free()
      B.free(initial)
      expect(B.liveTensors()).toBe(0)
      expect(B.bytes?.() ?? 0).toBe(0)
    }, 180_000)
  })
})
